/**
 * A sequence as the form has it: docs/alerts.md. Every change leaves what it is not about as it was written, so that going from YAML
 * to the form and back loses nothing; a step with something that the form has no control for is shown, and changed as YAML only.
 */
import { numberOf, valueAt, withValue } from './draft';
import type { Draft } from './draft';

/** Which of a step the form has a control for. Groups of steps are not among them. */
const SAID = [
  'name',
  'where',
  'contiguity',
  'times',
  'oneOrMore',
  'optional',
  'greedy',
  'consecutive',
  'allowCombinations',
  'until',
  'within',
] as const;

const FLAGS = ['oneOrMore', 'optional', 'greedy', 'consecutive', 'allowCombinations'] as const;

export type Flag = (typeof FLAGS)[number];

export const CONTIGUITIES: readonly (readonly [string, string])[] = [
  ['followedBy', 'then, with others in between'],
  ['next', 'then, at once'],
  ['followedByAny', 'then, any of those that fit'],
  ['notFollowedBy', 'and not until the step after it'],
  ['notNext', 'and not at once'],
];

export type Quantity = 'once' | 'exactly' | 'between' | 'atLeast' | 'oneOrMore';

export const QUANTITIES: readonly (readonly [Quantity, string])[] = [
  ['once', 'once'],
  ['exactly', 'so many times'],
  ['between', 'from so many to so many times'],
  ['atLeast', 'so many times or more'],
  ['oneOrMore', 'once or more'],
];

/** The steps; undefined where what is written is no list of steps, and YAML alone can say it. */
export function stepsOf(draft: Draft): readonly Draft[] | undefined {
  const steps = valueAt(draft, ['condition', 'steps']) ?? [];
  return Array.isArray(steps) && steps.every(isObject) ? (steps as Draft[]) : undefined;
}

/** What of a step the form has no control for; nothing of one that it can show. */
export function unsaid(step: Draft): readonly string[] {
  const names = Object.keys(step).filter((it) => !(SAID as readonly string[]).includes(it));
  const texts = ['name', 'where', 'contiguity', 'until', 'within'].filter((it) => step[it] !== undefined && typeof step[it] !== 'string');
  const flags = FLAGS.filter((it) => step[it] !== undefined && typeof step[it] !== 'boolean');
  const times = step['times'] !== undefined && (!isTimes(step['times']) || step['oneOrMore'] === true) ? ['times'] : [];
  return [...names, ...texts, ...flags, ...times];
}

/** What must not come has no number of times. */
export function isNegative(step: Draft): boolean {
  return step['contiguity'] === 'notNext' || step['contiguity'] === 'notFollowedBy';
}

export function quantityOf(step: Draft): Quantity {
  const times = step['times'];
  if (step['oneOrMore'] === true) {
    return 'oneOrMore';
  }
  if (times === undefined) {
    return 'once';
  }
  if (!isObject(times)) {
    return 'exactly';
  }
  return 'to' in times ? 'between' : 'atLeast';
}

/** The least and the most number of times, as they are written. */
export function boundsOf(step: Draft): { readonly from: unknown; readonly to: unknown } {
  const times = step['times'];
  return isObject(times) ? { from: times['from'], to: times['to'] } : { from: times, to: undefined };
}

/** The step so many times, from the numbers that it had; what makes sense only of repeated steps goes with the repetition. */
export function withQuantity(step: Draft, quantity: Quantity): Draft {
  const { from, to } = boundsOf(step);
  const least = from ?? 2;
  const bare = without(step, 'times', 'oneOrMore');
  const unlimited = quantity === 'atLeast' || quantity === 'oneOrMore';
  const kept = unlimited ? bare : without(bare, 'until');
  switch (quantity) {
    case 'once':
      return without(kept, 'greedy', 'consecutive', 'allowCombinations', 'within');
    case 'exactly':
      return { ...kept, times: least };
    case 'between':
      return { ...kept, times: { from: least, to: to ?? (typeof least === 'number' ? least + 1 : 3) } };
    case 'atLeast':
      return { ...kept, times: { from: least } };
    case 'oneOrMore':
      return { ...kept, oneOrMore: true };
  }
}

/** The step with another bound, as it was typed. An empty one stays, so that the server says what is missing. */
export function withBound(step: Draft, bound: 'from' | 'to', text: string): Draft {
  const value = numberOf(text) ?? null;
  const times = step['times'];
  return { ...step, times: isObject(times) ? { ...times, [bound]: value } : value };
}

/** The step followed otherwise; what must not come has neither times nor ends. */
export function withContiguity(step: Draft, contiguity: string): Draft {
  const next = withValue(step, ['contiguity'], contiguity);
  return isNegative(next) ? without(next, 'times', 'optional', 'until', 'within', ...FLAGS) : next;
}

/** The step with a flag; one that is off is left out. */
export function withFlag(step: Draft, flag: Flag, on: boolean): Draft {
  return on ? { ...step, [flag]: true } : without(step, flag);
}

/** One step more, with a name that none has. */
export function withAnother(steps: readonly Draft[]): readonly Draft[] {
  const names = new Set(steps.map((it) => it['name']));
  let number = steps.length + 1;
  while (names.has(`step${number}`)) {
    number += 1;
  }
  return [...steps, { name: `step${number}`, where: '' }];
}

/** The steps with one in another place. */
export function moved(steps: readonly Draft[], index: number, by: -1 | 1): readonly Draft[] {
  const step = steps[index];
  const other = steps[index + by];
  return step === undefined || other === undefined
    ? steps
    : steps.map((it, at) => (at === index ? other : at === index + by ? step : it));
}

/** How long all of it may take, and from one event to the next; as texts. */
export function withinOf(draft: Draft): { readonly all: string; readonly gap: string } {
  const within = valueAt(draft, ['condition', 'within']);
  return isObject(within)
    ? { all: String(within['firstToLast'] ?? ''), gap: String(within['previousToCurrent'] ?? '') }
    : { all: String(within ?? ''), gap: '' };
}

/** The draft with one of the two; the short form stays where it says all. */
export function withWithin(draft: Draft, part: 'all' | 'gap', text: string): Draft {
  const before = valueAt(draft, ['condition', 'within']);
  if (!isObject(before) && part === 'all') {
    return withValue(draft, ['condition', 'within'], text);
  }
  const parts = isObject(before) ? before : before === undefined ? {} : { firstToLast: before };
  const next = withValue(parts, [part === 'all' ? 'firstToLast' : 'previousToCurrent'], text);
  const only = Object.keys(next);
  const value = only.length === 0 ? undefined : only.join() === 'firstToLast' && !isObject(before) ? next['firstToLast'] : next;
  return withValue(draft, ['condition', 'within'], value);
}

/** What becomes of overlapping matches, as one text: `skipToNext`, `skipToLast first`; undefined of what is none. */
export function skipOf(draft: Draft): string | undefined {
  const skip = valueAt(draft, ['condition', 'skip']);
  if (skip === undefined) {
    return '';
  }
  if (typeof skip === 'string') {
    return skip;
  }
  const [entry, ...others] = isObject(skip) ? Object.entries(skip) : [];
  return entry !== undefined && others.length === 0 && typeof entry[1] === 'string' ? entry.join(' ') : undefined;
}

export function withSkip(draft: Draft, text: string): Draft {
  const [name, step] = text.split(' ');
  return withValue(draft, ['condition', 'skip'], step === undefined ? name : { [name!]: step });
}

function without(step: Draft, ...names: readonly string[]): Draft {
  return Object.fromEntries(Object.entries(step).filter(([name]) => !names.includes(name)));
}

function isTimes(times: unknown): boolean {
  return isObject(times) ? Object.entries(times).every(([name, value]) => (name === 'from' || name === 'to') && isScalar(value)) : isScalar(times);
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'number' || typeof value === 'string';
}

function isObject(value: unknown): value is Draft {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

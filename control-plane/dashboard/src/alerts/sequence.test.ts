import { expect, test } from 'vitest';
import { readYaml, yamlOf } from './draft';
import {
  boundsOf,
  isNegative,
  moved,
  quantityOf,
  QUANTITIES,
  skipOf,
  stepsOf,
  unsaid,
  withAnother,
  withBound,
  withContiguity,
  withFlag,
  withinOf,
  withQuantity,
  withSkip,
  withWithin,
} from './sequence';
import type { Draft } from './draft';

const sequence = (condition: Draft): Draft => ({ name: 'a', condition: { kind: 'sequence', ...condition } });
const conditionOf = (draft: Draft): Draft => draft['condition'] as Draft;

test('shows every step but those with what it has no control for, and names that', () => {
  const step = { name: 'a', where: 'x', contiguity: 'next', times: { from: 0, to: 3 }, greedy: true, until: 'y', within: '5m' };

  expect(unsaid(step)).toEqual([]);
  expect(unsaid({ name: 'a', steps: [step] })).toEqual(['steps']);
  expect(unsaid({ name: 'a', where: 5, optional: 'yes' })).toEqual(['where', 'optional']);
  expect(unsaid({ name: 'a', times: 3, oneOrMore: true })).toEqual(['times']);
  expect(unsaid({ name: 'a', times: { form: 3 } })).toEqual(['times']);
  expect(stepsOf(sequence({ steps: ['a'] }))).toBeUndefined();
  expect(stepsOf(sequence({ steps: 'a' }))).toBeUndefined();
  expect(stepsOf(sequence({}))).toEqual([]);
});

test('knows a quantity by how it is written', () => {
  expect([{}, { times: 3 }, { times: { from: 1, to: 3 } }, { times: { from: 2 } }, { oneOrMore: true }].map(quantityOf)).toEqual([
    'once',
    'exactly',
    'between',
    'atLeast',
    'oneOrMore',
  ]);
  expect(boundsOf({ times: 3 })).toEqual({ from: 3, to: undefined });
});

test('another quantity takes over the numbers, and is read as what it was chosen to be', () => {
  for (const [quantity] of QUANTITIES) {
    expect(quantityOf(withQuantity({ name: 'a', times: 4 }, quantity))).toBe(quantity);
    expect(quantityOf(withQuantity({ name: 'a', oneOrMore: true }, quantity))).toBe(quantity);
  }
  expect(withQuantity({ name: 'a', times: 4 }, 'between')).toEqual({ name: 'a', times: { from: 4, to: 5 } });
  expect(withQuantity({ name: 'a', times: { from: 4, to: 9 } }, 'exactly')).toEqual({ name: 'a', times: 4 });
});

test('what is for repeated steps only goes with the repetition', () => {
  const repeated = { name: 'a', oneOrMore: true, greedy: true, until: 'x', within: '5m', optional: true };

  expect(withQuantity(repeated, 'once')).toEqual({ name: 'a', optional: true });
  expect(withQuantity(repeated, 'exactly')).toEqual({ name: 'a', times: 2, greedy: true, within: '5m', optional: true });
  expect(withContiguity(repeated, 'notNext')).toEqual({ name: 'a', contiguity: 'notNext' });
  expect(isNegative(withContiguity(repeated, 'notFollowedBy'))).toBe(true);
});

test('leaves what is no number, and what is missing, to the server', () => {
  expect(withBound({ times: 3 }, 'from', '5')).toEqual({ times: 5 });
  expect(withBound({ times: { from: 3 } }, 'from', 'many')).toEqual({ times: { from: 'many' } });
  expect(withBound({ times: { from: 3, to: 4 } }, 'to', '')).toEqual({ times: { from: 3, to: null } });
});

test('a flag that is off is left out', () => {
  expect(withFlag({ name: 'a' }, 'greedy', true)).toEqual({ name: 'a', greedy: true });
  expect(withFlag({ name: 'a', greedy: true }, 'greedy', false)).toEqual({ name: 'a' });
});

test('adds steps with names of their own, and moves them', () => {
  const steps = [{ name: 'step2' }, { name: 'b' }];

  expect(withAnother(steps).map((it) => it['name'])).toEqual(['step2', 'b', 'step3']);
  expect(withAnother([{ name: 'step2' }]).map((it) => it['name'])).toEqual(['step2', 'step3']);
  expect(moved(steps, 0, 1).map((it) => it['name'])).toEqual(['b', 'step2']);
  expect(moved(steps, 0, -1)).toBe(steps);
});

test('a time for all of it stays short until there is one for the gaps as well', () => {
  const short = withWithin(sequence({}), 'all', '10m');
  expect(conditionOf(short)['within']).toBe('10m');
  const both = withWithin(short, 'gap', '1m');
  expect(conditionOf(both)['within']).toEqual({ firstToLast: '10m', previousToCurrent: '1m' });
  expect(withinOf(both)).toEqual({ all: '10m', gap: '1m' });
  expect(withinOf(withWithin(both, 'gap', ''))).toEqual({ all: '10m', gap: '' });
  expect(conditionOf(withWithin(withWithin(both, 'gap', ''), 'all', ''))['within']).toBeUndefined();
  expect(conditionOf(withWithin(sequence({}), 'gap', '1m'))['within']).toEqual({ previousToCurrent: '1m' });
});

test('says what becomes of overlapping matches', () => {
  expect(skipOf(sequence({}))).toBe('');
  expect(skipOf(sequence({ skip: 'noSkip' }))).toBe('noSkip');
  expect(skipOf(sequence({ skip: { skipToLast: 'b' } }))).toBe('skipToLast b');
  expect(skipOf(sequence({ skip: { a: 1 } }))).toBeUndefined();
  expect(conditionOf(withSkip(sequence({}), 'skipToFirst b'))['skip']).toEqual({ skipToFirst: 'b' });
  expect(conditionOf(withSkip(sequence({}), 'skipToNext'))['skip']).toBe('skipToNext');
  expect('skip' in conditionOf(withSkip(sequence({ skip: 'noSkip' }), ''))).toBe(false);
});

test('goes from YAML to the form and back without loss', () => {
  const text = `name: takeover
stream: logins
groupBy:
  - user
condition:
  kind: sequence
  within:
    firstToLast: 10m
    previousToCurrent: 1m
  skip:
    skipToLast: failed
  "on": both
  steps:
    - name: failed
      where: event.status == "failed"
      times:
        from: 3
      greedy: true
      optional: false
    - name: pair
      contiguity: next
      steps:
        - name: in
          where: event.status == "ok"
        - name: out
          where: event.status == "out"
    - name: never
      contiguity: notFollowedBy
      where: event.status == "alarm"
`;
  const draft = readYaml(text).draft!;
  // Each of the form's changes, and back.
  const steps = stepsOf(draft)!;
  const there = withWithin(withSkip(draft, skipOf(draft)!), 'gap', withinOf(draft).gap);
  const turned = moved(moved(steps, 0, 1), 1, -1).map((step) =>
    unsaid(step).length > 0 || isNegative(step) ? step : withBound(withQuantity(step, quantityOf(step)), 'from', String(boundsOf(step).from)),
  );

  expect(readYaml(yamlOf(draft)).draft).toEqual(draft);
  expect({ ...there, condition: { ...conditionOf(there), steps: turned } }).toEqual(draft);
});

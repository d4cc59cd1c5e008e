import type { StreamField } from './stream';

/** Events as people paste them: an array, one object, or one object a line. */
export function parseEvents(text: string): readonly Readonly<Record<string, unknown>>[] {
  const trimmed = text.trim();
  let values: unknown[];
  try {
    const whole: unknown = JSON.parse(trimmed);
    values = Array.isArray(whole) ? whole : [whole];
  } catch {
    values = trimmed.split('\n').map((line, index) => {
      try {
        return JSON.parse(line) as unknown;
      } catch {
        throw new Error(`line ${index + 1}: not JSON (expected: one event a line, or an array of events)`);
      }
    });
  }
  if (!values.every((it) => typeof it === 'object' && it !== null && !Array.isArray(it))) {
    throw new Error('not an event (expected: objects with one value for each field)');
  }
  return values as Readonly<Record<string, unknown>>[];
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const TIME_NAME = /^(time|timestamp|ts|at|event_?time)$/i;

/** More different texts than so many are no dimension, but something that each event has its own of. */
const MOST_VALUES = 20;

/**
 * A schema that fits sample events: the first time is the timestamp, numbers are measures, texts that repeat, or are few, are
 * dimensions. A beginning, for people to correct.
 */
export function inferFields(events: readonly Readonly<Record<string, unknown>>[]): readonly StreamField[] {
  const names = [...new Set(events.flatMap((it) => Object.keys(it)))];
  let timed = false;
  return names.map((name): StreamField => {
    const values = events.map((it) => it[name]).filter((it) => it !== undefined && it !== null);
    const isTime =
      values.length > 0 &&
      (values.every((it) => typeof it === 'string' && TIME.test(it)) ||
        (TIME_NAME.test(name) && values.every((it) => Number.isInteger(it) && (it as number) > 1e11)));
    if (isTime) {
      const role = timed ? 'attribute' : 'timestamp';
      timed = true;
      return { name, type: 'timestamp', role };
    }
    if (values.length > 0 && values.every((it) => typeof it === 'number')) {
      return { name, type: 'number', role: 'measure' };
    }
    if (values.length > 0 && values.every((it) => typeof it === 'boolean')) {
      return { name, type: 'boolean', role: 'attribute' };
    }
    const distinct = new Set(values.map(String)).size;
    const always = values.length === events.length;
    const repeats = distinct < values.length || values.length <= 3;
    return { name, type: 'string', role: always && repeats && distinct <= MOST_VALUES ? 'dimension' : 'attribute' };
  });
}

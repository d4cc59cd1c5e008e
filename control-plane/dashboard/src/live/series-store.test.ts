import { expect, test } from 'vitest';
import { keyOf, SeriesStore } from './series-store';
import { aggregate } from './testing-aggregate';

const means = (store: SeriesStore): number[] =>
  store.series.flatMap((it) => it.starts.map((start) => it.byStart.get(start)!.measures['load']!.mean));

test('orders what comes in any order', () => {
  const store = new SeriesStore();

  [3, 1, 2].forEach((it) => store.add(aggregate('a', it, it)));

  expect(means(store)).toEqual([1, 2, 3]);
  expect(store.series[0]!.latest!.measures['load']!.mean).toBe(3);
});

test('a complete result replaces an early one, and never the other way round', () => {
  const store = new SeriesStore();
  store.add(aggregate('a', 1, 10, { timing: 'early', count: 1 }));
  store.add(aggregate('a', 1, 11, { timing: 'early', count: 2 }));
  store.add(aggregate('a', 1, 12));
  store.add(aggregate('a', 1, 11, { timing: 'early', count: 9 }));

  expect(means(store)).toEqual([12]);
});

test('the larger revision counts, whichever comes first', () => {
  const store = new SeriesStore();
  store.add(aggregate('a', 1, 13, { timing: 'late', revision: 1 }));
  store.add(aggregate('a', 1, 12));

  expect(means(store)).toEqual([13]);
});

test('what says nothing new is no change', () => {
  const store = new SeriesStore();
  store.add(aggregate('a', 1, 1));
  const before = store.version;

  store.add(aggregate('a', 1, 1));

  expect(store.version).toBe(before);
});

test('forgets what is over, and series with nothing left', () => {
  const store = new SeriesStore();
  store.add(aggregate('a', 1, 1));
  store.add(aggregate('a', 5, 5));
  store.add(aggregate('b', 1, 1));

  store.forgetBefore(Date.UTC(2026, 0, 1, 0, 0, 3));

  expect(store.series.map((it) => it.key)).toEqual(['host=a,kind=cpu']);
  expect(means(store)).toEqual([5]);
});

test('a copy stays as it is', () => {
  const store = new SeriesStore();
  store.add(aggregate('a', 1, 1));
  const copy = store.copy();

  store.add(aggregate('a', 2, 2));
  store.add(aggregate('b', 2, 2));

  expect(means(copy)).toEqual([1]);
});

test('names series by their dimensions, in one order', () => {
  expect(keyOf({ kind: 'cpu', host: 'a' })).toBe('host=a,kind=cpu');
});

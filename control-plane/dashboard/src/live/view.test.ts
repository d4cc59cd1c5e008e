import { expect, test } from 'vitest';
import { SeriesStore } from './series-store';
import { aggregate } from './testing-aggregate';
import { columnsOf, combine, firstFrom, fittingWindow, labelsOf, linesOf } from './view';
import type { Series } from './series-store';

const at = (second: number): number => Date.UTC(2026, 0, 1, 0, 0, second);

function series(...points: [string, number, number][]): readonly Series[] {
  const store = new SeriesStore();
  points.forEach(([host, second, mean]) => store.add(aggregate(host, second, mean)));
  return store.series;
}

test('makes columns of the same times for all lines, with nothing where there is none', () => {
  const lines = linesOf(series(['a', 1, 10], ['a', 2, 20], ['b', 2, 5]), 'mean');

  expect(columnsOf(lines, 'load', at(0), at(60), 1000)).toEqual([
    [at(1) / 1000, at(2) / 1000],
    [10, 20],
    [null, 5],
  ]);
});

test('a hole is a hole', () => {
  const lines = linesOf(series(['a', 1, 10], ['a', 9, 20]), 'mean');

  expect(columnsOf(lines, 'load', at(0), at(60), 1000)).toEqual([
    [at(1) / 1000, at(2) / 1000, at(9) / 1000],
    [10, null, 20],
  ]);
});

test('leaves out what is out of the range', () => {
  const lines = linesOf(series(['a', 1, 1], ['a', 2, 2], ['a', 3, 3]), 'max');

  expect(columnsOf(lines, 'load', at(2), at(3), 1000)[1]).toEqual([3]);
});

test('draws three percentiles of each series', () => {
  expect(linesOf(series(['a', 1, 1], ['b', 1, 1]), 'percentiles').map((it) => it.statistic)).toEqual([
    'p50',
    'p95',
    'p99',
    'p50',
    'p95',
    'p99',
  ]);
});

test('combines series by their events', () => {
  const combined = combine(series(['a', 1, 10], ['b', 1, 20], ['b', 2, 40]), 'load', 60, 1000);

  expect(combined).toEqual({ values: [15, 40], latest: 40, min: 9, max: 41, series: 2 });
  expect(combine(series(['a', 1, 10]), 'nothing', 60, 1000).latest).toBeUndefined();
});

test('names series by what tells them apart', () => {
  expect([...labelsOf(series(['a', 1, 1], ['b', 1, 1])).values()]).toEqual(['a', 'b']);
  expect([...labelsOf(series(['a', 1, 1])).values()]).toEqual(['a · cpu']);
});

test('finds places by halving', () => {
  expect([0, 1, 5, 9].map((it) => firstFrom([1, 5, 7], it))).toEqual([0, 0, 1, 3]);
});

test('picks the smallest window that fits a range', () => {
  const windows = [
    ['1m', 60_000],
    ['1s', 1_000],
    ['10s', 10_000],
  ] as const;

  expect(fittingWindow(windows, 300_000)).toBe('1s');
  expect(fittingWindow(windows, 3_600_000)).toBe('10s');
  expect(fittingWindow(windows, 30 * 86_400_000)).toBe('1m');
});

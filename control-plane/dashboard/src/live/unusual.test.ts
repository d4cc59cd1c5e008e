import { expect, test } from 'vitest';
import { Unusual } from './unusual';
import type { Anomaly, Band } from '../../client';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

const anomaly = (second: number): Anomaly => ({
  id: `a${second}`,
  dimensions: { host: 'a' },
  window: '1s',
  start: at(second),
  measure: 'load',
  score: 0.6,
  kind: 'spike',
  begins: true,
  value: 9,
  expected: 1,
});

const band = (second: number, phase = 'active'): Band => ({
  dimensions: { host: 'a' },
  window: '1s',
  start: at(second),
  measures: { load: { lower: second, upper: second + 1, phase } },
});

test('an anomaly that is told twice is there once, and the newest is first', () => {
  const unusual = new Unusual();

  expect([anomaly(1), anomaly(2), anomaly(1)].map((it) => unusual.add(it))).toEqual([true, true, false]);

  expect(unusual.anomalies.map((it) => it.id)).toEqual(['a2', 'a1']);
});

test('what is expected ascends, whatever comes again, and begins when it was learned', () => {
  const unusual = new Unusual();

  [band(1, 'learning'), band(2), band(3), band(2)].forEach((it) => unusual.addBand(it));

  expect(unusual.expected('host=a', 'load').map((it) => it.lower)).toEqual([2, 3]);
});

test('what has left the range is forgotten', () => {
  const unusual = new Unusual();
  unusual.add(anomaly(1));
  unusual.add(anomaly(5));
  unusual.addBand(band(1));
  unusual.addBand(band(5));

  unusual.forgetBefore(Date.parse(at(3)));

  expect(unusual.anomalies.map((it) => it.id)).toEqual(['a5']);
  expect(unusual.expected('host=a', 'load')).toHaveLength(1);
});

import { expect, test } from 'vitest';
import { lengthOf, millisOf } from './time';

test('reads durations as the API writes them', () => {
  expect(['500ms', '10s', '1m30s', '1h', '1d2h'].map(millisOf)).toEqual([500, 10_000, 90_000, 3_600_000, 93_600_000]);
  expect(['', '5', 'ten seconds'].map(millisOf)).toEqual([NaN, NaN, NaN]);
});

test('writes lengths in at most two units', () => {
  expect([0, 59_000, 125_000, 7_500_000, 90_000_000].map(lengthOf)).toEqual(['0s', '59s', '2m 5s', '2h 5m', '1d 1h']);
});

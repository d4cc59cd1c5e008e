import { expect, test } from 'vitest';
import { affordable } from './affordable';
import type { Allowance } from '../../client';

const copper = (left: number): Allowance => ({ policy: 'copper', amount: 100, windowSeconds: 3600, left, againSeconds: 36, at: 0 });

test('a chart takes a fifth of what is left at the most', () => {
  expect(affordable(undefined, 8_000, 0)).toBe(8_000);
  expect(affordable(copper(100), 8_000, 0)).toBe(8_000);
  expect(affordable(copper(20), 8_000, 0)).toBe(4_000);
  expect(affordable(copper(0), 8_000, 0)).toBe(1_000);
});

import { expect, test } from 'vitest';
import { leftAt, readAllowance } from './limits';

const headers = (limit: string, policy: string): Headers => new Headers({ RateLimit: limit, 'RateLimit-Policy': policy });

test('reads what is left of the tightest limit, and how large that is', () => {
  expect(readAllowance(headers('"copper";r=12;t=36', '"real-time";q=5000;w=3600, "copper";q=100;w=3600'), 5)).toEqual({
    policy: 'copper',
    amount: 100,
    windowSeconds: 3600,
    left: 12,
    againSeconds: 36,
    at: 5,
  });
});

test('knows nothing where the answer tells nothing, and what it tells where that is less', () => {
  expect(readAllowance(new Headers(), 0)).toBeUndefined();
  expect(readAllowance(headers('nonsense', ''), 0)).toBeUndefined();
  expect(readAllowance(headers('"a";r=3', ''), 0)).toEqual({ policy: 'a', left: 3, againSeconds: 0, at: 0 });
});

test('limits are refilled evenly, to no more than their amount', () => {
  const allowance = readAllowance(headers('"copper";r=12;t=36', '"copper";q=100;w=3600'), 0)!;

  expect(leftAt(allowance, 0)).toBe(12);
  expect(leftAt(allowance, 35_000)).toBe(12);
  expect(leftAt(allowance, 72_000)).toBe(14);
  expect(leftAt(allowance, 36_000_000)).toBe(100);
  expect(leftAt({ policy: 'a', left: 3, againSeconds: 0, at: 0 }, 1_000_000)).toBe(3);
});

import { expect, test } from 'vitest';
import { checkDelay } from './check-pace';
import type { Allowance } from '../../client';

const copper = (left: number): Allowance => ({ policy: 'copper', amount: 100, windowSeconds: 3600, left, againSeconds: 36, at: 0 });

test('checks soon while there is plenty, later with less, and with little only when asked', () => {
  expect(checkDelay(undefined, 0)).toBe(900);
  expect(checkDelay({ policy: 'a', left: 1, againSeconds: 0, at: 0 }, 0)).toBe(900);
  expect(checkDelay(copper(90), 0)).toBe(900);
  expect(checkDelay(copper(50), 0)).toBe(3_000);
  expect(checkDelay(copper(25), 0)).toBeUndefined();
  expect(checkDelay(copper(0), 0)).toBeUndefined();
});

test('checks again by itself once the limit has filled', () => {
  expect(checkDelay(copper(0), 30 * 60_000)).toBe(3_000);
});

test('somebody who writes for an hour without a pause leaves a quarter of the smallest limit', () => {
  let allowance = copper(100);
  let checks = 0;
  for (let now = 0; now < 3_600_000; ) {
    const delay = checkDelay(allowance, now);
    now += delay ?? 1_000;
    if (delay !== undefined) {
      checks += 1;
      const left = Math.min(100, allowance.left + ((now - allowance.at) / 3_600_000) * 100) - 1;
      allowance = { ...allowance, left, at: now };
    }
    expect(allowance.left).toBeGreaterThanOrEqual(24);
  }
  expect(checks).toBeGreaterThan(100);
});

import { expect, test } from 'vitest';
import { Backoff } from './backoff';

test('waits twice as long each time, up to a bound', () => {
  const backoff = new Backoff(500, 4_000, () => 1);

  expect([1, 2, 3, 4, 5].map(() => backoff.next())).toEqual([500, 1000, 2000, 4000, 4000]);
});

test('waits at least half of that, so that clients spread', () => {
  const backoff = new Backoff(500, 4_000, () => 0);

  expect([backoff.next(), backoff.next()]).toEqual([250, 500]);
});

test('begins anew after a good connection', () => {
  const backoff = new Backoff(500, 4_000, () => 1);
  backoff.next();
  backoff.next();

  backoff.reset();

  expect(backoff.next()).toBe(500);
  expect(backoff.attempt).toBe(1);
});

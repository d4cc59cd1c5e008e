import { expect, test } from 'vitest';
import { actionsOf, before, beside, percent, toneOf, waitMillis } from './model';
import type { Model } from './model';

const model = (version: number, state: Model['state'], activated: boolean, stream = 's'): Model => ({
  id: `${stream}-${version}`,
  stream,
  version,
  state,
  createdAt: '2026-01-01T00:00:00Z',
  createdBy: 'somebody',
  ...(activated && { activatedAt: '2026-01-01T00:00:00Z' }),
  measures: [],
  from: '2026-01-01T00:00:00Z',
  to: '2026-01-02T00:00:00Z',
  points: 1,
  metrics: {},
});

test('goes back to the newest before it that was active once, of the same stream', () => {
  const active = model(5, 'active', true);
  const all = [model(1, 'retired', true), model(3, 'retired', true), model(4, 'candidate', false), model(4, 'retired', true, 'other'), active];

  expect(before(active, all)?.version).toBe(3);
  expect(actionsOf(active, all)).toEqual(['rollback', 'deactivate']);
});

test('does not offer what the server would refuse', () => {
  const first = model(1, 'active', true);

  expect(actionsOf(first, [first])).toEqual(['deactivate']);
  expect(actionsOf(model(2, 'candidate', false), [first])).toEqual(['activate']);
  expect(actionsOf(model(2, 'retired', true), [first])).toEqual(['activate']);
});

test('writes shares so that small ones are no zeros, and dashes for what is unknown', () => {
  expect(percent(0.9731)).toBe('97 %');
  expect(percent(0.0173)).toBe('1.7 %');
  expect(percent(0.0004)).toBe('0.04 %');
  expect(percent(0)).toBe('0 %');
  expect(percent(undefined)).toBe('–');
  expect(beside(0.943, 0.91)).toBe('0.94 (0.91)');
  expect(beside(0.943, undefined)).toBe('0.94');
  expect(beside(undefined, undefined)).toBe('–');
});

test('a state has a tone', () => {
  expect(toneOf('active')).toBe('good');
  expect(toneOf('failed')).toBe('critical');
  expect(toneOf('retired')).toBe('');
});

test('looks at what goes on ever less often, so that a small limit is not used up by it', () => {
  const waits = Array.from({ length: 40 }, (_, index) => waitMillis(index));
  let at = 0;
  const looks = waits.filter((wait) => (at += wait) <= 10 * 60_000).length;

  expect(waits[0]).toBe(3_000);
  expect(Math.max(...waits)).toBe(30_000);
  expect(looks).toBeLessThan(30);
});

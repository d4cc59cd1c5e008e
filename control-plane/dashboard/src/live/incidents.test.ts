import { expect, test } from 'vitest';
import { sorted, withInstances, withTransition } from './incidents';
import type { AlertInstance, AlertTransition, TransitionState } from '../../client';

const transition = (state: TransitionState, second: number): AlertTransition => ({
  alert: 'a',
  name: 'cpu-high',
  version: 1,
  instance: 'i',
  fingerprint: 'f',
  key: { host: 'a' },
  state,
  startedAt: '2026-01-01T00:00:00Z',
  at: `2026-01-01T00:00:0${second}Z`,
  severity: 'warning',
  labels: {},
  annotations: { summary: state },
  evidence: {},
});

test('an instance goes from pending to firing to resolved', () => {
  let incidents = withTransition(new Map(), transition('pending', 1));
  expect(sorted(incidents).pending).toHaveLength(1);

  incidents = withTransition(incidents, transition('firing', 2));
  expect(sorted(incidents).firing[0]!.updatedAt).toBe('2026-01-01T00:00:02Z');

  incidents = withTransition(incidents, transition('resolved', 3));
  const [over] = sorted(incidents).resolved;
  expect(over).toMatchObject({ endedAt: '2026-01-01T00:00:03Z', annotations: { summary: 'firing' } });
});

test('nothing goes back, neither by what comes late nor by what was read before', () => {
  const resolved = withTransition(new Map(), transition('resolved', 3));

  expect(withTransition(resolved, transition('firing', 2))).toBe(resolved);
  const read = { id: 'i', state: 'firing' } as AlertInstance;
  expect(withInstances(resolved, [read]).get('i')!.state).toBe('resolved');
});

test('what was dismissed is gone', () => {
  const pending = withTransition(new Map(), transition('pending', 1));

  expect(withTransition(pending, transition('dismissed', 2)).size).toBe(0);
});

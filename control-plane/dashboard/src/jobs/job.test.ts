import { expect, test } from 'vitest';
import { shortLength, toneOf, worriesOf } from './job';
import type { Job, Operator } from './job';

const operator = (changes: Partial<Operator>): Operator => ({
  name: 'aggregate windows',
  state: 'running',
  parallelism: 2,
  busy: 0.1,
  backpressured: 0,
  pendingRecords: null,
  ...changes,
});

const job = (changes: Partial<Job>): Job => ({
  id: 'a',
  name: 'aggregation',
  state: 'running',
  since: null,
  startedAt: null,
  restarts: 0,
  lag: 0,
  checkpoints: null,
  operators: [],
  ...changes,
});

const checkpoints = (completedAt: string, failedAt: string) => ({
  completed: 2,
  failed: 1,
  inProgress: 0,
  last: { id: 2, completedAt, ageMillis: 0, durationMillis: 5, stateBytes: 1, writtenBytes: 1 },
  lastFailure: { at: failedAt, reason: 'Checkpoint expired.' },
});

test('a job is well while it runs, in question while it starts, and ill when it has ended', () => {
  expect(['running', 'restarting', 'created', 'failed', 'finished'].map(toneOf)).toEqual([
    'good',
    'warning',
    'warning',
    'critical',
    'critical',
  ]);
});

test('a failed checkpoint is a worry until the next is complete', () => {
  const early = '2026-01-01T00:00:00Z';
  const late = '2026-01-01T00:01:00Z';

  expect(worriesOf(job({ checkpoints: checkpoints(early, late) }))).toEqual(['The last checkpoint failed: Checkpoint expired.']);
  expect(worriesOf(job({ checkpoints: checkpoints(late, early) }))).toEqual([]);
  expect(worriesOf(job({ checkpoints: { ...checkpoints(early, late), last: null } }))).toHaveLength(1);
});

test('names the operators that are held up, and those that are too busy', () => {
  const worries = worriesOf(job({ operators: [operator({ name: 'events', backpressured: 0.7 }), operator({ busy: 0.95 })] }));

  expect(worries).toEqual(['Held up by what comes after: events.', 'Busy nearly all the time: aggregate windows.']);
  expect(worriesOf(job({ operators: [operator({ busy: null, backpressured: null })] }))).toEqual([]);
});

test('writes short lengths of time', () => {
  expect([0, 37, 1_240, 61_000].map(shortLength)).toEqual(['0 ms', '37 ms', '1.2 s', '61 s']);
});

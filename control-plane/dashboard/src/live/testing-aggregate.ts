import type { Aggregate, Timing } from '../../client';

/** A result of a series, for tests. */
export function aggregate(
  host: string,
  second: number,
  mean: number,
  options: { timing?: Timing; revision?: number; count?: number } = {},
): Aggregate {
  const start = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  const statistics = { count: 1, sum: mean, min: mean - 1, max: mean + 1, mean, stddev: 0, p50: mean, p95: mean, p99: mean };
  return {
    id: `${host}-${second}-${options.timing}-${options.revision}`,
    stream: 's',
    dimensions: { host, kind: 'cpu' },
    window: '1s',
    start,
    end: start,
    timing: options.timing ?? 'on-time',
    revision: options.revision ?? 0,
    count: options.count ?? 1,
    measures: { load: statistics },
  };
}

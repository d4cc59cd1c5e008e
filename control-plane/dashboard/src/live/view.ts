import type { Statistic } from '../../client';
import type { Series } from './series-store';

/** Which statistic is drawn; `percentiles` draws three of each series. */
export type Shown = Statistic | 'percentiles';

export const SHOWN: readonly (readonly [Shown, string])[] = [
  ['mean', 'mean'],
  ['percentiles', 'p50, p95, p99'],
  ['p50', 'p50 (median)'],
  ['p95', 'p95'],
  ['p99', 'p99'],
  ['min', 'minimum'],
  ['max', 'maximum'],
  ['sum', 'sum'],
  ['count', 'count'],
  ['stddev', 'deviation'],
];

/** Lines of one series at most in the view of percentiles. */
export const PERCENTILES: readonly Statistic[] = ['p50', 'p95', 'p99'];

/** Columns as the chart takes them: the windows' starts in seconds, then the values of each line, null where there is none. */
export type Columns = [number[], ...(number | null)[][]];

/** A line of the chart. */
export interface Line {
  readonly series: Series;
  readonly statistic: Statistic;
}

export function linesOf(series: readonly Series[], shown: Shown): readonly Line[] {
  const statistics = shown === 'percentiles' ? PERCENTILES : [shown];
  return series.flatMap((it) => statistics.map((statistic) => ({ series: it, statistic })));
}

/**
 * The columns of lines between two times. Where nothing came for longer than a window, lines end and begin anew: a hole should look
 * like one.
 */
export function columnsOf(lines: readonly Line[], measure: string, from: number, to: number, windowMillis: number): Columns {
  const distinct = new Set(lines.map((it) => it.series));
  const starts = new Set<number>();
  for (const series of distinct) {
    for (let i = firstFrom(series.starts, from); i < series.starts.length && series.starts[i]! < to; i++) {
      starts.add(series.starts[i]!);
    }
  }
  const sorted = withHoles([...starts].sort((a, b) => a - b), windowMillis);
  const columns: Columns = [sorted.map((it) => it / 1000)];
  for (const { series, statistic } of lines) {
    columns.push(sorted.map((start) => series.byStart.get(start)?.measures[measure]?.[statistic] ?? null));
  }
  return columns;
}

/** Puts a time without values into each hole. */
function withHoles(starts: number[], windowMillis: number): number[] {
  const all: number[] = [];
  for (const start of starts) {
    const last = all[all.length - 1];
    if (last !== undefined && start - last > windowMillis * 1.5) {
      all.push(last + windowMillis);
    }
    all.push(start);
  }
  return all;
}

/** The index of the first start that is not before a time. */
export function firstFrom(starts: readonly number[], time: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle]! < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** A measure over several series, window by window: their events taken together. */
export interface Combined {
  readonly values: readonly number[];
  readonly latest: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly series: number;
}

/** The means of the last windows over all series that have the measure, weighted by their events. */
export function combine(series: readonly Series[], measure: string, windows: number, windowMillis: number): Combined {
  const having = series.filter((it) => it.latest?.measures[measure] !== undefined);
  const newest = Math.max(-Infinity, ...having.map((it) => it.starts[it.starts.length - 1]!));
  if (newest === -Infinity) {
    return { values: [], latest: undefined, min: undefined, max: undefined, series: 0 };
  }
  const values: number[] = [];
  let least = Infinity;
  let most = -Infinity;
  for (let start = newest - (windows - 1) * windowMillis; start <= newest; start += windowMillis) {
    let sum = 0;
    let count = 0;
    for (const one of having) {
      const statistics = one.byStart.get(start)?.measures[measure];
      if (statistics !== undefined) {
        sum += statistics.sum;
        count += statistics.count;
        least = Math.min(least, statistics.min);
        most = Math.max(most, statistics.max);
      }
    }
    if (count > 0) {
      values.push(sum / count);
    }
  }
  return { values, latest: values[values.length - 1], min: least, max: most, series: having.length };
}

/** What tells a series from the others: the dimensions in which any two differ, or all where there is one series. */
export function labelsOf(series: readonly Series[]): ReadonlyMap<string, string> {
  const names = [...new Set(series.flatMap((it) => Object.keys(it.dimensions)))];
  const telling = names.filter((name) => new Set(series.map((it) => it.dimensions[name])).size > 1);
  const used = telling.length > 0 ? telling : names;
  return new Map(
    series.map((it) => [it.key, used.map((name) => it.dimensions[name] ?? '–').join(' · ') || 'the whole stream']),
  );
}

/** The smallest window of which a range has no more than so many, or the largest window. */
export function fittingWindow(windows: readonly (readonly [string, number])[], rangeMillis: number, most = 1000): string {
  const ordered = [...windows].sort((a, b) => a[1] - b[1]);
  const fitting = ordered.find(([, millis]) => rangeMillis / millis <= most);
  return (fitting ?? ordered[ordered.length - 1])?.[0] ?? '1s';
}

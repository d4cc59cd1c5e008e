import { useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { Empty } from '../ui/parts';
import { dateTime } from '../ui/time';
import { Cards } from './cards';
import { Chart } from './chart';
import { titleOf } from './format';
import { RANGES } from './live-address';
import { SeriesTable } from './series-table';
import { keyOf } from './series-store';
import { columnsOf, labelsOf, linesOf } from './view';
import { fieldsOf } from '../streams/stream';
import { keyText } from './incident-panel';
import type { ChartFrame, LineStyle } from './chart';
import type { Incidents } from './incidents';
import type { LiveAddress } from './live-address';
import type { Mark } from './marks';
import type { Series } from './series-store';
import type { Unusual } from './unusual';
import type { LiveData } from './use-live-data';
import type { Alert, Statistic } from '../../client';
import type { Stream } from '../streams/stream';

interface LiveChartProps {
  readonly stream: Stream;
  readonly address: LiveAddress;
  readonly data: LiveData;
  readonly alerts: readonly Alert[];
  readonly incidents: Incidents;
  readonly unusual: Unusual;
  readonly paused: boolean;
}

/** Series that are drawn where the address names none. */
const FIRST = 6;

/** How often cards and values are shown anew: more is hard to read. */
const VALUES_MILLIS = 400;

const DASHES: Partial<Record<Statistic, readonly number[]>> = { p95: [6, 4], p99: [2, 3] };

/** Cards, the chart and its series. */
export function LiveChart({ stream, address, data, alerts, incidents, unusual, paused }: LiveChartProps) {
  const { view, change } = address;
  useTicks(data, paused);
  const measures = fieldsOf(stream, 'measure');
  const all = data.store.series;
  const present = measures.filter((measure) => all.some((it) => it.latest?.measures[measure] !== undefined));
  const measure = view.measure ?? present[0] ?? measures[0] ?? '';
  const having = all.filter((it) => it.latest?.measures[measure] !== undefined);
  const visible = new Set(view.series ?? having.slice(0, FIRST).map((it) => it.key));
  const drawn = having.filter((it) => visible.has(it.key));
  const labels = labelsOf(having);
  // By the place among all, so that a line keeps its colour whichever others are drawn.
  const colors = new Map(having.map((it, index) => [it.key, index]));
  const lines = linesOf(drawn, view.shown);
  const styles = lines.map((it): LineStyle => {
    const dash = view.shown === 'percentiles' ? DASHES[it.statistic] : undefined;
    return { label: labels.get(it.series.key) ?? '', color: colors.get(it.series.key) ?? 0, ...(dash !== undefined && { dash }) };
  });
  const [cursor, setCursor] = useState<number>();
  const marks = useMemo(() => marksOf(incidents, alerts, measure), [incidents, alerts, measure]);
  const frame = useFrames(data, paused, JSON.stringify([view, measure, drawn.map((it) => it.key)]), (from, to) => ({
    columns: columnsOf(lines, measure, from, to, view.windowMillis),
    from,
    to,
    marks: [...unusualMarks(unusual, drawn, measure, view), ...marks],
  }), RANGES[view.range]);
  const shownColumns = frame.last;
  return (
    <div className="stack">
      <Cards
        measures={present.length > 0 ? present : measures.slice(0, 4)}
        series={all}
        windowMillis={view.windowMillis}
        chosen={measure}
        onChoose={(it) => change({ measure: it, series: undefined })}
      />
      <section className="panel" aria-label="Chart">
        <div className="panel-head">
          <h2>
            {titleOf(measure)} <span className="muted">· {view.window} windows</span>
          </h2>
          <span className="small muted number" role="status">
            {paused ? 'paused' : ''}
            {data.loading ? 'reading history …' : ''}
            {data.dropped > 0 ? ` ${data.dropped} results left out` : ''}
          </span>
        </div>
        <div className="chart-frame">
          <Chart
            lines={styles}
            measure={measure}
            label={`${titleOf(measure)} of ${stream.name} over the last ${view.range}; the table below has the values`}
            frame={frame.next}
            onCursor={(index) => {
              const seconds = index === undefined ? undefined : shownColumns.current?.columns[0][index];
              setCursor(seconds === undefined ? undefined : seconds * 1000);
            }}
          />
        </div>
        {all.length === 0 && !data.loading ? (
          <Empty title="No results in this range">
            <p>
              Send events to <code>POST /api/v1/streams/{stream.name}/events</code>, or pick a longer range. The chart goes
              on by itself once something comes.
            </p>
          </Empty>
        ) : null}
        {data.incompleteBefore !== undefined ? (
          <div className="note">
            <span>
              History is shown from {dateTime(data.incompleteBefore)} on: there is a lot of it for the requests that are left. A
              larger window or a filter needs less.
            </span>
            <div>
              <button type="button" className="button small" onClick={data.loadMore}>
                Load more
              </button>
            </div>
          </div>
        ) : null}
        <SeriesTable
          series={having}
          labels={labels}
          visible={visible}
          colors={colors}
          measure={measure}
          statistic={view.shown === 'percentiles' ? 'p50' : view.shown}
          cursor={cursor}
          onVisible={(keys) => change({ series: keys.length === 0 ? [''] : keys })}
        />
      </section>
    </div>
  );
}

/** Renders again while there is something new; not while it is paused. */
function useTicks(data: LiveData, paused: boolean): void {
  const [, tick] = useReducer((it: number) => it + 1, 0);
  useEffect(() => {
    let shown = -1;
    const timer = setInterval(() => {
      if (!paused && !document.hidden && data.store.version !== shown) {
        shown = data.store.version;
        tick();
      }
    }, VALUES_MILLIS);
    return () => clearInterval(timer);
  }, [data.store, paused]);
}

/** The chart's frames: a new one where data or view have changed, or a second has passed; the same time while paused. */
function useFrames(
  data: LiveData,
  paused: boolean,
  view: string,
  make: (from: number, to: number) => ChartFrame,
  rangeMillis: number,
) {
  const state = useRef({ version: -1, view: '', to: 0 });
  const last = useRef<ChartFrame>(undefined);
  return {
    last,
    next: (force: boolean): ChartFrame | undefined => {
      const now = Date.now();
      const before = state.current;
      const same = before.version === data.store.version && before.view === view && now - before.to < 1_000;
      if (!force && (document.hidden || (paused ? before.view === view : same))) {
        return undefined;
      }
      const to = paused && before.to > 0 ? before.to : now;
      state.current = { version: data.store.version, view, to };
      last.current = make(to - rangeMillis, to);
      return last.current;
    },
  };
}

/** What was expected where one series is drawn, of several it would hide the lines; and what was unusual in those that are. */
function unusualMarks(
  unusual: Unusual,
  drawn: readonly Series[],
  measure: string,
  view: LiveAddress['view'],
): readonly Mark[] {
  const only = drawn.length === 1 && view.shown === 'mean' ? drawn[0]! : undefined;
  const points = only === undefined ? [] : unusual.expected(only.key, measure).filter((it) => only.byStart.has(it.start));
  const keys = new Set(drawn.map((it) => it.key));
  const marks = unusual.anomalies
    .filter((it) => it.measure === measure && keys.has(keyOf(it.dimensions)))
    .map((it): Mark => {
      const onLine = it.value !== undefined && it.window === view.window && view.shown === 'mean';
      return { kind: 'anomaly', at: Date.parse(it.start), ...(onLine && { value: it.value }) };
    });
  return points.length === 0 ? marks : [{ kind: 'band', points, windowMillis: view.windowMillis }, ...marks];
}

function marksOf(incidents: Incidents, alerts: readonly Alert[], measure: string): readonly Mark[] {
  const levels = alerts
    .filter((it) => it.condition.kind === 'threshold' && it.condition['measure'] === measure && !it.paused)
    .map((it): Mark => ({
      kind: 'level',
      value: Number(it.condition['value']),
      severity: it.severity ?? 'warning',
      label: it.name,
    }));
  const spans = [...incidents.values()]
    .filter((it) => it.firedAt !== undefined)
    .map((it): Mark => ({
      kind: 'span',
      from: Date.parse(it.firedAt!),
      to: it.endedAt === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(it.endedAt),
      severity: it.severity,
      label: `${it.name}: ${keyText(it.key)}`,
    }));
  return [...levels, ...spans];
}

import { useMemo, useState } from 'react';
import { usePlatform } from '../app/platform';
import { problemOf } from '../app/use-resource';
import { Chart } from '../live/chart';
import { keyText } from '../live/incident-panel';
import { SeriesStore } from '../live/series-store';
import { columnsOf, fittingWindow, labelsOf, linesOf } from '../live/view';
import { Field, ProblemNote, SeverityBadge, TableFrame } from '../ui/parts';
import { dateTime, lengthOf, millisOf } from '../ui/time';
import { fieldsOf } from '../streams/stream';
import { affordable } from '../app/affordable';
import { specOf, valueAt } from './draft';
import type { Draft } from './draft';
import type { Mark } from '../live/marks';
import type { Aggregate, Problem, Severity, Statistic } from '../../client';
import type { Stream } from '../streams/stream';

interface Transition {
  readonly state: string;
  readonly at: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Report {
  readonly from: string;
  readonly to: string;
  readonly until: string;
  readonly truncated: boolean;
  readonly truncatedBy?: string;
  readonly elapsedMillis: number;
  readonly events: { readonly read: number; readonly judged: number; readonly retention?: string };
  readonly keys: number;
  readonly errors: number;
  readonly lastError?: string;
  readonly instances: readonly {
    readonly id: string;
    readonly key: Readonly<Record<string, string>>;
    readonly severity: Severity;
    readonly startedAt: string;
    readonly transitions: readonly Transition[];
  }[];
}

const RANGES = { '10m': 600_000, '1h': 3_600_000, '6h': 21_600_000, '24h': 86_400_000 } as const;

/** Lines that are drawn below the marks. */
const MOST_LINES = 6;

/** What the draft would have done with the events that were: nothing is saved for it. */
export function BacktestPanel({ draft, stream }: { draft: Draft; stream: Stream | undefined }) {
  const { rest } = usePlatform();
  const [range, setRange] = useState<keyof typeof RANGES>('1h');
  const [running, setRunning] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [result, setResult] = useState<{ report: Report; store: SeriesStore; windowMillis: number }>();
  const run = async (): Promise<void> => {
    setRunning(true);
    setProblem(undefined);
    const to = Date.now();
    const from = to - RANGES[range];
    try {
      const { body: report } = await rest.send<Report>('/alerts:backtest', {
        method: 'POST',
        body: { alert: specOf(draft), from: new Date(from).toISOString(), to: new Date(to).toISOString() },
      });
      const store = new SeriesStore();
      const window = stream === undefined ? '1m' : fittingWindow(stream.windows.map((it) => [it, millisOf(it)] as const), RANGES[range], 400);
      if (stream !== undefined) {
        const path = `/streams/${stream.name}/aggregates`;
        const items = await rest.all<Aggregate>(path, { window, from, to, order: 'desc', limit: 1000 }, affordable(rest.allowance, 8_000, Date.now()));
        items.forEach((it) => store.add(it));
      }
      setResult({ report, store, windowMillis: millisOf(window) });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setRunning(false);
    }
  };
  return (
    <section className="panel" aria-label="Backtest">
      <div className="panel-head">
        <div>
          <h2>Try it on what has been</h2>
          <p className="small muted">The job’s own evaluators judge the stored events. Nothing is saved, nobody is told.</p>
        </div>
        <div className="row">
          <Field label="The last">
            {(props) => (
              <select {...props} value={range} onChange={(event) => setRange(event.target.value as keyof typeof RANGES)}>
                {Object.keys(RANGES).map((it) => (
                  <option key={it}>{it}</option>
                ))}
              </select>
            )}
          </Field>
          <button type="button" className="button" disabled={running} onClick={() => void run()}>
            {running ? 'Judging …' : 'Run the backtest'}
          </button>
        </div>
      </div>
      {problem !== undefined ? <ProblemNote problem={problem} /> : null}
      {result !== undefined ? <Outcome {...result} draft={draft} stream={stream} /> : null}
    </section>
  );
}

interface OutcomeProps {
  readonly report: Report;
  readonly store: SeriesStore;
  readonly windowMillis: number;
  readonly draft: Draft;
  readonly stream: Stream | undefined;
}

function Outcome({ report, store, windowMillis, draft, stream }: OutcomeProps) {
  const fired = report.instances.filter((it) => it.transitions.some((one) => one.state === 'firing'));
  const measure = String(valueAt(draft, ['condition', 'measure']) ?? (stream === undefined ? '' : fieldsOf(stream, 'measure')[0]) ?? '');
  const frame = useMemo(() => {
    const having = store.series.filter((it) => it.latest?.measures[measure] !== undefined).slice(0, MOST_LINES);
    const from = Date.parse(report.from);
    const to = Date.parse(report.to);
    return {
      labels: labelsOf(having),
      having,
      from,
      to,
      columns: columnsOf(linesOf(having, statisticOf(draft)), measure, from, to, windowMillis),
      marks: [...levels(draft), ...fired.flatMap((it) => spans(it, to))],
    };
  }, [report, store]);
  return (
    <div className="stack" data-backtest="done">
      <p role="status">
        <strong>
          {fired.length === 0 ? 'It would not have fired.' : `It would have fired ${fired.length} ${fired.length === 1 ? 'time' : 'times'}.`}
        </strong>{' '}
        <span className="muted">
          {report.events.judged} of {report.events.read} events judged, {report.keys} keys, {report.elapsedMillis} ms.
        </span>
      </p>
      {report.truncated ? (
        <div className="note warning">
          The reading ended at {dateTime(report.to)}, since there were too many {report.truncatedBy}. Try a shorter time.
        </div>
      ) : null}
      {report.errors > 0 ? (
        <div className="note warning">
          {report.errors} events could not be judged, the last one since {report.lastError}
        </div>
      ) : null}
      {frame.having.length > 0 ? (
        <Chart
          key={report.from}
          low
          lines={frame.having.map((it, index) => ({ label: frame.labels.get(it.key) ?? '', color: index }))}
          measure={measure}
          label={`${measure} with the times when the alert would have fired`}
          frame={(force) => (force ? frame : undefined)}
        />
      ) : null}
      {fired.length > 0 ? (
        <TableFrame label="Instances">
          <table>
            <thead>
              <tr>
                <th scope="col">Key</th>
                <th scope="col">Fired</th>
                <th scope="col">For</th>
                <th scope="col">Summary</th>
              </tr>
            </thead>
            <tbody>
              {fired.slice(0, 50).map((it) => {
                const firing = it.transitions.find((one) => one.state === 'firing')!;
                const end = it.transitions.find((one) => one.state === 'resolved');
                return (
                  <tr key={it.id}>
                    <td>
                      {keyText(it.key)} <SeverityBadge severity={it.severity} />
                    </td>
                    <td className="number nowrap">{dateTime(firing.at)}</td>
                    <td className="number nowrap">
                      {end === undefined ? 'still' : lengthOf(Date.parse(end.at) - Date.parse(firing.at))}
                    </td>
                    <td>{Object.values(firing.annotations ?? {})[0] ?? ''}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </TableFrame>
      ) : null}
    </div>
  );
}

function spans(instance: Report['instances'][number], end: number): readonly Mark[] {
  const from = instance.transitions.find((it) => it.state === 'firing')?.at;
  const to = instance.transitions.find((it) => it.state === 'resolved')?.at;
  return from === undefined
    ? []
    : [
        {
          kind: 'span',
          from: Date.parse(from),
          to: to === undefined ? end : Date.parse(to),
          severity: instance.severity,
          label: keyText(instance.key),
        },
      ];
}

function levels(draft: Draft): readonly Mark[] {
  const value = valueAt(draft, ['condition', 'value']);
  const isLevel = valueAt(draft, ['condition', 'kind']) === 'threshold' && typeof value === 'number';
  return isLevel ? [{ kind: 'level', value, severity: (draft['severity'] as Severity) ?? 'warning', label: 'level' }] : [];
}

/** What is drawn of the measure: what the condition compares, as far as results have it. */
function statisticOf(draft: Draft): Statistic {
  const aggregate = String(valueAt(draft, ['condition', 'aggregate']) ?? 'max');
  const known: readonly string[] = ['count', 'sum', 'min', 'max', 'mean', 'stddev', 'p50', 'p95', 'p99'];
  return known.includes(aggregate) ? (aggregate as Statistic) : 'p95';
}

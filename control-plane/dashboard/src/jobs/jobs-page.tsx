import { usePlatform } from '../app/platform';
import { usePolled } from '../app/use-polled';
import { formatValue } from '../live/format';
import { Empty, Loading, PageHead, ProblemNote, TableFrame } from '../ui/parts';
import { Ago, dateTime, lengthOf } from '../ui/time';
import { shortLength, toneOf, worriesOf } from './job';
import type { Checkpoints, Job, JobReport, Operator } from './job';
import type { ReactNode } from 'react';

/** Flink renews its numbers no oftener. */
const EVERY_MILLIS = 10_000;

/** How the jobs are, for operators of the platform. */
export function JobsPage() {
  const { rest, identity } = usePlatform();
  const report = usePolled((signal) => rest.get<JobReport>('/jobs', {}, signal), EVERY_MILLIS);
  const problem = report.problem;
  return (
    <>
      <PageHead
        title="Jobs"
        actions={
          <button type="button" className="button" onClick={report.reload}>
            Read again
          </button>
        }
      >
        <p>
          What counts, judges and scores every tenant’s events, as Flink tells it.
          {report.data?.readAt !== undefined ? (
            <>
              {' '}
              Read <Ago at={report.data.readAt} />, and every 10 s.
            </>
          ) : null}
        </p>
      </PageHead>
      {problem?.status === 403 ? (
        <div className="panel">
          <Empty title="This is for operators of the platform">
            <p>
              The jobs work for all tenants together.{' '}
              {identity.operator ? 'The server does not take you for an operator.' : 'Ask one of them how they are.'}
            </p>
          </Empty>
        </div>
      ) : null}
      {problem?.status === 503 ? (
        <div className="note warning" role="alert">
          <strong>Flink does not answer</strong>
          <span>
            {report.data === undefined ? '' : 'What is shown is what it told last. '}It is asked again every 10 s. The jobs may run all the
            same: whether results still come, the live view of a stream shows.
          </span>
        </div>
      ) : null}
      {problem !== undefined && problem.status !== 403 && problem.status !== 503 ? (
        <ProblemNote problem={problem} retry={report.reload} />
      ) : null}
      {report.data === undefined && problem === undefined ? <Loading what="the jobs" /> : null}
      {report.data?.configured === false ? (
        <div className="panel">
          <Empty title="Nobody tells of the jobs here">
            <p>
              The control plane does not know where Flink is. Give it the address of Flink’s REST API as <code>flink.url</code>, or{' '}
              <code>STREAMGAUGE_FLINK_URL</code>.
            </p>
          </Empty>
        </div>
      ) : null}
      {report.data?.configured === true && report.data.items.length === 0 ? (
        <div className="panel">
          <Empty title="No job runs">
            <p>Flink is there and has none. Until they are submitted nothing is counted and no alert fires; events are kept meanwhile.</p>
          </Empty>
        </div>
      ) : null}
      {report.data?.items.map((it) => (
        <JobPanel key={it.id} job={it} />
      ))}
    </>
  );
}

function JobPanel({ job }: { job: Job }) {
  const worries = worriesOf(job);
  return (
    <section className="panel job" aria-label={job.name} data-job={job.name} data-state={job.state}>
      <div className="panel-head">
        <h2>{job.name}</h2>
        <span className={`badge ${toneOf(job.state)}`}>{job.state}</span>
      </div>
      {worries.length > 0 ? (
        <div className="note warning" role="status">
          {worries.map((it) => (
            <span key={it}>{it}</span>
          ))}
        </div>
      ) : null}
      <dl className="figures">
        <Figure label={`${job.state} for`}>{job.since === null ? '–' : lengthOf(Date.now() - Date.parse(job.since))}</Figure>
        <Figure label="restarts">{count(job.restarts)}</Figure>
        <Figure label="records to read" name="lag">
          {count(job.lag)}
        </Figure>
        <CheckpointFigures checkpoints={job.checkpoints} />
      </dl>
      {job.operators.length > 0 ? <OperatorTable operators={job.operators} /> : null}
    </section>
  );
}

function CheckpointFigures({ checkpoints }: { checkpoints: Checkpoints | null }) {
  const last = checkpoints?.last ?? null;
  const failure = checkpoints?.lastFailure ?? null;
  return (
    <>
      <Figure label="since the last checkpoint" name="checkpoint" {...(last !== null && { title: dateTime(last.completedAt) })}>
        {last === null ? '–' : lengthOf(last.ageMillis)}
      </Figure>
      <Figure label="it took">{last === null ? '–' : shortLength(last.durationMillis)}</Figure>
      <Figure
        label="state"
        {...(last !== null && last.writtenBytes !== null && { title: `${formatValue(last.writtenBytes, '_bytes')} of it were written` })}
      >
        {formatValue(last?.stateBytes, '_bytes')}
      </Figure>
      <Figure label="checkpoints failed" {...(failure !== null && { title: `${dateTime(failure.at)}: ${failure.reason ?? ''}` })}>
        {count(checkpoints?.failed ?? null)}
        {checkpoints?.completed != null ? <span className="muted"> of {count(checkpoints.completed + (checkpoints.failed ?? 0))}</span> : null}
      </Figure>
    </>
  );
}

function Figure(props: { label: string; name?: string; title?: string; children: ReactNode }) {
  return (
    <div title={props.title}>
      <dt>{props.label}</dt>
      <dd className="number" data-figure={props.name}>
        {props.children}
      </dd>
    </div>
  );
}

function OperatorTable({ operators }: { operators: readonly Operator[] }) {
  return (
    <TableFrame label="Operators">
      <table>
        <thead>
          <tr>
            <th scope="col">Operators</th>
            <th scope="col" className="right">
              Tasks
            </th>
            <th scope="col">Busy</th>
            <th scope="col">Held up</th>
            <th scope="col" className="right">
              To read
            </th>
          </tr>
        </thead>
        <tbody>
          {operators.map((it, index) => (
            <tr key={index}>
              <td className="operator">
                {it.name} {it.state === 'running' ? null : <span className={`badge ${toneOf(it.state)}`}>{it.state}</span>}
              </td>
              <td className="right number">{it.parallelism}</td>
              <td>
                <Share label="busy" value={it.busy} full={0.9} />
              </td>
              <td>
                <Share label="held up" value={it.backpressured} full={0.5} />
              </td>
              <td className="right number">{count(it.pendingRecords)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function Share({ label, value, full }: { label: string; value: number | null; full: number }) {
  if (value === null) {
    return <span className="muted">–</span>;
  }
  const percent = Math.round(value * 100);
  return (
    <div className="share">
      <span className="number">{percent} %</span>
      <div
        className={value >= full ? 'meter full' : 'meter'}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <span style={{ width: `${percent}%` }} />
      </div>
    </div>
  );
}

const COUNT = new Intl.NumberFormat('en');

function count(value: number | null): string {
  return value === null ? '–' : COUNT.format(value);
}

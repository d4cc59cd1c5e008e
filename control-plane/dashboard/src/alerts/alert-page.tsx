import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { usePlatform } from '../app/platform';
import { problemOf, useResource } from '../app/use-resource';
import { keyText } from '../live/incident-panel';
import { Confirm, Empty, Loading, PageHead, ProblemNote, SeverityBadge, TableFrame } from '../ui/parts';
import { dateTime, lengthOf } from '../ui/time';
import { draftOf, yamlOf } from './draft';
import { ExplainPanel } from './explain-panel';
import { ShadowPanel } from './shadow-panel';
import { VersionPanel } from './version-panel';
import type { Alert, AlertInstance, Answer, Page, Problem } from '../../client';

interface Status {
  readonly versions: readonly {
    readonly version: number;
    readonly mode: string;
    readonly subtasks: number;
    readonly activeSubtasks: number;
    readonly quarantinedSubtasks: number;
    readonly errors: number;
    readonly lastError?: string;
    readonly droppedPartialMatches: number;
    readonly droppedInstances: number;
  }[];
}

/** One alert: what it says, how it runs, what came of it, how it became so. */
export function AlertPage() {
  const { alert: name } = useParams();
  const { rest } = usePlatform();
  const path = `/alerts/${encodeURIComponent(name!)}`;
  const alert = useResource((signal) => rest.send<Alert>(path, { signal }), [name]);
  if (alert.data === undefined) {
    return (
      <>
        <PageHead crumb={['/alerts', 'Alerts']} title={name!} />
        {alert.problem === undefined ? <Loading what="the alert" /> : <ProblemNote problem={alert.problem} retry={alert.reload} />}
      </>
    );
  }
  return <ShownAlert path={path} answer={alert.data} reload={alert.reload} />;
}

function ShownAlert({ path, answer, reload }: { path: string; answer: Answer<Alert>; reload: () => void }) {
  const { rest } = usePlatform();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<Problem>();
  const [deleting, setDeleting] = useState(false);
  const alert = answer.body;
  const act = (request: Promise<unknown>, then: () => void): void => {
    setProblem(undefined);
    request.then(then, (error: unknown) => setProblem(problemOf(error)));
  };
  return (
    <>
      <PageHead
        crumb={['/alerts', 'Alerts']}
        title={alert.name}
        actions={
          <>
            <button
              type="button"
              className="button"
              onClick={() => act(rest.send(`${path}/${alert.paused ? 'resume' : 'pause'}`, { method: 'POST' }), reload)}
            >
              {alert.paused ? 'Resume' : 'Pause'}
            </button>
            <button type="button" className="button danger" onClick={() => setDeleting(true)}>
              Delete
            </button>
            <Link className="button primary" to={`/alerts/${alert.name}/edit`}>
              Edit
            </Link>
          </>
        }
      >
        <div className="row">
          <SeverityBadge severity={alert.severity ?? 'warning'} />
          {alert.paused ? <span className="badge">paused</span> : null}
          <span className="muted">{alert.description}</span>
        </div>
      </PageHead>
      {problem !== undefined ? <ProblemNote problem={problem} /> : null}
      <div className="columns">
        <section className="panel" aria-label="Specification">
          <div className="panel-head">
            <h2>Version {alert.version}</h2>
            {alert.streamId !== undefined ? (
              <Link className="small" to={`/streams/${alert.streamId}`}>
                Watch its stream
              </Link>
            ) : null}
          </div>
          <pre className="code" tabIndex={0}>
            {yamlOf(draftOf(alert))}
          </pre>
          <StatusPart path={path} revision={alert.revision} />
        </section>
        <Instances path={path} />
      </div>
      <ShadowPanel path={path} alert={alert} etag={answer.etag} onChanged={reload} />
      <ExplainPanel path={path} groupBy={alert.groupBy ?? []} />
      <VersionPanel path={path} alert={alert} etag={answer.etag} onRestored={reload} />
      {deleting ? (
        <Confirm
          title={`Delete ${alert.name}?`}
          text="What it has open ends now. What came of it is kept as long as the tenant keeps results."
          action="Delete the alert"
          onConfirm={() => {
            setDeleting(false);
            act(rest.send(path, { method: 'DELETE', ifMatch: answer.etag ?? '*' }), () => void navigate('/alerts'));
          }}
          onClose={() => setDeleting(false)}
        />
      ) : null}
    </>
  );
}

function StatusPart({ path, revision }: { path: string; revision: number }) {
  const { rest } = usePlatform();
  const status = useResource((signal) => rest.get<Status>(`${path}/status`, {}, signal), [path, revision]);
  return (
    <div className="stack">
      <div className="panel-head">
        <h3>What the job says</h3>
        <button type="button" className="button quiet small" onClick={status.reload}>
          Ask again
        </button>
      </div>
      {status.problem !== undefined ? <ProblemNote problem={status.problem} /> : null}
      {status.data?.versions.map((it) => (
        <dl key={it.version} className="facts">
          <dt>Version {it.version}</dt>
          <dd>
            {it.mode}, judged on {it.activeSubtasks} of {it.subtasks} subtasks
            {it.quarantinedSubtasks > 0 ? `, quarantined on ${it.quarantinedSubtasks}` : ''}
          </dd>
          <dt>Errors</dt>
          <dd className="number">
            {it.errors}
            {it.lastError !== undefined ? `: ${it.lastError}` : ''}
          </dd>
          {it.droppedPartialMatches + it.droppedInstances > 0 ? (
            <>
              <dt>Given up for quotas</dt>
              <dd className="number">
                {it.droppedPartialMatches} matches, {it.droppedInstances} instances
              </dd>
            </>
          ) : null}
        </dl>
      ))}
      {status.data?.versions.length === 0 ? <p className="muted small">Nothing runs of it now.</p> : null}
    </div>
  );
}

function Instances({ path }: { path: string }) {
  const { rest } = usePlatform();
  const instances = useResource((signal) => rest.get<Page<AlertInstance>>(`${path}/instances`, { limit: 50 }, signal), [path]);
  return (
    <section className="panel" aria-label="What came of it">
      <div className="panel-head">
        <h2>The last 24 hours</h2>
        <button type="button" className="button quiet small" onClick={instances.reload}>
          Read again
        </button>
      </div>
      {instances.problem !== undefined ? <ProblemNote problem={instances.problem} /> : null}
      {instances.data?.items.length === 0 ? (
        <Empty title="It has not fired">
          <p>Whether it could, a backtest tells; why it does not for a key, the question below.</p>
        </Empty>
      ) : null}
      {instances.data !== undefined && instances.data.items.length > 0 ? (
        <TableFrame label="Instances">
          <table>
            <thead>
              <tr>
                <th scope="col">Key</th>
                <th scope="col">State</th>
                <th scope="col">Began</th>
                <th scope="col">Lasted</th>
              </tr>
            </thead>
            <tbody>
              {instances.data.items.map((it) => (
                <tr key={it.id}>
                  <td>
                    {keyText(it.key)}
                    <div className="muted">{Object.values(it.annotations)[0] ?? ''}</div>
                  </td>
                  <td>
                    <span className={`badge ${it.state === 'resolved' ? 'good' : it.severity}`}>{it.state}</span>
                  </td>
                  <td className="number nowrap">{dateTime(it.firedAt ?? it.startedAt)}</td>
                  <td className="number nowrap">
                    {it.endedAt === undefined ? 'still' : lengthOf(Date.parse(it.endedAt) - Date.parse(it.startedAt))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      ) : null}
    </section>
  );
}

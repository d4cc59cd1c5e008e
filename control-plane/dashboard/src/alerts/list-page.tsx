import { useMemo } from 'react';
import { Link, useSearchParams } from 'react-router';
import { usePlatform } from '../app/platform';
import { useResource } from '../app/use-resource';
import { IncidentPanel } from '../live/incident-panel';
import { sorted } from '../live/incidents';
import { useIncidents } from '../live/use-incidents';
import { Empty, Loading, PageHead, ProblemNote, SeverityBadge, TableFrame } from '../ui/parts';
import { SilencePanel } from './silence-panel';
import type { Alert } from '../../client';
import type { Stream } from '../streams/stream';

/** All alerts of the tenant, and what they find now. */
export function AlertListPage() {
  const { rest } = usePlatform();
  const [parameters, setParameters] = useSearchParams();
  const stream = parameters.get('stream') ?? '';
  const alerts = useResource((signal) => rest.all<Alert>('/alerts', {}, 2000, signal), []);
  const streams = useResource((signal) => rest.all<Stream>('/streams', {}, 1000, signal), []);
  const names = useMemo(() => (alerts.data ?? []).map((it) => it.name), [alerts.data]);
  const incidents = useIncidents(undefined, names);
  const { firing } = sorted(incidents.incidents);
  const nameOf = new Map((streams.data ?? []).map((it) => [it.id, it.name]));
  const shown = (alerts.data ?? []).filter((it) => stream === '' || nameOf.get(it.streamId ?? '') === stream);
  return (
    <>
      <PageHead
        title="Alerts"
        actions={
          <>
            <select
              aria-label="Alerts of the stream"
              value={stream}
              style={{ width: 'auto' }}
              onChange={(event) => setParameters(event.target.value === '' ? {} : { stream: event.target.value }, { replace: true })}
            >
              <option value="">all streams</option>
              {(streams.data ?? []).map((it) => (
                <option key={it.id}>{it.name}</option>
              ))}
            </select>
            <Link className="button primary" to={stream === '' ? '/alerts/new' : `/alerts/new?stream=${stream}`}>
              New alert
            </Link>
          </>
        }
      >
        <p>What of the events somebody should hear of. They change while the jobs run.</p>
      </PageHead>
      {alerts.problem !== undefined ? <ProblemNote problem={alerts.problem} retry={alerts.reload} /> : null}
      {alerts.data === undefined && alerts.problem === undefined ? <Loading what="alerts" /> : null}
      <div className="live">
        <TableFrame label="Alerts" className="panel">
          {alerts.data !== undefined && shown.length === 0 ? (
            <Empty title={stream === '' ? 'There is no alert yet' : `No alert on ${stream}`}>
              <p>The simplest says when a value is beyond a level. Try it on the last hour before you save it.</p>
              <Link className="button primary" to={stream === '' ? '/alerts/new' : `/alerts/new?stream=${stream}`}>
                Write the first alert
              </Link>
            </Empty>
          ) : null}
          {shown.length > 0 ? (
            <table>
              <thead>
                <tr>
                  <th scope="col">Alert</th>
                  <th scope="col">Stream</th>
                  <th scope="col">Kind</th>
                  <th scope="col">Severity</th>
                  <th scope="col">Now</th>
                  <th scope="col">Version</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((alert) => {
                  const count = firing.filter((it) => it.alert === alert.id).length;
                  return (
                    <tr key={alert.id}>
                      <td>
                        <Link to={`/alerts/${alert.name}`}>
                          <strong>{alert.name}</strong>
                        </Link>
                        {alert.description ? <div className="muted">{alert.description}</div> : null}
                      </td>
                      <td>
                        {alert.streamId === undefined ? (
                          '–'
                        ) : (
                          <Link to={`/streams/${nameOf.get(alert.streamId) ?? alert.streamId}`}>
                            {nameOf.get(alert.streamId) ?? alert.streamId}
                          </Link>
                        )}
                      </td>
                      <td>{alert.condition.kind}</td>
                      <td>
                        <SeverityBadge severity={alert.severity ?? 'warning'} />
                      </td>
                      <td>
                        {alert.paused ? (
                          <span className="badge">paused</span>
                        ) : count > 0 ? (
                          <span className="badge critical">{count} firing</span>
                        ) : (
                          <span className="badge good">quiet</span>
                        )}
                      </td>
                      <td className="number">
                        {alert.version}
                        {alert.shadow !== undefined ? <span className="badge">shadow {alert.shadow.version}</span> : null}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          ) : null}
        </TableFrame>
        <div className="stack">
          <IncidentPanel data={incidents} create="/alerts/new" />
          <SilencePanel />
        </div>
      </div>
    </>
  );
}

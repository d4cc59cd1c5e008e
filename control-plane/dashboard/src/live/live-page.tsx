import { useEffect, useMemo, useState } from 'react';
import { Link, useParams } from 'react-router';
import { usePlatform } from '../app/platform';
import { useResource } from '../app/use-resource';
import { Loading, PageHead, ProblemNote } from '../ui/parts';
import { AnomalyPanel } from './anomaly-panel';
import { IncidentPanel } from './incident-panel';
import { LiveChart } from './live-chart';
import { RANGES, useLiveAddress } from './live-address';
import { LiveToolbar } from './live-toolbar';
import { RejectedPanel } from './rejected-panel';
import { useIncidents } from './use-incidents';
import { useLiveData } from './use-live-data';
import { useUnusual } from './use-unusual';
import type { Alert } from '../../client';
import type { Stream } from '../streams/stream';

/** A stream, live: `/streams/{name}`; what is looked at is in the address. */
export function LivePage() {
  const { stream: name } = useParams();
  const { rest } = usePlatform();
  const stream = useResource((signal) => rest.get<Stream>(`/streams/${encodeURIComponent(name!)}`, {}, signal), [name]);
  const alerts = useResource((signal) => rest.all<Alert>('/alerts', { stream: name }, 200, signal), [name]);
  if (stream.problem !== undefined) {
    return (
      <>
        <PageHead crumb={['/streams', 'Streams']} title={name!} />
        <ProblemNote problem={stream.problem} retry={stream.reload} />
      </>
    );
  }
  if (stream.data === undefined) {
    return (
      <>
        <PageHead crumb={['/streams', 'Streams']} title={name!} />
        <Loading what="the stream" />
      </>
    );
  }
  return <LiveStream key={stream.data.id} stream={stream.data} alerts={alerts.data ?? []} />;
}

function LiveStream({ stream, alerts }: { stream: Stream; alerts: readonly Alert[] }) {
  const address = useLiveAddress(stream);
  const [paused, setPaused] = useState(false);
  const { view } = address;
  const data = useLiveData({
    stream: stream.name,
    window: view.window,
    windowMillis: view.windowMillis,
    rangeMillis: RANGES[view.range],
    where: view.where,
  });
  const unusual = useUnusual({ stream: stream.name, where: view.where, rangeMillis: RANGES[view.range] });
  // What is held still is a copy: the original takes in what comes meanwhile.
  const held = useMemo(() => (paused ? data.store.copy() : undefined), [paused, data.store]);
  // Another range or filter asks for what was not held.
  useEffect(() => setPaused(false), [view.range, view.window, JSON.stringify(view.where)]);
  const incidents = useIncidents(
    stream.name,
    alerts.map((it) => it.name),
  );
  return (
    <>
      <PageHead
        crumb={['/streams', 'Streams']}
        title={stream.name}
        actions={
          <>
            <button type="button" className="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
              {paused ? 'Go on' : 'Pause'}
            </button>
            <Link className="button" to={`/streams/${stream.name}/edit`}>
              Edit
            </Link>
            <Link className="button primary" to={`/alerts/new?stream=${stream.name}`}>
              New alert
            </Link>
          </>
        }
      >
        {stream.description ? <p>{stream.description}</p> : null}
      </PageHead>
      <LiveToolbar stream={stream} address={address} store={data.store} />
      {data.problem !== undefined ? <ProblemNote problem={data.problem} /> : null}
      <div className="live">
        <div className="stack">
          <LiveChart
            stream={stream}
            address={address}
            data={held === undefined ? data : { ...data, store: held }}
            alerts={alerts}
            incidents={incidents.incidents}
            unusual={unusual.unusual}
            paused={paused}
          />
          <RejectedPanel stream={stream.name} />
        </div>
        <div className="stack">
          <IncidentPanel data={incidents} create={`/alerts/new?stream=${stream.name}`} />
          <AnomalyPanel data={unusual} onMeasure={(measure) => address.change({ measure, series: undefined })} />
        </div>
      </div>
    </>
  );
}

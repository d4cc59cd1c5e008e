import { useState } from 'react';
import { usePlatform } from '../app/platform';
import { useResource } from '../app/use-resource';
import { Empty, Loading, ProblemNote, TableFrame } from '../ui/parts';
import { dateTime } from '../ui/time';
import type { Page } from '../../client';

interface Rejected {
  readonly reason: string;
  readonly detail: string;
  readonly arrivedAt: string;
  readonly partition: number;
  readonly offset: number;
  readonly event: string;
}

type RejectedPage = Page<Rejected> & { readonly counts?: Readonly<Record<string, number>> };

/** Events of the last day that the job could not count, and why; read only when somebody asks. */
export function RejectedPanel({ stream }: { stream: string }) {
  const [open, setOpen] = useState(false);
  return (
    <section className="panel" aria-label="What was not counted">
      <div className="panel-head">
        <h2>What was not counted</h2>
        <button type="button" className="button small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide' : 'Show the last 24 hours'}
        </button>
      </div>
      {open ? <RejectedEvents stream={stream} /> : null}
    </section>
  );
}

function RejectedEvents({ stream }: { stream: string }) {
  const { rest } = usePlatform();
  const rejected = useResource(
    (signal) => rest.get<RejectedPage>(`/streams/${encodeURIComponent(stream)}/rejected-events`, { limit: 50 }, signal),
    [stream],
  );
  if (rejected.problem !== undefined) {
    return <ProblemNote problem={rejected.problem} retry={rejected.reload} />;
  }
  if (rejected.data === undefined) {
    return <Loading what="what was not counted" />;
  }
  if (rejected.data.items.length === 0) {
    return <Empty title="Every event of the last 24 hours was counted" />;
  }
  return (
    <>
      <div className="checks">
        {Object.entries(rejected.data.counts ?? {}).map(([reason, count]) => (
          <span key={reason} className="badge warning">
            {reason}: {count}
          </span>
        ))}
      </div>
      <TableFrame label="Events that were not counted">
        <table>
          <thead>
            <tr>
              <th scope="col">Arrived</th>
              <th scope="col">Why not</th>
              <th scope="col">Event</th>
            </tr>
          </thead>
          <tbody>
            {rejected.data.items.map((it) => (
              <tr key={`${it.partition}:${it.offset}`}>
                <td className="number nowrap">{dateTime(it.arrivedAt)}</td>
                <td>
                  <span className="badge warning">{it.reason}</span> {it.detail}
                </td>
                <td>
                  <code>{it.event}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </>
  );
}

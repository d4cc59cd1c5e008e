import { useState } from 'react';
import { Link } from 'react-router';
import { usePlatform } from '../app/platform';
import { problemOf, useResource } from '../app/use-resource';
import { Confirm, Empty, Loading, PageHead, ProblemNote, TableFrame } from '../ui/parts';
import { dateTime } from '../ui/time';
import { fieldsOf } from './stream';
import type { Problem } from '../../client';
import type { Stream } from './stream';

/** All streams of the tenant. */
export function StreamListPage() {
  const { rest } = usePlatform();
  const streams = useResource((signal) => rest.all<Stream>('/streams', {}, 1000, signal), []);
  const [deleting, setDeleting] = useState<Stream>();
  const [problem, setProblem] = useState<Problem>();
  const remove = (stream: Stream): void => {
    setDeleting(undefined);
    setProblem(undefined);
    const path = `/streams/${stream.id}`;
    rest
      .send(path)
      .then(({ etag }) => rest.send(path, { method: 'DELETE', ifMatch: etag ?? '*' }))
      .then(streams.reload, (error: unknown) => setProblem(problemOf(error)));
  };
  return (
    <>
      <PageHead
        title="Streams"
        actions={
          <Link className="button primary" to="/streams/new">
            New stream
          </Link>
        }
      >
        <p>Kinds of events that are counted in windows while they arrive. Open one to watch it.</p>
      </PageHead>
      {problem !== undefined ? <ProblemNote problem={problem} /> : null}
      {streams.problem !== undefined ? <ProblemNote problem={streams.problem} retry={streams.reload} /> : null}
      {streams.data === undefined && streams.problem === undefined ? <Loading what="streams" /> : null}
      {streams.data?.length === 0 ? (
        <div className="panel">
          <Empty title="There is no stream yet">
            <p>Describe what your events look like, by hand or from a sample, and then send some.</p>
            <Link className="button primary" to="/streams/new">
              Describe the first stream
            </Link>
          </Empty>
        </div>
      ) : null}
      {streams.data !== undefined && streams.data.length > 0 ? (
        <TableFrame label="Streams" className="panel">
          <table>
            <thead>
              <tr>
                <th scope="col">Stream</th>
                <th scope="col">Measures</th>
                <th scope="col">Grouped by</th>
                <th scope="col">Windows</th>
                <th scope="col">Changed</th>
                <th scope="col">
                  <span className="hidden-visually">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {streams.data.map((stream) => (
                <tr key={stream.id}>
                  <td>
                    <Link to={`/streams/${stream.name}`}>
                      <strong>{stream.name}</strong>
                    </Link>
                    {stream.description ? <div className="muted">{stream.description}</div> : null}
                  </td>
                  <td className="number" title={fieldsOf(stream, 'measure').join(', ')}>
                    {fieldsOf(stream, 'measure').length}
                  </td>
                  <td>{fieldsOf(stream, 'dimension').join(', ') || '–'}</td>
                  <td className="nowrap">{stream.windows.join(', ')}</td>
                  <td className="nowrap number">{dateTime(stream.updatedAt)}</td>
                  <td>
                    <div className="row">
                      <Link className="button small" to={`/streams/${stream.name}/edit`} aria-label={`Edit ${stream.name}`}>
                        Edit
                      </Link>
                      <button
                        type="button"
                        className="button quiet small"
                        aria-label={`Delete ${stream.name}`}
                        onClick={() => setDeleting(stream)}
                      >
                        Delete
                      </button>
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      ) : null}
      {deleting !== undefined ? (
        <Confirm
          title={`Delete ${deleting.name}?`}
          text="Its stored results and its state go with it. A new stream of the same name starts empty."
          action="Delete the stream"
          onConfirm={() => remove(deleting)}
          onClose={() => setDeleting(undefined)}
        />
      ) : null}
    </>
  );
}

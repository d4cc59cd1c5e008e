import { useState } from 'react';
import { usePlatform } from '../app/platform';
import { problemOf, useResource } from '../app/use-resource';
import { Loading, ProblemNote, TableFrame } from '../ui/parts';
import { dateTime } from '../ui/time';
import type { Alert, Problem } from '../../client';

interface Version {
  readonly version: number;
  readonly mode?: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly note: string;
}

interface Diff {
  readonly version: number;
  readonly against: number;
  readonly changes: readonly { readonly pointer: string; readonly before?: unknown; readonly after?: unknown }[];
}

interface VersionPanelProps {
  readonly path: string;
  readonly alert: Alert;
  readonly etag: string | undefined;
  readonly onRestored: () => void;
}

/** Versions of an alert: who, when and why, what differs, and the way back. */
export function VersionPanel({ path, alert, etag, onRestored }: VersionPanelProps) {
  const { rest } = usePlatform();
  const versions = useResource((signal) => rest.all<Version>(`${path}/versions`, {}, 200, signal), [path, alert.revision]);
  const [chosen, setChosen] = useState<number>();
  const [problem, setProblem] = useState<Problem>();
  const restore = (version: number): void => {
    setProblem(undefined);
    rest
      .send(`${path}/versions/${version}/restore`, { method: 'POST', ...(etag !== undefined && { ifMatch: etag }) })
      .then(onRestored, (error: unknown) => setProblem(problemOf(error)));
  };
  return (
    <section className="panel" aria-label="Versions">
      <h2>Versions</h2>
      {problem !== undefined ? <ProblemNote problem={problem} /> : null}
      {versions.problem !== undefined ? <ProblemNote problem={versions.problem} retry={versions.reload} /> : null}
      {versions.data === undefined && versions.problem === undefined ? <Loading what="versions" /> : null}
      {versions.data !== undefined ? (
        <TableFrame label="Versions">
          <table>
            <thead>
              <tr>
                <th scope="col">Version</th>
                <th scope="col">Made</th>
                <th scope="col">By</th>
                <th scope="col">Why</th>
                <th scope="col">
                  <span className="hidden-visually">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {versions.data.map((it) => (
                <tr key={it.version}>
                  <td className="number nowrap">
                    {it.version} {it.mode !== undefined ? <span className="badge">{it.mode}</span> : null}
                  </td>
                  <td className="number nowrap">{dateTime(it.createdAt)}</td>
                  <td>{it.createdBy}</td>
                  <td>{it.note || '–'}</td>
                  <td>
                    <div className="row">
                      {it.version > 1 ? (
                        <button
                          type="button"
                          className="button small"
                          aria-expanded={chosen === it.version}
                          onClick={() => setChosen(chosen === it.version ? undefined : it.version)}
                        >
                          What changed
                        </button>
                      ) : null}
                      {it.version !== alert.version && it.mode === undefined ? (
                        <button type="button" className="button small" onClick={() => restore(it.version)}>
                          Restore
                        </button>
                      ) : null}
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      ) : null}
      {chosen !== undefined ? <Changes path={path} version={chosen} /> : null}
    </section>
  );
}

function Changes({ path, version }: { path: string; version: number }) {
  const { rest } = usePlatform();
  const diff = useResource((signal) => rest.get<Diff>(`${path}/versions/${version}/diff`, {}, signal), [path, version]);
  if (diff.problem !== undefined) {
    return <ProblemNote problem={diff.problem} />;
  }
  if (diff.data === undefined) {
    return <Loading what="the difference" />;
  }
  return (
    <TableFrame label="Differences">
      <table>
        <thead>
          <tr>
            <th scope="col">In version {version}</th>
            <th scope="col">before (version {diff.data.against})</th>
            <th scope="col">after</th>
          </tr>
        </thead>
        <tbody>
          {diff.data.changes.map((it) => (
            <tr key={it.pointer}>
              <td>
                <code>{it.pointer}</code>
              </td>
              <td>
                <Value value={it.before} />
              </td>
              <td>
                <Value value={it.after} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function Value({ value }: { value: unknown }) {
  return value === undefined ? <span className="muted">–</span> : <code>{JSON.stringify(value)}</code>;
}

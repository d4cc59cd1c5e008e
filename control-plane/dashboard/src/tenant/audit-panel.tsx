import { Fragment, useEffect, useState } from 'react';
import { usePlatform } from '../app/platform';
import { problemOf } from '../app/use-resource';
import { Empty, Loading, ProblemNote, TableFrame } from '../ui/parts';
import { dateTime } from '../ui/time';
import type { Page, Problem } from '../../client';

interface Entry {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly actorKind: string;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly remoteAddress: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Who has changed what, the latest first. */
export function AuditPanel() {
  const { rest } = usePlatform();
  const [entries, setEntries] = useState<readonly Entry[]>();
  const [next, setNext] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const [open, setOpen] = useState<string>();
  const read = (cursor: string | undefined, signal?: AbortSignal): void => {
    setProblem(undefined);
    rest.get<Page<Entry>>('/audit', { limit: 50, cursor }, signal).then(
      (page) => {
        setEntries((before) => (cursor === undefined ? page.items : [...(before ?? []), ...page.items]));
        setNext(page.nextCursor);
      },
      (error: unknown) => signal?.aborted !== true && setProblem(problemOf(error)),
    );
  };
  useEffect(() => {
    const abort = new AbortController();
    read(undefined, abort.signal);
    return () => abort.abort();
  }, [rest]);
  return (
    <section className="panel" aria-label="Audit log">
      <div className="panel-head">
        <h2>What was changed</h2>
        <button type="button" className="button quiet small" onClick={() => read(undefined)}>
          Read again
        </button>
      </div>
      {problem !== undefined ? <ProblemNote problem={problem} /> : null}
      {entries === undefined && problem === undefined ? <Loading what="the audit log" /> : null}
      {entries?.length === 0 ? <Empty title="Nothing was changed yet" /> : null}
      {entries !== undefined && entries.length > 0 ? (
        <TableFrame label="Changes">
          <table>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Who</th>
                <th scope="col">Did</th>
                <th scope="col">From</th>
                <th scope="col">
                  <span className="hidden-visually">Details</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {entries.map((it) => (
                <Fragment key={it.id}>
                  <tr>
                    <td className="nowrap number">{dateTime(it.at)}</td>
                    <td>
                      {it.actor} <span className="muted">{it.actorKind}</span>
                    </td>
                    <td>
                      {it.action} {it.resourceType} <code>{nameOf(it)}</code>
                    </td>
                    <td className="number">{it.remoteAddress}</td>
                    <td>
                      <button
                        type="button"
                        className="button quiet small"
                        aria-expanded={open === it.id}
                        aria-label={`Details of ${it.action} ${it.resourceType}`}
                        onClick={() => setOpen(open === it.id ? undefined : it.id)}
                      >
                        Details
                      </button>
                    </td>
                  </tr>
                  {open === it.id ? (
                    <tr>
                      <td colSpan={5}>
                        <div className="columns">
                          <State title="Before" state={it.before} />
                          <State title="After" state={it.after} />
                        </div>
                      </td>
                    </tr>
                  ) : null}
                </Fragment>
              ))}
            </tbody>
          </table>
        </TableFrame>
      ) : null}
      {next !== undefined ? (
        <div>
          <button type="button" className="button" onClick={() => read(next)}>
            Earlier ones
          </button>
        </div>
      ) : null}
    </section>
  );
}

function nameOf(entry: Entry): string {
  const state = (entry.after ?? entry.before) as Record<string, unknown> | undefined;
  return typeof state?.['name'] === 'string' && state['name'] !== '' ? state['name'] : entry.resourceId;
}

function State({ title, state }: { title: string; state: unknown }) {
  return (
    <div className="stack">
      <h3>{title}</h3>
      {state === undefined ? (
        <p className="muted small">There was nothing.</p>
      ) : (
        <pre className="code" tabIndex={0}>
          {JSON.stringify(state, null, 2)}
        </pre>
      )}
    </div>
  );
}

import { useState } from 'react';
import { usePlatform } from '../app/platform';
import { problemOf, useResource } from '../app/use-resource';
import { ProblemNote } from '../ui/parts';
import { dateTime } from '../ui/time';
import { yamlOf } from './draft';
import type { Draft } from './draft';
import type { Alert, Problem } from '../../client';

interface ShadowDiff {
  readonly from: string;
  readonly to: string;
  readonly truncated: boolean;
  readonly counts: { readonly both: number; readonly onlyActive: number; readonly onlyShadow: number };
}

interface ShadowPanelProps {
  readonly path: string;
  readonly alert: Alert;
  readonly etag: string | undefined;
  readonly onChanged: () => void;
}

/** The version that is judged beside the active one: how it differs in what it finds, and what becomes of it. */
export function ShadowPanel({ path, alert, etag, onChanged }: ShadowPanelProps) {
  const { rest } = usePlatform();
  const [problem, setProblem] = useState<Problem>();
  const { shadow } = alert;
  const diff = useResource(
    async (signal) => (shadow === undefined ? undefined : rest.get<ShadowDiff>(`${path}/shadow/diff`, {}, signal)),
    [path, shadow?.version],
  );
  if (shadow === undefined) {
    return null;
  }
  const act = (request: Promise<unknown>): void => {
    setProblem(undefined);
    request.then(onChanged, (error: unknown) => setProblem(problemOf(error)));
  };
  return (
    <section className="panel" aria-label="Shadow">
      <div className="panel-head">
        <h2>Version {shadow.version} runs beside it</h2>
        <div className="row">
          <button type="button" className="button" onClick={diff.reload}>
            Compare again
          </button>
          <button type="button" className="button" onClick={() => act(rest.send(`${path}/shadow`, { method: 'DELETE', ifMatch: etag ?? '*' }))}>
            End it
          </button>
          <button
            type="button"
            className="button primary"
            onClick={() => act(rest.send(`${path}/shadow/promote`, { method: 'POST', ...(etag !== undefined && { ifMatch: etag }) }))}
          >
            Let it take over
          </button>
        </div>
      </div>
      {problem !== undefined ? <ProblemNote problem={problem} /> : null}
      {diff.problem !== undefined ? <ProblemNote problem={diff.problem} retry={diff.reload} /> : null}
      {diff.data !== undefined ? (
        <dl className="facts">
          <dt>Compared since</dt>
          <dd className="number">{dateTime(diff.data.from)}</dd>
          <dt>Found by both</dt>
          <dd className="number">{diff.data.counts.both}</dd>
          <dt>By the active version only</dt>
          <dd className="number">{diff.data.counts.onlyActive}</dd>
          <dt>By this one only</dt>
          <dd className="number">
            {diff.data.counts.onlyShadow}
            {diff.data.truncated ? ', and more that were not compared' : ''}
          </dd>
        </dl>
      ) : null}
      <pre className="code" tabIndex={0}>
        {yamlOf(shadow.spec as unknown as Draft)}
      </pre>
    </section>
  );
}

import { useState } from 'react';
import { usePlatform } from '../app/platform';
import { problemOf, useResource } from '../app/use-resource';
import { ProblemNote } from '../ui/parts';
import { dateTime } from '../ui/time';
import type { Problem } from '../../client';

interface Silence {
  readonly id: string;
  readonly matchers: readonly { readonly name: string; readonly op?: string; readonly value: string }[];
  readonly to: string;
  readonly reason: string;
  readonly createdBy: string;
}

/** Silences in force, and their ends. Nothing is shown where there is none: they are made at an incident. */
export function SilencePanel() {
  const { rest } = usePlatform();
  const silences = useResource((signal) => rest.all<Silence>('/silences', { state: 'active' }, 200, signal), []);
  const [problem, setProblem] = useState<Problem>();
  if (silences.data === undefined || silences.data.length === 0) {
    return null;
  }
  return (
    <section className="panel" aria-label="Silences">
      <h2>Silences in force</h2>
      {problem !== undefined ? <ProblemNote problem={problem} /> : null}
      <ul className="stack">
        {silences.data.map((it) => (
          <li key={it.id} className="incident">
            <code>{it.matchers.map((one) => `${one.name}${one.op ?? '='}${one.value}`).join(', ')}</code>
            <span>{it.reason}</span>
            <span className="small muted">
              until {dateTime(it.to)}, by {it.createdBy}
            </span>
            <div>
              <button
                type="button"
                className="button small"
                onClick={() => {
                  setProblem(undefined);
                  rest
                    .send(`/silences/${it.id}/expire`, { method: 'POST' })
                    .then(silences.reload, (error: unknown) => setProblem(problemOf(error)));
                }}
              >
                End it now
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

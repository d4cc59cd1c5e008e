import { useState } from 'react';
import { usePlatform } from '../app/platform';
import { problemOf } from '../app/use-resource';
import { Field, ProblemNote } from '../ui/parts';
import { yamlOf } from './draft';
import type { Problem } from '../../client';

/** Asks the job why the alert does, or does not, fire for a key. */
export function ExplainPanel({ path, groupBy }: { path: string; groupBy: readonly string[] }) {
  const { rest } = usePlatform();
  const [key, setKey] = useState<Readonly<Record<string, string>>>({});
  const [answer, setAnswer] = useState<Readonly<Record<string, unknown>>>();
  const [problem, setProblem] = useState<Problem>();
  const [asking, setAsking] = useState(false);
  const ask = async (): Promise<void> => {
    setAsking(true);
    setProblem(undefined);
    try {
      const query = { key: groupBy.map((it) => `${it}=${key[it] ?? ''}`) };
      setAnswer(await rest.get(`${path}/explain`, groupBy.length === 0 ? {} : query));
    } catch (error) {
      setAnswer(undefined);
      setProblem(problemOf(error));
    } finally {
      setAsking(false);
    }
  };
  return (
    <section className="panel" aria-label="Explain">
      <h2>Why does it fire, or not?</h2>
      <form
        className="toolbar"
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        {groupBy.map((dimension) => (
          <Field key={dimension} label={dimension}>
            {(props) => (
              <input
                {...props}
                type="text"
                required
                value={key[dimension] ?? ''}
                onChange={(event) => setKey({ ...key, [dimension]: event.target.value })}
              />
            )}
          </Field>
        ))}
        <button type="submit" className="button" disabled={asking}>
          {asking ? 'Asking …' : 'Ask the job'}
        </button>
      </form>
      {problem !== undefined ? <ProblemNote problem={problem} /> : null}
      {answer !== undefined ? (
        <pre className="code" tabIndex={0}>
          {yamlOf(answer)}
        </pre>
      ) : null}
    </section>
  );
}

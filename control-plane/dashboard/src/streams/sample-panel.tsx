import { useState } from 'react';
import { usePlatform } from '../app/platform';
import { problemOf } from '../app/use-resource';
import { Field, ProblemNote } from '../ui/parts';
import { inferFields, parseEvents } from './infer';
import type { Problem, Violation } from '../../client';
import type { StreamField } from './stream';

interface Report {
  readonly accepted: number;
  readonly rejected: number;
  readonly errors: readonly { readonly index: number; readonly errors: readonly Violation[] }[];
}

interface SamplePanelProps {
  /** The stream that samples can be sent to; undefined before it is saved. */
  readonly stream: string | undefined;
  /** Takes fields that were inferred; undefined where the schema is fixed already. */
  readonly onFields: ((fields: readonly StreamField[]) => void) | undefined;
}

/** Sample events: to infer a schema from, or to send and see what becomes of them. */
export function SamplePanel({ stream, onFields }: SamplePanelProps) {
  const { rest } = usePlatform();
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string>();
  const [report, setReport] = useState<Report>();
  const [problem, setProblem] = useState<Problem>();
  const withEvents = (use: (events: readonly Readonly<Record<string, unknown>>[]) => void): void => {
    setFault(undefined);
    setReport(undefined);
    setProblem(undefined);
    try {
      use(parseEvents(text));
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <section className="panel" aria-label="Sample events">
      <h2>Sample events</h2>
      <Field label="Events" hint="JSON: an array, or one event a line." fault={fault}>
        {(props) => (
          <textarea
            {...props}
            rows={6}
            spellCheck={false}
            value={text}
            placeholder={'{"time": "2026-11-25T08:00:00Z", "shop": "berlin", "amount": 12.5}'}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className="row">
        {onFields !== undefined ? (
          <button type="button" className="button" disabled={text === ''} onClick={() => withEvents((it) => onFields(inferFields(it)))}>
            Fill in the fields from these
          </button>
        ) : null}
        {stream !== undefined ? (
          <button
            type="button"
            className="button"
            disabled={text === ''}
            onClick={() =>
              withEvents((events) => {
                rest
                  .send<Report>(`/streams/${stream}/events`, { method: 'POST', body: events })
                  .then(({ body }) => setReport(body), (error: unknown) => setProblem(problemOf(error)));
              })
            }
          >
            Send them to {stream}
          </button>
        ) : null}
      </div>
      {problem !== undefined ? <ProblemNote problem={problem} /> : null}
      {report !== undefined ? (
        <div className={report.rejected > 0 ? 'note warning' : 'note good'} role="status">
          <strong>
            {report.accepted} accepted, {report.rejected} rejected
          </strong>
          {report.errors.map((it) => (
            <span key={it.index}>
              Event {it.index + 1}: {it.errors.map((one) => `${one.pointer} ${one.detail}`).join('; ')}
            </span>
          ))}
        </div>
      ) : null}
    </section>
  );
}

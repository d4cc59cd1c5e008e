import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { usePlatform } from '../app/platform';
import { problemOf, useResource } from '../app/use-resource';
import { Faults } from '../ui/faults';
import { Field, Loading, PageHead, ProblemNote } from '../ui/parts';
import { FieldTable } from './field-table';
import { SamplePanel } from './sample-panel';
import type { Answer, Problem } from '../../client';
import type { Stream, StreamSpec } from './stream';

const FRESH: StreamSpec = {
  name: '',
  description: '',
  fields: [
    { name: 'time', type: 'timestamp', role: 'timestamp' },
    { name: '', type: 'string', role: 'dimension' },
    { name: '', type: 'number', role: 'measure' },
  ],
  windows: ['1s', '10s', '1m'],
  outOfOrderness: '0s',
  allowedLateness: '1m',
  earlyResults: true,
  unknownFields: 'reject',
};

/** Makes a stream, or changes one: `/streams/new`, `/streams/{name}/edit`. */
export function StreamEditorPage() {
  const { stream: name } = useParams();
  const { rest } = usePlatform();
  const stream = useResource(
    async (signal): Promise<Answer<StreamSpec>> =>
      name === undefined
        ? { body: FRESH, etag: undefined }
        : rest.send<Stream>(`/streams/${encodeURIComponent(name)}`, { signal }),
    [name],
  );
  if (stream.data === undefined) {
    return (
      <>
        <PageHead crumb={['/streams', 'Streams']} title={name ?? 'New stream'} />
        {stream.problem === undefined ? (
          <Loading what="the stream" />
        ) : (
          <ProblemNote problem={stream.problem} retry={stream.reload} />
        )}
      </>
    );
  }
  return <StreamEditor key={stream.data.etag ?? 'new'} first={stream.data.body} etag={stream.data.etag} />;
}

function StreamEditor({ first, etag }: { first: StreamSpec; etag: string | undefined }) {
  const { rest } = usePlatform();
  const navigate = useNavigate();
  const [spec, setSpec] = useState(first);
  const [windows, setWindows] = useState(first.windows.join(', '));
  const [problem, setProblem] = useState<Problem>();
  const [saving, setSaving] = useState(false);
  const isNew = etag === undefined;
  const change = (changes: Partial<StreamSpec>): void => setSpec({ ...spec, ...changes });
  const save = async (): Promise<void> => {
    setSaving(true);
    setProblem(undefined);
    const body: StreamSpec = {
      ...spec,
      windows: windows.split(/[\s,]+/).filter((it) => it !== ''),
      fields: spec.fields.filter((it) => it.name !== ''),
    };
    try {
      await rest.send(isNew ? '/streams' : `/streams/${first.name}`, {
        method: isNew ? 'POST' : 'PUT',
        body,
        ...(etag !== undefined && { ifMatch: etag }),
      });
      await navigate(`/streams/${spec.name}`);
    } catch (error) {
      setProblem(problemOf(error));
      setSpec(body);
      setSaving(false);
    }
  };
  const faults = new Faults(problem);
  const form = (
    <>
      <section className="panel" aria-label="Stream">
        <div className="columns">
          <Field label="Name" fault={faults.at('#/name')} hint={isNew ? 'Lower-case letters, digits, hyphens. It cannot change later.' : 'It cannot change.'}>
            {(props) => (
              <input {...props} type="text" disabled={!isNew} value={spec.name} onChange={(event) => change({ name: event.target.value })} />
            )}
          </Field>
          <Field label="Description" fault={faults.at('#/description')}>
            {(props) => (
              <input {...props} type="text" value={spec.description ?? ''} onChange={(event) => change({ description: event.target.value })} />
            )}
          </Field>
        </div>
        <FieldTable fields={spec.fields} fixed={isNew ? 0 : first.fields.length} faults={faults} onChange={(fields) => change({ fields })} />
      </section>
      <section className="panel" aria-label="Windows">
        <h2>Windows</h2>
        <div className="fields">
          <Field label="Sizes" fault={faults.within('#/windows')} hint="Up to eight, from 1s to 1h, as in 1s, 10s, 1m.">
            {(props) => <input {...props} type="text" value={windows} onChange={(event) => setWindows(event.target.value)} />}
          </Field>
          <Field label="Wait for stragglers" fault={faults.at('#/outOfOrderness')} hint="How long a window waits after its end before its first result.">
            {(props) => (
              <input {...props} type="text" value={spec.outOfOrderness ?? ''} onChange={(event) => change({ outOfOrderness: event.target.value })} />
            )}
          </Field>
          <Field label="Allowed lateness" fault={faults.at('#/allowedLateness')} hint="How long after that late events still correct the result.">
            {(props) => (
              <input {...props} type="text" value={spec.allowedLateness ?? ''} onChange={(event) => change({ allowedLateness: event.target.value })} />
            )}
          </Field>
          <Field label="Fields that are not declared" fault={faults.at('#/unknownFields')}>
            {(props) => (
              <select {...props} value={spec.unknownFields ?? 'reject'} onChange={(event) => change({ unknownFields: event.target.value as 'reject' | 'ignore' })}>
                <option value="reject">reject the event</option>
                <option value="ignore">ignore the field</option>
              </select>
            )}
          </Field>
        </div>
        <label className="check">
          <input type="checkbox" checked={spec.earlyResults ?? true} onChange={(event) => change({ earlyResults: event.target.checked })} />
          Show open windows live, before they close
        </label>
      </section>
    </>
  );
  // The table below shows these at their places.
  faults.within('#/fields');
  const elsewhere = faults.rest();
  return (
    <>
      <PageHead
        crumb={isNew ? ['/streams', 'Streams'] : [`/streams/${first.name}`, first.name]}
        title={isNew ? 'New stream' : `Edit ${first.name}`}
        actions={
          <button type="submit" form="stream" className="button primary" disabled={saving}>
            {isNew ? 'Create the stream' : 'Save'}
          </button>
        }
      >
        <p>
          {isNew
            ? 'What its events look like, and the windows they are counted in.'
            : 'The running job takes changes up within a second. Fields cannot be removed, renamed, or change their type or role.'}
        </p>
      </PageHead>
      {elsewhere !== undefined ? <ProblemNote problem={elsewhere} /> : null}
      <form
        id="stream"
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {form}
      </form>
      <SamplePanel stream={isNew ? undefined : first.name} onFields={isNew ? (fields) => change({ fields }) : undefined} />
    </>
  );
}

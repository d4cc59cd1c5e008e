import { useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { usePlatform } from '../app/platform';
import { problemOf, useResource } from '../app/use-resource';
import { Faults } from '../ui/faults';
import { Field, Loading, PageHead, ProblemNote, Segments } from '../ui/parts';
import { BacktestPanel } from './backtest-panel';
import { draftOf, locate, readYaml, specOf, yamlOf } from './draft';
import { HeldNote } from './held-note';
import { SpecForm, streamOf } from './spec-form';
import { useChecks } from './use-checks';
import { YamlEditor } from './yaml-editor';
import type { Draft, LineFault } from './draft';
import type { Alert, ChangedAlert, Problem } from '../../client';
import type { Stream } from '../streams/stream';

/** Makes an alert, or changes one: `/alerts/new?stream=…`, `/alerts/{name}/edit`. */
export function AlertEditorPage() {
  const { alert: name } = useParams();
  const [parameters] = useSearchParams();
  const { rest } = usePlatform();
  const read = useResource(
    async (signal) => {
      const streams = await rest.all<Stream>('/streams', {}, 1000, signal);
      if (name === undefined) {
        const stream = parameters.get('stream') ?? '';
        const draft: Draft = { ...(stream !== '' && { stream }), severity: 'warning', condition: { kind: 'threshold', aggregate: 'mean', window: '1m', op: '>' } };
        return { streams, draft, etag: null };
      }
      const { body, etag } = await rest.send<Alert>(`/alerts/${encodeURIComponent(name)}`, { signal });
      const stream = streams.find((it) => it.id === body.streamId)?.name;
      return { streams, draft: { ...draftOf(body), ...(stream !== undefined && { stream }) }, etag: etag ?? '*' };
    },
    [name],
  );
  if (read.data === undefined) {
    return (
      <>
        <PageHead crumb={['/alerts', 'Alerts']} title={name ?? 'New alert'} />
        {read.problem === undefined ? <Loading what="the alert" /> : <ProblemNote problem={read.problem} retry={read.reload} />}
      </>
    );
  }
  return <AlertEditor key={read.data.etag} first={read.data.draft} etag={read.data.etag} streams={read.data.streams} />;
}

interface AlertEditorProps {
  readonly first: Draft;
  readonly etag: string | null;
  readonly streams: readonly Stream[];
}

function AlertEditor({ first, etag, streams }: AlertEditorProps) {
  const { alerts, rest } = usePlatform();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(first);
  const [mode, setMode] = useState<'form' | 'yaml'>('form');
  const [text, setText] = useState('');
  const [unread, setUnread] = useState<readonly LineFault[]>([]);
  const [note, setNote] = useState('');
  const [onChange, setOnChange] = useState<'reset' | 'drain'>('reset');
  const [attempted, setAttempted] = useState(false);
  const isNew = etag === null;

  const { problem, checked, held, checkNow, refuse } = useChecks(draft, first, etag, unread.length === 0);
  const showYaml = (): void => {
    setText(yamlOf(draft));
    setMode('yaml');
  };
  const changeText = (next: string): void => {
    setText(next);
    const read = readYaml(next);
    setUnread(read.faults);
    if (read.draft !== undefined) {
      setDraft(read.draft);
    }
  };
  const save = (): void => {
    setAttempted(true);
    alerts.configure(specOf(draft), { etag, ...(note !== '' && { note }), ...(!isNew && { onChange }) }).then(
      (saved) => navigate(`/alerts/${saved.name}`),
      (error: unknown) => refuse(problemOf(error)),
    );
  };
  const runBeside = (): void => {
    setAttempted(true);
    const name = String(first['name']);
    rest
      .send(`/alerts/${name}/shadow`, { method: 'PUT', body: draft, ifMatch: etag ?? '*', query: { note: note || undefined } })
      .then(
        () => navigate(`/alerts/${name}`),
        (error: unknown) => refuse(problemOf(error)),
      );
  };
  const faults = new Faults(attempted || problem === undefined ? problem : withoutMissing(problem));
  const located = unread.length > 0 ? unread : locate(text, problem?.errors ?? []);
  const body =
    mode === 'form' ? (
      <SpecForm draft={draft} faults={faults} streams={streams} isNew={isNew} onChange={setDraft} onYaml={showYaml} />
    ) : (
      <YamlEditor text={text} faults={located} onChange={changeText} />
    );
  return (
    <>
      <PageHead
        crumb={isNew ? ['/alerts', 'Alerts'] : [`/alerts/${String(first['name'])}`, String(first['name'])]}
        title={isNew ? 'New alert' : `Edit ${String(first['name'])}`}
        actions={
          <>
            <Segments
              label="Written as"
              options={[
                ['form', 'Form'],
                ['yaml', 'YAML'],
              ]}
              value={mode}
              onChange={(next) => (next === 'yaml' ? showYaml() : unread.length === 0 && setMode('form'))}
            />
            {isNew ? null : (
              <button
                type="button"
                className="button"
                disabled={unread.length > 0}
                title="It is judged and recorded, and nobody is notified"
                onClick={runBeside}
              >
                Run beside it
              </button>
            )}
            <button type="button" className="button primary" disabled={unread.length > 0} onClick={save}>
              {isNew ? 'Create the alert' : 'Save as a new version'}
            </button>
          </>
        }
      >
        <p>The running job judges events by it within a second. What is wrong is said where it is, while you write.</p>
      </PageHead>
      <EditorNote problem={mode === 'form' ? problem : undefined} />
      {mode === 'yaml' && problem !== undefined && (problem.errors ?? []).length === 0 ? <ProblemNote problem={problem} /> : null}
      <section className="panel" aria-label="Specification">
        {body}
        {checked !== undefined && problem === undefined ? <Preview checked={checked} /> : null}
        {held !== undefined ? <HeldNote held={held} onCheck={checkNow} /> : null}
        {!isNew ? (
          <div className="fields">
            <Field label="Why it changes" hint="For the list of versions.">
              {(props) => <input {...props} type="text" maxLength={200} value={note} onChange={(event) => setNote(event.target.value)} />}
            </Field>
            <Field label="What the version before has begun">
              {(props) => (
                <select {...props} value={onChange} onChange={(event) => setOnChange(event.target.value as 'reset' | 'drain')}>
                  <option value="reset">ends at once</option>
                  <option value="drain">is finished by that version</option>
                </select>
              )}
            </Field>
          </div>
        ) : null}
      </section>
      <BacktestPanel draft={draft} stream={streamOf(draft, streams)} />
    </>
  );
}

/** What is not there yet is no fault before somebody wants to save. */
function withoutMissing(problem: Problem): Problem {
  return { ...problem, errors: (problem.errors ?? []).filter((it) => it.code !== 'required') };
}

/** Places that the form has a control for; what is wrong elsewhere is told above it. */
const PLACED =
  /^#\/(name|stream|severity|description|where|for|keepFiringFor|groupBy|annotations|labels|condition)(\/|$)/;

function EditorNote({ problem }: { problem: Problem | undefined }) {
  if (problem === undefined) {
    return null;
  }
  const errors = problem.errors ?? [];
  const elsewhere = errors.filter((it) => !PLACED.test(it.pointer));
  return errors.length > 0 && elsewhere.length === 0 ? null : <ProblemNote problem={{ ...problem, errors: elsewhere }} />;
}

function Preview({ checked }: { checked: ChangedAlert }) {
  const annotations = Object.entries(checked.preview?.annotations ?? {});
  return (
    <div className="note good" role="status">
      <strong>It compiles</strong>
      {annotations.map(([name, text]) => (
        <span key={name}>
          {name}, with made-up values: {text}
        </span>
      ))}
    </div>
  );
}

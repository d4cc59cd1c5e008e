import { useState } from 'react';
import { Link } from 'react-router';
import { usePlatform } from '../app/platform';
import { problemOf } from '../app/use-resource';
import { Dialog, Empty, Field, ProblemNote, SeverityBadge } from '../ui/parts';
import { Ago, lengthOf } from '../ui/time';
import { sorted } from './incidents';
import type { IncidentData } from './use-incidents';
import type { AlertInstance, Problem } from '../../client';

/** What fires, is about to, and has just recovered; with what can be done about it. */
export function IncidentPanel({ data, create }: { data: IncidentData; create: string }) {
  const { firing, pending, resolved } = sorted(data.incidents);
  const [asked, setAsked] = useState<{ what: 'ack' | 'silence'; instance: AlertInstance }>();
  return (
    <section className="panel" aria-label="Alerts">
      <div className="panel-head">
        <h2>Alerts</h2>
        <span className={firing.length > 0 ? 'badge critical' : 'badge good'} role="status">
          {firing.length > 0 ? `${firing.length} firing` : 'nothing fires'}
        </span>
      </div>
      {data.problem !== undefined ? <ProblemNote problem={data.problem} retry={data.reload} /> : null}
      <div className="incidents" tabIndex={0} role="region" aria-label="Incidents">
        {firing.length + pending.length + resolved.length === 0 && data.problem === undefined ? (
          <Empty title="Nothing to tell of">
            <p>No alert has fired here in the last hour.</p>
            <Link className="button small" to={create}>
              New alert
            </Link>
          </Empty>
        ) : null}
        <Group title="Firing" instances={firing} onAsk={setAsked} />
        <Group title="Pending" instances={pending} onAsk={setAsked} />
        <Group title="Recently resolved" instances={resolved.slice(0, 20)} onAsk={setAsked} />
      </div>
      {asked?.what === 'ack' ? (
        <Acknowledge instance={asked.instance} onClose={() => setAsked(undefined)} onDone={data.reload} />
      ) : null}
      {asked?.what === 'silence' ? (
        <Silence instance={asked.instance} onClose={() => setAsked(undefined)} onDone={data.reload} />
      ) : null}
    </section>
  );
}

interface GroupProps {
  readonly title: string;
  readonly instances: readonly AlertInstance[];
  readonly onAsk: (asked: { what: 'ack' | 'silence'; instance: AlertInstance }) => void;
}

function Group({ title, instances, onAsk }: GroupProps) {
  if (instances.length === 0) {
    return null;
  }
  return (
    <div className="stack">
      <h3 className="muted">{title}</h3>
      <ul>
        {instances.map((it) => (
          <Incident key={it.id} instance={it} onAsk={onAsk} />
        ))}
      </ul>
    </div>
  );
}

function Incident({ instance, onAsk }: { instance: AlertInstance; onAsk: GroupProps['onAsk'] }) {
  const over = instance.state === 'resolved';
  const summary = instance.annotations['summary'] ?? Object.values(instance.annotations)[0];
  return (
    <li className={`incident ${over ? 'over' : instance.severity}`} data-state={instance.state} data-alert={instance.name}>
      <div className="title">
        <Link to={`/alerts/${instance.name}`}>{instance.name}</Link>
        {over ? <span className="badge good">resolved</span> : <SeverityBadge severity={instance.severity} />}
        {instance.silenced === true ? <span className="badge">silenced</span> : null}
      </div>
      {summary !== undefined ? <span>{summary}</span> : null}
      <span className="small muted">
        {keyText(instance.key)}
        {over && instance.endedAt !== undefined ? (
          <>
            {' '}
            · <Ago at={instance.endedAt} />, after{' '}
            {lengthOf(Date.parse(instance.endedAt) - Date.parse(instance.firedAt ?? instance.startedAt))}
          </>
        ) : (
          <>
            {' '}
            · since <Ago at={instance.firedAt ?? instance.startedAt} />
          </>
        )}
      </span>
      {instance.acknowledgement !== undefined ? (
        <span className="small">
          Seen by {instance.acknowledgement.by}
          {instance.acknowledgement.note === '' ? '' : `: ${instance.acknowledgement.note}`}
        </span>
      ) : null}
      {!over ? (
        <div className="row">
          {instance.acknowledgement === undefined ? (
            <button type="button" className="button small" onClick={() => onAsk({ what: 'ack', instance })}>
              Acknowledge
            </button>
          ) : null}
          {instance.silenced !== true ? (
            <button type="button" className="button small" onClick={() => onAsk({ what: 'silence', instance })}>
              Silence
            </button>
          ) : null}
        </div>
      ) : null}
    </li>
  );
}

export function keyText(key: Readonly<Record<string, string>>): string {
  const values = Object.entries(key).map(([name, value]) => `${name} ${value}`);
  return values.length === 0 ? 'whole stream' : values.join(', ');
}

interface AskProps {
  readonly instance: AlertInstance;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function Acknowledge({ instance, onClose, onDone }: AskProps) {
  const { rest } = usePlatform();
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState<Problem>();
  return (
    <Dialog title={`Acknowledge ${instance.name}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rest.send(`/alert-instances/${instance.id}/ack`, { method: 'POST', body: { note } }).then(
            () => {
              onDone();
              onClose();
            },
            (error: unknown) => setProblem(problemOf(error)),
          );
        }}
      >
        {problem !== undefined ? <ProblemNote problem={problem} /> : null}
        <Field label="Note" hint="What you know, or are doing about it. Others see it.">
          {(props) => <input {...props} type="text" value={note} onChange={(event) => setNote(event.target.value)} />}
        </Field>
        <Actions submit="Acknowledge" onClose={onClose} />
      </form>
    </Dialog>
  );
}

function Silence({ instance, onClose, onDone }: AskProps) {
  const { rest } = usePlatform();
  const [length, setLength] = useState('1h');
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const matchers = [
    { name: 'alertname', value: instance.name },
    ...Object.entries(instance.key).map(([name, value]) => ({ name, value })),
  ];
  return (
    <Dialog title={`Silence ${instance.name}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rest.send('/silences', { method: 'POST', body: { matchers, for: length, reason } }).then(
            () => {
              onDone();
              onClose();
            },
            (error: unknown) => setProblem(problemOf(error)),
          );
        }}
      >
        {problem !== undefined ? <ProblemNote problem={problem} /> : null}
        <p className="small">
          Nobody is notified of what matches <code>{matchers.map((it) => `${it.name}=${it.value}`).join(', ')}</code>. It is
          judged and shown all the same.
        </p>
        <Field label="For">
          {(props) => (
            <select {...props} value={length} onChange={(event) => setLength(event.target.value)}>
              {['30m', '1h', '4h', '1d', '7d'].map((it) => (
                <option key={it}>{it}</option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Reason">
          {(props) => (
            <input {...props} type="text" required value={reason} onChange={(event) => setReason(event.target.value)} />
          )}
        </Field>
        <Actions submit="Silence" onClose={onClose} />
      </form>
    </Dialog>
  );
}

function Actions({ submit, onClose }: { submit: string; onClose: () => void }) {
  return (
    <div className="actions">
      <button type="button" className="button" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="button primary">
        {submit}
      </button>
    </div>
  );
}

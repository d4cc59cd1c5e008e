import { useState } from 'react';
import { usePlatform } from '../app/platform';
import { problemOf, useResource } from '../app/use-resource';
import { Faults } from '../ui/faults';
import { Confirm, Dialog, Empty, Field, Loading, ProblemNote, TableFrame } from '../ui/parts';
import { dateTime } from '../ui/time';
import type { Problem } from '../../client';

interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly prefix: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
}

const SCOPES = ['streams:read', 'streams:write', 'events:write', 'alerts:read', 'alerts:write', 'tenant:read'];

/** API keys: made, shown once, revoked. */
export function KeyPanel() {
  const { rest } = usePlatform();
  const keys = useResource((signal) => rest.all<ApiKey>('/api-keys', {}, 1000, signal), []);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<string>();
  const [revoking, setRevoking] = useState<ApiKey>();
  const [problem, setProblem] = useState<Problem>();
  const revoke = (key: ApiKey): void => {
    setRevoking(undefined);
    setProblem(undefined);
    rest
      .send(`/api-keys/${key.id}`, { method: 'DELETE', ifMatch: '*' })
      .then(keys.reload, (error: unknown) => setProblem(problemOf(error)));
  };
  return (
    <section className="panel" aria-label="API keys">
      <div className="panel-head">
        <h2>API keys</h2>
        <button type="button" className="button primary" onClick={() => setMaking(true)}>
          New key
        </button>
      </div>
      {made !== undefined ? (
        <div className="note good" role="status">
          <strong>The new key. It is shown this once, and cannot be had again.</strong>
          <code>{made}</code>
          <div className="row">
            <button type="button" className="button small" onClick={() => void navigator.clipboard.writeText(made)}>
              Copy
            </button>
            <button type="button" className="button quiet small" onClick={() => setMade(undefined)}>
              I have it
            </button>
          </div>
        </div>
      ) : null}
      {problem !== undefined ? <ProblemNote problem={problem} /> : null}
      {keys.problem !== undefined ? <ProblemNote problem={keys.problem} retry={keys.reload} /> : null}
      {keys.data === undefined && keys.problem === undefined ? <Loading what="keys" /> : null}
      {keys.data?.length === 0 ? (
        <Empty title="There is no key yet">
          <p>Machines that send events or read results use keys, each with just the scopes that it needs.</p>
        </Empty>
      ) : null}
      {keys.data !== undefined && keys.data.length > 0 ? (
        <TableFrame label="Keys">
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Begins with</th>
                <th scope="col">May</th>
                <th scope="col">Made</th>
                <th scope="col">Ends</th>
                <th scope="col">
                  <span className="hidden-visually">Revoke</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.data.map((it) => (
                <tr key={it.id}>
                  <td>{it.name}</td>
                  <td>
                    <code>{it.prefix}</code>
                  </td>
                  <td>{it.scopes.join(', ')}</td>
                  <td className="nowrap number">
                    {dateTime(it.createdAt)}
                    <div className="muted">{it.createdBy}</div>
                  </td>
                  <td className="nowrap number">{it.expiresAt === undefined ? 'never' : dateTime(it.expiresAt)}</td>
                  <td>
                    <button type="button" className="button small danger" aria-label={`Revoke ${it.name}`} onClick={() => setRevoking(it)}>
                      Revoke
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      ) : null}
      {making ? (
        <NewKey
          onClose={() => setMaking(false)}
          onMade={(key) => {
            setMaking(false);
            setMade(key);
            keys.reload();
          }}
        />
      ) : null}
      {revoking !== undefined ? (
        <Confirm
          title={`Revoke ${revoking.name}?`}
          text="Whoever uses it is refused from now on, and live connections with it end."
          action="Revoke the key"
          onConfirm={() => revoke(revoking)}
          onClose={() => setRevoking(undefined)}
        />
      ) : null}
    </section>
  );
}

function NewKey({ onClose, onMade }: { onClose: () => void; onMade: (key: string) => void }) {
  const { rest } = usePlatform();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly string[]>(['events:write']);
  const [expiresIn, setExpiresIn] = useState('90d');
  const [problem, setProblem] = useState<Problem>();
  const faults = new Faults(problem);
  const ofName = faults.at('#/name');
  const ofScopes = faults.within('#/scopes');
  const elsewhere = faults.rest();
  return (
    <Dialog title="New API key" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const body = { name, scopes, ...(expiresIn !== '' && { expiresIn }) };
          rest.send<{ key: string }>('/api-keys', { method: 'POST', body }).then(
            (answer) => onMade(answer.body.key),
            (error: unknown) => setProblem(problemOf(error)),
          );
        }}
      >
        {elsewhere !== undefined ? <ProblemNote problem={elsewhere} /> : null}
        <Field label="Name" fault={ofName} hint="Who uses it, and for what.">
          {(props) => <input {...props} type="text" required value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <fieldset className="field">
          <legend>It may</legend>
          {SCOPES.map((scope) => (
            <label key={scope} className="check">
              <input
                type="checkbox"
                checked={scopes.includes(scope)}
                onChange={(event) => setScopes(event.target.checked ? [...scopes, scope] : scopes.filter((it) => it !== scope))}
              />
              {scope}
            </label>
          ))}
          {ofScopes !== undefined ? <span className="fault">{ofScopes}</span> : null}
        </fieldset>
        <Field label="It ends after">
          {(props) => (
            <select {...props} value={expiresIn} onChange={(event) => setExpiresIn(event.target.value)}>
              {['7d', '30d', '90d', '365d'].map((it) => (
                <option key={it}>{it}</option>
              ))}
              <option value="">never</option>
            </select>
          )}
        </Field>
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary">
            Make the key
          </button>
        </div>
      </form>
    </Dialog>
  );
}

import { useState } from 'react';
import { usePlatform } from '../app/platform';
import { problemOf, useResource } from '../app/use-resource';
import { Confirm, Empty, Loading, ProblemNote, TableFrame } from '../ui/parts';
import { dateTime } from '../ui/time';
import { callOf, inOrder } from './member';
import { MemberDialog } from './member-dialog';
import type { Edited } from './member-dialog';
import type { Member } from './member';
import type { Problem } from '../../client';

/** Who belongs to the tenant although their tokens do not say so: added, changed, removed. */
export function MemberPanel() {
  const { rest } = usePlatform();
  const members = useResource((signal) => rest.all<Member>('/members', {}, 1000, signal), []);
  const [editing, setEditing] = useState<Edited | 'new'>();
  const [removing, setRemoving] = useState<Member>();
  const [problem, setProblem] = useState<Problem>();
  const remove = (member: Member): void => {
    setRemoving(undefined);
    setProblem(undefined);
    const path = `/members/${member.userId}`;
    rest
      .send<Member>(path)
      .then(({ etag }) => rest.send(path, { method: 'DELETE', ifMatch: etag ?? '*' }))
      .catch((error: unknown) => setProblem(problemOf(error)))
      .finally(members.reload);
  };
  const change = (member: Member): void => {
    setProblem(undefined);
    rest.send<Member>(`/members/${member.userId}`).then(
      ({ body, etag }) => setEditing({ member: body, etag }),
      (error: unknown) => {
        setProblem(problemOf(error));
        members.reload();
      },
    );
  };
  return (
    <section className="panel" aria-label="Members">
      <div className="panel-head">
        <div>
          <h2>Members</h2>
          <p className="muted small">Of users whose tokens name no tenant. Who is in a tenant by their token is not listed here.</p>
        </div>
        <button type="button" className="button primary" onClick={() => setEditing('new')}>
          Add a member
        </button>
      </div>
      {problem !== undefined ? <ProblemNote problem={problem} /> : null}
      {members.problem !== undefined ? <ProblemNote problem={members.problem} retry={members.reload} /> : null}
      {members.data === undefined && members.problem === undefined ? <Loading what="members" /> : null}
      {members.data?.length === 0 ? (
        <Empty title="There is no member yet">
          <p>
            Where the provider cannot put the tenant into tokens, add users by their <code>sub</code>, each with a role.
          </p>
        </Empty>
      ) : null}
      {members.data !== undefined && members.data.length > 0 ? (
        <TableFrame label="Members">
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Role</th>
                <th scope="col">Known to the provider as</th>
                <th scope="col">Since</th>
                <th scope="col">
                  <span className="hidden-visually">Change or remove</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {inOrder(members.data).map((it) => (
                <tr key={it.userId} className="member" data-role={it.role}>
                  <td>{it.name === '' ? <span className="muted">–</span> : it.name}</td>
                  <td>
                    <span className="badge info">{it.role}</span>
                  </td>
                  <td>
                    <code>{it.subject}</code>
                    <div className="muted">{it.issuer}</div>
                  </td>
                  <td className="nowrap number">{dateTime(it.createdAt)}</td>
                  <td>
                    <div className="row">
                      <button type="button" className="button small" aria-label={`Change ${callOf(it)}`} onClick={() => change(it)}>
                        Change
                      </button>
                      <button
                        type="button"
                        className="button small danger"
                        aria-label={`Remove ${callOf(it)}`}
                        onClick={() => setRemoving(it)}
                      >
                        Remove
                      </button>
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      ) : null}
      {editing !== undefined ? (
        <MemberDialog
          {...(editing !== 'new' && { edited: editing })}
          onClose={() => setEditing(undefined)}
          onSaved={() => {
            setEditing(undefined);
            members.reload();
          }}
        />
      ) : null}
      {removing !== undefined ? (
        <Confirm
          title={`Remove ${callOf(removing)}?`}
          text="They are refused in this tenant within seconds. What they made stays, their API keys among it."
          action="Remove the member"
          onConfirm={() => remove(removing)}
          onClose={() => setRemoving(undefined)}
        />
      ) : null}
    </section>
  );
}

import { useState } from 'react';
import { usePlatform } from '../app/platform';
import { problemOf } from '../app/use-resource';
import { Faults } from '../ui/faults';
import { Dialog, Field, ProblemNote } from '../ui/parts';
import { callOf, ROLES } from './member';
import type { Member, Role } from './member';
import type { Problem } from '../../client';

/** A member as somebody has read it, who may not overwrite what others have changed since. */
export interface Edited {
  readonly member: Member;
  readonly etag: string | undefined;
}

interface MemberDialogProps {
  /** Who is changed; absent where somebody is added. */
  readonly edited?: Edited;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

/** Adds a member, or changes one's name or role; who somebody is cannot be changed. */
export function MemberDialog({ edited, onClose, onSaved }: MemberDialogProps) {
  const member = edited?.member;
  const { rest } = usePlatform();
  const [subject, setSubject] = useState('');
  const [name, setName] = useState(member?.name ?? '');
  const [role, setRole] = useState<Role>(member?.role ?? 'viewer');
  const [problem, setProblem] = useState<Problem>();
  const faults = new Faults(problem);
  const ofSubject = faults.at('#/subject');
  const ofName = faults.at('#/name');
  const ofRole = faults.at('#/role');
  const elsewhere = faults.rest();
  const save = (): void => {
    setProblem(undefined);
    const sent =
      member === undefined
        ? rest.send('/members', { method: 'POST', body: { subject: subject.trim(), name, role } })
        : rest.send(`/members/${member.userId}`, { method: 'PUT', body: { name, role }, ifMatch: edited?.etag ?? '*' });
    sent.then(onSaved, (error: unknown) => setProblem(problemOf(error)));
  };
  return (
    <Dialog title={member === undefined ? 'Add a member' : `Change ${callOf(member)}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        {elsewhere !== undefined ? <ProblemNote problem={elsewhere} /> : null}
        {member === undefined ? (
          <Field label="Subject" fault={ofSubject} hint="The sub of the user’s tokens, as the provider gives it.">
            {(props) => <input {...props} type="text" required value={subject} onChange={(event) => setSubject(event.target.value)} />}
          </Field>
        ) : null}
        <Field label="Name" fault={ofName} hint="For display, in this tenant.">
          {(props) => <input {...props} type="text" value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label="Role" fault={ofRole} hint={ROLES.find(([it]) => it === role)?.[1]}>
          {(props) => (
            <select {...props} value={role} onChange={(event) => setRole(event.target.value as Role)}>
              {ROLES.map(([it]) => (
                <option key={it}>{it}</option>
              ))}
            </select>
          )}
        </Field>
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary">
            {member === undefined ? 'Add' : 'Save'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

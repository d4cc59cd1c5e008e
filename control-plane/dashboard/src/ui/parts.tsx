import { useEffect, useId, useRef } from 'react';
import { Link } from 'react-router';
import { lengthOf, useNow } from './time';
import type { ReactNode } from 'react';
import type { Allowance, Problem, Severity } from '../../client';

/** What went wrong, in the server's words, and what to do about it. */
export function ProblemNote({ problem, retry }: { problem: Problem; retry?: () => void }) {
  const shown = problem.errors ?? [];
  return (
    <div className="note critical" role="alert">
      <strong>{problem.title}</strong>
      {shown.length === 0 ? <span>{problem.detail}</span> : null}
      {shown.length > 0 ? (
        <ul className="stack">
          {shown.map((it, index) => (
            <li key={index}>
              <code>{it.pointer}</code> {it.detail}
            </li>
          ))}
        </ul>
      ) : null}
      <span>{problem.status === 429 ? <LimitAdvice problem={problem} /> : advice(problem)}</span>
      {retry !== undefined ? (
        <div className="row">
          <button type="button" className="button small" onClick={retry}>
            Try again
          </button>
        </div>
      ) : null}
    </div>
  );
}

function advice(problem: Problem): string {
  switch (problem.status) {
    case 0:
      return problem.code === 'unreachable'
        ? 'Once it answers again, try again.'
        : 'This is a fault of the page itself. Try again, or go elsewhere by the bar above.';
    case 403:
      return 'Your credential does not allow this. Ask an administrator of the tenant for a role or a scope that does.';
    case 404:
      return 'It may have been deleted, or belong to another tenant.';
    case 412:
      return 'Somebody has changed it since you opened it. Reload, and make your change again.';
    default:
      return problem.status >= 500 && problem.requestId ? `The log tells more under request ${problem.requestId}.` : '';
  }
}

/** Which limit is used up, and when there is something of it again. */
export function LimitAdvice({ problem }: { problem: Problem }) {
  const now = useNow(1_000);
  const left = problem.retryAt === undefined ? undefined : Math.max(0, problem.retryAt - now);
  return (
    <>
      {problem.allowance === undefined ? 'A limit of the tenant is used up. ' : `${limitText(problem.allowance)} is used up; it fills evenly. `}
      {left === undefined ? 'Try again in a while.' : left === 0 ? 'It can be tried again now.' : `It can be tried again in ${lengthOf(left + 999)}.`}
    </>
  );
}

/** A limit by its name and size: `The limit “copper” (100 requests in 1h)`. */
export function limitText({ policy, amount, windowSeconds }: Allowance): string {
  const size = amount === undefined || windowSeconds === undefined ? '' : ` (${amount} requests in ${lengthOf(windowSeconds * 1_000)})`;
  return `The limit “${policy}”${size}`;
}

/** What to show where there is nothing yet: what it would be, and how to get it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

export function Loading({ what }: { what: string }) {
  return (
    <p className="muted" role="status">
      Reading {what} …
    </p>
  );
}

export function SeverityBadge({ severity }: { severity: Severity }) {
  return <span className={`badge ${severity}`}>{severity}</span>;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly fault?: string | undefined;
  readonly className?: string;
  readonly children: (props: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode;
}

/** A labelled control with its hint and what is wrong with it. */
export function Field({ label, hint, fault, className, children }: FieldProps) {
  const id = useId();
  const described = [hint !== undefined ? `${id}-hint` : '', fault !== undefined ? `${id}-fault` : ''].filter((it) => it !== '');
  return (
    <div className={`field ${className ?? ''}`}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        ...(described.length > 0 && { 'aria-describedby': described.join(' ') }),
        ...(fault !== undefined && { 'aria-invalid': true as const }),
      })}
      {hint !== undefined ? (
        <span id={`${id}-hint`} className="hint">
          {hint}
        </span>
      ) : null}
      {fault !== undefined ? (
        <span id={`${id}-fault`} className="fault">
          {fault}
        </span>
      ) : null}
    </div>
  );
}

/** What may be wider than the page, and is then moved by itself: by the keyboard, too. */
export function TableFrame({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    <div className={className === undefined ? 'table-frame' : `${className} table-frame`} tabIndex={0} role="group" aria-label={label}>
      {children}
    </div>
  );
}

/** One of a few, all to be seen. */
export function Segments<T extends string>(props: {
  label: string;
  options: readonly (readonly [T, string])[];
  value: T;
  onChange: (value: T) => void;
}) {
  return (
    <div className="segments" role="group" aria-label={props.label}>
      {props.options.map(([value, text]) => (
        <button key={value} type="button" aria-pressed={value === props.value} onClick={() => props.onChange(value)}>
          {text}
        </button>
      ))}
    </div>
  );
}

/** A dialog while it is there; Escape and the backdrop's button close it. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={ref} aria-labelledby={id} onCancel={onClose}>
      <div className="stack">
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

/** Asks before something cannot be taken back. */
export function Confirm(props: { title: string; text: string; action: string; onConfirm: () => void; onClose: () => void }) {
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <p>{props.text}</p>
      <div className="actions">
        <button type="button" className="button" onClick={props.onClose}>
          Keep it
        </button>
        <button type="button" className="button danger" onClick={props.onConfirm}>
          {props.action}
        </button>
      </div>
    </Dialog>
  );
}

/** The head of a page: where one is, what it is, what can be done. */
export function PageHead(props: { crumb?: readonly [string, string]; title: string; children?: ReactNode; actions?: ReactNode }) {
  useEffect(() => {
    document.title = `${props.title} · Streamgauge`;
  }, [props.title]);
  return (
    <div className="page-head">
      <div>
        {props.crumb !== undefined ? (
          <div className="crumb">
            <Link to={props.crumb[0]}>{props.crumb[1]}</Link>
          </div>
        ) : null}
        <h1>{props.title}</h1>
        {props.children}
      </div>
      {props.actions !== undefined ? <div className="row">{props.actions}</div> : null}
    </div>
  );
}

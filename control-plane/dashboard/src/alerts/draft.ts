import { LineCounter, parseDocument, stringify } from 'yaml';
import type { AlertSpec, Violation } from '../../client';

/** An alert while it is being written: any JSON, since what is wrong with it the server says best. */
export type Draft = Readonly<Record<string, unknown>>;

/** Properties that the server adds to a specification. */
const SERVERS = ['id', 'tenant', 'streamId', 'version', 'revision', 'paused', 'shadow', 'draining', 'createdAt', 'updatedAt'];

/** What a person writes of an alert that was read. */
export function draftOf(alert: Readonly<object>): Draft {
  return Object.fromEntries(Object.entries(alert).filter(([name]) => !SERVERS.includes(name)));
}

/** A value of a draft, by its path. */
export function valueAt(draft: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined),
    draft,
  );
}

/** The draft with another value; undefined and the empty text take the property out. */
export function withValue(draft: Draft, path: readonly string[], value: unknown): Draft {
  const [name, ...rest] = path;
  if (name === undefined) {
    return draft;
  }
  const next: Record<string, unknown> = { ...draft };
  const inner = rest.length === 0 ? value : withValue(objectOf(draft[name]), rest, value);
  if (inner === undefined || inner === '') {
    delete next[name];
  } else {
    next[name] = inner;
  }
  return next;
}

/** What a form's text says of a number: the number, or the text for the server to refuse. */
export function numberOf(text: string): number | string | undefined {
  const trimmed = text.trim();
  return trimmed === '' ? undefined : Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
}

/** `team=web, region=eu` as an object. */
export function labelsOf(text: string): Readonly<Record<string, string>> | undefined {
  const entries = text
    .split(',')
    .map((it) => it.trim())
    .filter((it) => it !== '')
    .map((it): [string, string] => {
      const at = it.indexOf('=');
      return at < 0 ? [it, ''] : [it.slice(0, at).trim(), it.slice(at + 1).trim()];
    });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

export function labelText(labels: unknown): string {
  return Object.entries(objectOf(labels))
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ');
}

/** In which order people read an alert; what is not here comes in its own order before the condition. */
const ORDER = ['name', 'description', 'stream', 'where', 'groupBy', 'severity', 'labels', 'annotations', 'for', 'keepFiringFor'];

export function yamlOf(draft: Draft): string {
  const { condition, ...rest } = draft;
  const names = [...ORDER.filter((it) => it in rest), ...Object.keys(rest).filter((it) => !ORDER.includes(it))];
  const ordered = Object.fromEntries(names.map((it) => [it, rest[it]]));
  return stringify(condition === undefined ? ordered : { ...ordered, condition }, { lineWidth: 120 });
}

/** A fault of a text, with its line from 1. */
export interface LineFault {
  readonly line: number;
  readonly text: string;
}

export type ReadYaml =
  | { readonly draft: Draft; readonly faults: readonly [] }
  | { readonly draft: undefined; readonly faults: readonly LineFault[] };

export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      draft: undefined,
      faults: document.errors.map((it) => ({ line: lines.linePos(it.pos[0]).line, text: it.message })),
    };
  }
  const value: unknown = document.toJS();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { draft: undefined, faults: [{ line: 1, text: 'expected: properties, such as name: cpu-high' }] };
  }
  return { draft: value as Draft, faults: [] };
}

/** The lines of a YAML text that violations are about; of what is missing, the line of what should have it. */
export function locate(text: string, violations: readonly Violation[]): readonly LineFault[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  return violations.map((violation) => {
    const path = pointerPath(violation.pointer);
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
      if (node?.range !== undefined) {
        return { line: lines.linePos(node.range[0]).line, text: `${violation.pointer}: ${violation.detail}` };
      }
    }
    return { line: 1, text: `${violation.pointer}: ${violation.detail}` };
  });
}

function pointerPath(pointer: string): (string | number)[] {
  return pointer
    .replace(/^#?\/?/, '')
    .split('/')
    .filter((it) => it !== '')
    .map((it) => it.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((it) => (/^\d+$/.test(it) ? Number(it) : it));
}

function objectOf(value: unknown): Draft {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Draft) : {};
}

/** A draft as what the API takes; whether it is one, the server says. */
export function specOf(draft: Draft): AlertSpec {
  return draft as unknown as AlertSpec;
}

import type { LiveResult } from './protocol';

/** From when on a server's gap is. */
export function sinceOf(payload: unknown): number | undefined {
  const from = (payload as { from?: unknown } | undefined)?.from;
  const time = typeof from === 'string' ? Date.parse(from) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** By what a result is told from another one; undefined of what the client does not know. */
export function identityOf(result: LiveResult): string | undefined {
  switch (result.kind) {
    case 'aggregate':
      return result.aggregate.id;
    case 'alert':
      return `${result.alert.instance}/${result.alert.state}`;
    case 'anomaly':
      return result.anomaly.id;
    default:
      return undefined;
  }
}

import type { AlertInstance, AlertTransition } from '../../client';

/** Instances by their ids; the latest word on each counts. */
export type Incidents = ReadonlyMap<string, AlertInstance>;

const ORDER = { pending: 0, firing: 1, resolved: 2 } as const;

/** Takes in what was read: of an instance that is known, states only go forward. */
export function withInstances(known: Incidents, read: readonly AlertInstance[]): Incidents {
  const next = new Map(known);
  for (const one of read) {
    const before = next.get(one.id);
    if (before === undefined || ORDER[one.state] >= ORDER[before.state]) {
      next.set(one.id, one);
    }
  }
  return next;
}

/** Takes in what has happened. What was dismissed never fired, and is gone. */
export function withTransition(known: Incidents, transition: AlertTransition): Incidents {
  const next = new Map(known);
  const { state } = transition;
  if (state === 'dismissed') {
    next.delete(transition.instance);
    return next;
  }
  const before = known.get(transition.instance);
  if (before !== undefined && ORDER[state] < ORDER[before.state]) {
    return known;
  }
  const over = state === 'resolved';
  next.set(transition.instance, {
    ...(before?.acknowledgement !== undefined && { acknowledgement: before.acknowledgement }),
    ...(before?.silenced !== undefined && !over && { silenced: before.silenced }),
    id: transition.instance,
    alert: transition.alert,
    name: transition.name,
    version: transition.version,
    ...(transition.stream !== undefined && { stream: transition.stream }),
    key: transition.key,
    state,
    ...(transition.reason !== undefined && { reason: transition.reason }),
    severity: transition.severity,
    startedAt: transition.startedAt,
    ...(transition.firedAt !== undefined && { firedAt: transition.firedAt }),
    ...(over && { endedAt: transition.at }),
    updatedAt: transition.at,
    labels: transition.labels,
    // How it ended says less than how it fired.
    annotations: over && before !== undefined ? before.annotations : transition.annotations,
    evidence: over && before !== undefined ? before.evidence : transition.evidence,
  });
  return next;
}

export interface Sorted {
  readonly firing: readonly AlertInstance[];
  readonly pending: readonly AlertInstance[];
  readonly resolved: readonly AlertInstance[];
}

/** By state, each the latest first. */
export function sorted(incidents: Incidents): Sorted {
  const all = [...incidents.values()].sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt));
  return {
    firing: all.filter((it) => it.state === 'firing'),
    pending: all.filter((it) => it.state === 'pending'),
    resolved: all.filter((it) => it.state === 'resolved'),
  };
}

import { useCallback, useEffect, useState } from 'react';
import { usePlatform } from '../app/platform';
import { problemOf } from '../app/use-resource';
import { withInstances, withTransition } from './incidents';
import type { Incidents } from './incidents';
import type { AlertInstance, Page, Problem } from '../../client';

export interface IncidentData {
  readonly incidents: Incidents;
  readonly problem: Problem | undefined;
  readonly reload: () => void;
}

/** How far back ended instances are read. */
const RECENT_MILLIS = 3_600_000;

/** Alerts whose past is read; of more, only what happens from now on is shown. */
const MOST_ALERTS = 12;

/**
 * What is pending, firing and recently over of a stream's alerts, or of all where there is no stream, and what becomes of it.
 *
 * @param alerts names of alerts whose recent past is wanted, too
 */
export function useIncidents(stream: string | undefined, alerts: readonly string[]): IncidentData {
  const platform = usePlatform();
  const [incidents, setIncidents] = useState<Incidents>(new Map());
  const [problem, setProblem] = useState<Problem>();
  const [times, setTimes] = useState(0);
  const reload = useCallback(() => setTimes((it) => it + 1), []);
  const names = alerts.slice(0, MOST_ALERTS).join(' ');

  useEffect(() => {
    setIncidents(new Map());
    const subscription = platform.live.subscribe(
      { kinds: ['alerts'], ...(stream !== undefined && { stream }) },
      {
        next: (result) => {
          if (result.kind === 'alert') {
            setIncidents((known) => withTransition(known, result.alert));
          }
        },
        gap: () => reload(),
        error: setProblem,
      },
    );
    return () => subscription.unsubscribe();
  }, [platform, stream]);

  useEffect(() => {
    const abort = new AbortController();
    platform.alerts.getActive(stream === undefined ? {} : { stream }, abort.signal).then(
      (active) => {
        setProblem(undefined);
        setIncidents((known) => withInstances(withoutEnded(known, active), active));
      },
      (error: unknown) => !abort.signal.aborted && setProblem(problemOf(error)),
    );
    return () => abort.abort();
  }, [platform, stream, times]);

  useEffect(() => {
    const abort = new AbortController();
    const from = Date.now() - RECENT_MILLIS;
    for (const name of names.split(' ').filter((it) => it !== '')) {
      platform.rest
        .get<Page<AlertInstance>>(
          `/alerts/${encodeURIComponent(name)}/instances`,
          { from, state: 'resolved', shadow: false, limit: 20 },
          abort.signal,
        )
        .then((page) => setIncidents((known) => withInstances(known, page.items)))
        // Without the past the panel still tells of the present.
        .catch(() => undefined);
    }
    return () => abort.abort();
  }, [platform, names, times]);

  return { incidents, problem, reload };
}

/** What was open here, and is not there any more, has ended unseen, unless it is newer than what was read. */
function withoutEnded(known: Incidents, active: readonly AlertInstance[]): Incidents {
  const there = new Set(active.map((it) => it.id));
  const fresh = Date.now() - 10_000;
  return new Map(
    [...known].filter(([id, it]) => it.state === 'resolved' || there.has(id) || Date.parse(it.updatedAt) > fresh),
  );
}

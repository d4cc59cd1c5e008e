import { useEffect, useMemo, useReducer, useState } from 'react';
import { usePlatform } from '../app/platform';
import { problemOf } from '../app/use-resource';
import { Unusual } from './unusual';
import type { Anomaly, Page, Problem } from '../../client';

export interface UnusualData {
  readonly unusual: Unusual;
  readonly problem: Problem | undefined;
}

interface UnusualQuery {
  readonly stream: string;
  readonly where: Readonly<Record<string, string>>;
  readonly rangeMillis: number;
}

/** Anomalies of the range that are read at once: what marks a chart, and not all that there are. */
const PAST = 200;

/** Anomalies of a range, stored ones and live ones, and the bands of what is expected from now on. */
export function useUnusual(query: UnusualQuery): UnusualData {
  const { rest, live } = usePlatform();
  const where = JSON.stringify(query.where);
  const unusual = useMemo(() => new Unusual(), [live, query.stream, where]);
  const [problem, setProblem] = useState<Problem>();
  const [, tell] = useReducer((it: number) => it + 1, 0);
  const [gaps, addGap] = useReducer((it: number) => it + 1, 0);

  useEffect(() => {
    setProblem(undefined);
    const subscription = live.subscribe(
      { stream: query.stream, kinds: ['anomalies', 'bands'], where: query.where },
      {
        next: (result) => {
          if (result.kind === 'band') {
            unusual.addBand(result.band);
          } else if (result.kind === 'anomaly' && unusual.add(result.anomaly)) {
            tell();
          }
        },
        gap: addGap,
        error: setProblem,
      },
    );
    return () => subscription.unsubscribe();
  }, [live, unusual]);

  useEffect(() => {
    const abort = new AbortController();
    const parameters = {
      from: Date.now() - query.rangeMillis,
      where: Object.entries(query.where).map(([name, value]) => `${name}=${value}`),
      limit: PAST,
    };
    rest.get<Page<Anomaly>>(`/streams/${encodeURIComponent(query.stream)}/anomalies`, parameters, abort.signal).then(
      (page) => {
        page.items.forEach((it) => unusual.add(it));
        tell();
      },
      (error: unknown) => !abort.signal.aborted && setProblem(problemOf(error)),
    );
    return () => abort.abort();
  }, [rest, unusual, query.rangeMillis, gaps]);

  useEffect(() => {
    const timer = setInterval(() => unusual.forgetBefore(Date.now() - query.rangeMillis), 10_000);
    return () => clearInterval(timer);
  }, [unusual, query.rangeMillis]);

  return { unusual, problem };
}

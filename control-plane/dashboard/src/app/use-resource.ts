import { useCallback, useEffect, useState } from 'react';
import { ApiError } from '../../client';
import type { Problem } from '../../client';

export interface Resource<T> {
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  readonly reload: () => void;
}

/**
 * Reads something from the API, and again when `deps` change or on `reload`, whose old data stay until the new are there. Answers
 * that have become pointless are dropped.
 */
export function useResource<T>(read: (signal: AbortSignal) => Promise<T>, deps: readonly unknown[]): Resource<T> {
  const [state, setState] = useState<{ data?: T; problem?: Problem; deps: string }>({ deps: '' });
  const [times, setTimes] = useState(0);
  const key = JSON.stringify(deps);
  useEffect(() => {
    const abort = new AbortController();
    read(abort.signal).then(
      (data) => !abort.signal.aborted && setState({ data, deps: key }),
      (error: unknown) => !abort.signal.aborted && setState({ problem: problemOf(error), deps: key }),
    );
    return () => abort.abort();
    // What `read` closes over is named in `deps`.
  }, [key, times]);
  const reload = useCallback(() => setTimes((it) => it + 1), []);
  const current = state.deps === key;
  return { data: current ? state.data : undefined, problem: current ? state.problem : undefined, reload };
}

/** What to tell of a failure, whatever it was. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) {
    return error.problem;
  }
  return {
    type: 'about:blank',
    title: 'The page failed',
    status: 0,
    detail: error instanceof Error ? error.message : String(error),
    code: 'internal',
  };
}

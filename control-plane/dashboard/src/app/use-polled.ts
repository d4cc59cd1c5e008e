import { useCallback, useEffect, useRef, useState } from 'react';
import { problemOf } from './use-resource';
import type { Problem } from '../../client';

export interface Polled<T> {
  /** The latest that was read, also where the reading after it failed. */
  readonly data: T | undefined;
  /** Of the latest reading. */
  readonly problem: Problem | undefined;
  readonly reload: () => void;
}

/** Reads something again and again while somebody looks: not in a tab that is hidden, and at once when it is shown again. */
export function usePolled<T>(read: (signal: AbortSignal) => Promise<T>, everyMillis: number): Polled<T> {
  const [state, setState] = useState<{ data?: T; problem?: Problem }>({});
  const [times, setTimes] = useState(0);
  const reader = useRef(read);
  reader.current = read;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let abort = new AbortController();
    const ask = (): void => {
      clearTimeout(timer);
      abort.abort();
      if (document.hidden) {
        return;
      }
      const current = new AbortController();
      abort = current;
      const after = (next: (before: { data?: T }) => { data?: T; problem?: Problem }): void => {
        if (!current.signal.aborted) {
          setState(next);
          timer = setTimeout(ask, everyMillis);
        }
      };
      reader.current(current.signal).then(
        (data) => after(() => ({ data })),
        (error: unknown) => after((before) => ({ ...before, problem: problemOf(error) })),
      );
    };
    ask();
    document.addEventListener('visibilitychange', ask);
    return () => {
      document.removeEventListener('visibilitychange', ask);
      clearTimeout(timer);
      abort.abort();
    };
  }, [everyMillis, times]);
  const reload = useCallback(() => setTimes((it) => it + 1), []);
  return { data: state.data, problem: state.problem, reload };
}

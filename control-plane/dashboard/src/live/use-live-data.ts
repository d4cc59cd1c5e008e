import { useEffect, useMemo, useRef, useState } from 'react';
import { affordable } from '../app/affordable';
import { usePlatform } from '../app/platform';
import { problemOf } from '../app/use-resource';
import { SeriesStore } from './series-store';
import type { Aggregate, Page, Problem, RestClient } from '../../client';

/** What of a stream is looked at. */
export interface LiveQuery {
  readonly stream: string;
  readonly window: string;
  readonly windowMillis: number;
  readonly rangeMillis: number;
  readonly where: Readonly<Record<string, string>>;
}

export interface LiveData {
  readonly store: SeriesStore;
  /** Why nothing comes, or why what is stored could not be read yet; that is tried again. */
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  /** Set where history before this time was not loaded, since it is a lot. */
  readonly incompleteBefore: number | undefined;
  readonly loadMore: () => void;
  /** Results that the server has left out, as the page read too slowly. */
  readonly dropped: number;
}

/** Results on a page of history: as many as the API gives. */
const PAGE = 1000;

/** Pages that are read without being asked for, where the tenant's limit has requests enough. */
const PAGES = 25;

/**
 * How long stored results may lag behind the live ones. What was closed just before the subscription began is read once more
 * after it, so that history goes on into live data without a missing window.
 */
const LAG_MILLIS = 2_500;

/** How soon what could not be read is read again, where the limit does not say when. */
const AGAIN_MILLIS = 5_000;

/** The stored results of a range and then the live ones, in one store that forgets what has left the range. */
export function useLiveData(query: LiveQuery): LiveData {
  const { rest, live } = usePlatform();
  const where = JSON.stringify(query.where);
  const store = useMemo(() => new SeriesStore(), [live, query.stream, query.window, where]);
  const loaded = useRef<{ store: SeriesStore; from: number }>({ store, from: Infinity });
  const [problem, setProblem] = useState<Problem>();
  const [hole, setHole] = useState<Problem>();
  const [unread, setUnread] = useState<Problem>();
  const [loading, setLoading] = useState(true);
  const [dropped, setDropped] = useState(0);
  const [incomplete, setIncomplete] = useState<number>();
  const [more, setMore] = useState(0);

  useEffect(() => {
    const abort = new AbortController();
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const catchUp = (since: number) => {
      read(rest, query, store, since, Date.now() + query.windowMillis, abort.signal).then(
        () => setHole(undefined),
        (error: unknown) => {
          if (!abort.signal.aborted) {
            setHole(problemOf(error));
            timers.add(setTimeout(() => catchUp(since), againAfter(rest)));
          }
        },
      );
    };
    const soon = (since: number) => timers.add(setTimeout(() => catchUp(since), LAG_MILLIS + query.windowMillis));
    let heard = Date.now();
    setProblem(undefined);
    setHole(undefined);
    setDropped(0);
    const subscription = live.subscribe(
      { stream: query.stream, kinds: ['aggregates'], windows: [query.window], where: query.where },
      {
        next: (result, left) => {
          if (result.kind === 'aggregate') {
            heard = Date.now();
            store.add(result.aggregate);
            setDropped((it) => it + left);
          }
        },
        gap: (from) => {
          const since = Math.min(from ?? heard, heard) - 5 * query.windowMillis - LAG_MILLIS;
          catchUp(since);
          soon(since);
        },
        error: setProblem,
        complete: () => setProblem(gone()),
      },
    );
    soon(heard - 5 * query.windowMillis - LAG_MILLIS);
    return () => {
      abort.abort();
      timers.forEach(clearTimeout);
      subscription.unsubscribe();
    };
  }, [live, rest, store]);

  useEffect(() => {
    const abort = new AbortController();
    const now = Date.now();
    const from = now - query.rangeMillis;
    const to = loaded.current.store === store ? Math.min(loaded.current.from, now) : now;
    if (from >= to) {
      return undefined;
    }
    setLoading(true);
    let again: ReturnType<typeof setTimeout> | undefined;
    read(rest, query, store, from, to + query.windowMillis, abort.signal)
      .then((reached) => {
        loaded.current = { store, from: reached };
        setIncomplete(reached > from ? reached : undefined);
        setUnread(undefined);
        setLoading(false);
      })
      .catch((error: unknown) => {
        if (!abort.signal.aborted) {
          setUnread(problemOf(error));
          setLoading(false);
          again = setTimeout(() => setMore((it) => it + 1), againAfter(rest));
        }
      });
    return () => {
      abort.abort();
      clearTimeout(again);
    };
  }, [rest, store, query.rangeMillis, more]);

  useEffect(() => {
    const timer = setInterval(() => {
      const before = Date.now() - query.rangeMillis - 10 * query.windowMillis;
      store.forgetBefore(before);
      // A longer range, later, reads it again.
      loaded.current = { store, from: Math.max(loaded.current.from, before) };
    }, 10_000);
    return () => clearInterval(timer);
  }, [store, query.rangeMillis]);

  return { store, problem: problem ?? unread ?? hole, loading, incompleteBefore: incomplete, loadMore: () => setMore((it) => it + 1), dropped };
}

/** How long to wait after a failure: at least until the limit has a request again. */
function againAfter(rest: RestClient): number {
  const allowance = rest.allowance;
  return Math.max(AGAIN_MILLIS, allowance?.left === 0 ? 1_000 * allowance.againSeconds : 0);
}

/** Reads history backwards, and says up to when it came: `from`, or later where there are too many pages. */
async function read(
  rest: RestClient,
  query: LiveQuery,
  store: SeriesStore,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<number> {
  const parameters = {
    window: query.window,
    where: Object.entries(query.where).map(([name, value]) => `${name}=${value}`),
    order: 'desc',
    limit: PAGE,
    from: Math.floor(from),
    to: Math.ceil(to),
  };
  const pages = affordable(rest.allowance, PAGES * PAGE, Date.now()) / PAGE;
  const path = `/streams/${encodeURIComponent(query.stream)}/aggregates`;
  let cursor: string | undefined;
  let reached = to;
  for (let i = 0; i < pages; i++) {
    const page: Page<Aggregate> = await rest.get(path, { ...parameters, cursor }, signal);
    page.items.forEach((it) => store.add(it));
    cursor = page.nextCursor;
    if (cursor === undefined) {
      return from;
    }
    reached = Date.parse(page.items[page.items.length - 1]!.start);
  }
  return reached;
}

function gone(): Problem {
  return {
    type: 'about:blank',
    title: 'The stream is gone',
    status: 404,
    detail: 'It was deleted while you were looking at it.',
    code: 'not-found',
  };
}

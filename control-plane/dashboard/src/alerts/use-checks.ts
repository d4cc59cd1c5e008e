import { useCallback, useEffect, useRef, useState } from 'react';
import { usePlatform } from '../app/platform';
import { problemOf } from '../app/use-resource';
import { checkDelay } from './check-pace';
import { specOf } from './draft';
import type { Draft } from './draft';
import type { Allowance, ChangedAlert, Problem } from '../../client';

/** Why what is written now has not been checked: little is left of a limit, or it is used up. */
export type Held = { readonly why: 'little'; readonly allowance: Allowance } | { readonly why: 'refused'; readonly problem: Problem };

export interface Checks {
  /** What is wrong with what was checked or saved last. */
  readonly problem: Problem | undefined;
  readonly checked: ChangedAlert | undefined;
  readonly held: Held | undefined;
  readonly checkNow: () => void;
  /** Takes what was wrong when it should have been saved. */
  readonly refuse: (problem: Problem) => void;
}

/**
 * Asks the server what is wrong while an alert is written, once something has been: after a pause, never twice for the same, and
 * no oftener than the tenant's limit bears. An answer that comes after a later question is dropped.
 */
export function useChecks(draft: Draft, first: Draft, etag: string | null, readable: boolean): Checks {
  const { alerts, rest } = usePlatform();
  const [problem, setProblem] = useState<Problem>();
  const [checked, setChecked] = useState<ChangedAlert>();
  const [held, setHeld] = useState<Held>();
  const asked = useRef('');
  const number = useRef(0);
  const check = useCallback(
    (spec: Draft): void => {
      asked.current = JSON.stringify(spec);
      number.current += 1;
      const own = number.current;
      const tell = (about: { problem?: Problem; checked?: ChangedAlert; held?: Held }): void => {
        if (own === number.current) {
          setProblem(about.problem);
          setChecked(about.checked);
          setHeld(about.held);
        }
      };
      alerts.configure(specOf(spec), { dryRun: true, etag }).then(
        (changed) => tell({ checked: changed }),
        (error: unknown) => {
          const why = problemOf(error);
          if (why.status === 429) {
            asked.current = '';
            tell({ held: { why: 'refused', problem: why } });
          } else {
            tell({ problem: why });
          }
        },
      );
    },
    [alerts, etag],
  );
  useEffect(() => {
    if (draft === first || !readable || JSON.stringify(draft) === asked.current) {
      return undefined;
    }
    const { allowance } = rest;
    const delay = checkDelay(allowance, Date.now());
    if (delay === undefined && allowance !== undefined) {
      setChecked(undefined);
      setHeld((before) => (before?.why === 'refused' && (before.problem.retryAt ?? 0) > Date.now() ? before : { why: 'little', allowance }));
      return undefined;
    }
    const timer = setTimeout(() => check(draft), delay);
    return () => clearTimeout(timer);
  }, [draft, first, readable, rest, check]);
  const checkNow = useCallback(() => check(draft), [check, draft]);
  const refuse = useCallback((why: Problem): void => {
    number.current += 1;
    setProblem(why);
    setChecked(undefined);
    setHeld(undefined);
  }, []);
  return { problem, checked, held, checkNow, refuse };
}

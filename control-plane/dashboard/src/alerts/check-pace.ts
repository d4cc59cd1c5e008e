import { leftAt } from '../../client';
import type { Allowance } from '../../client';

/** How long nothing is typed before the server is asked whether it is right so. */
const USUAL_MILLIS = 900;

/** The same where a good part of the limit is used up: then rather a thought than a word. */
const SPARING_MILLIS = 3_000;

/** What is kept for whoever wants to save, look at a stream, or try something. */
const KEPT_SHARE = 0.25;

/**
 * How long to wait with a check of what is being written: each counts against the tenant's limit. Undefined where so little is
 * left that only who writes should decide what it is used for.
 */
export function checkDelay(allowance: Allowance | undefined, now: number): number | undefined {
  if (allowance?.amount === undefined) {
    return USUAL_MILLIS;
  }
  const share = leftAt(allowance, now) / allowance.amount;
  return share > 0.6 ? USUAL_MILLIS : share > KEPT_SHARE ? SPARING_MILLIS : undefined;
}

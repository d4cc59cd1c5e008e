import { leftAt } from '../../client';
import type { Allowance } from '../../client';

/** Of how many results a chart may be that costs a request for each thousand: no more than a fifth of what is left. */
export function affordable(allowance: Allowance | undefined, most: number, now: number): number {
  return allowance === undefined ? most : Math.min(most, 1_000 * Math.max(1, Math.floor(leftAt(allowance, now) / 5)));
}

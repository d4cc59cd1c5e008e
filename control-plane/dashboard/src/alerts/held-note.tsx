import { LimitAdvice, limitText } from '../ui/parts';
import { useNow } from '../ui/time';
import { leftAt } from '../../client';
import type { Held } from './use-checks';

/** Says that what is written has not been checked, for which limit, and lets people ask for it. */
export function HeldNote({ held, onCheck }: { held: Held; onCheck: () => void }) {
  const now = useNow(1_000);
  const waiting = held.why === 'refused' && held.problem.retryAt !== undefined && held.problem.retryAt > now;
  return (
    <div className="note warning" role="status">
      <strong>What you write is not checked at the moment</strong>
      {held.why === 'refused' ? (
        <span>
          <LimitAdvice problem={held.problem} />
        </span>
      ) : (
        <span>
          {limitText(held.allowance)} has {leftAt(held.allowance, now)} left, and each check takes one, as saving does. What you write is checked when
          you ask for it, and when you save it.
        </span>
      )}
      <div className="row">
        <button type="button" className="button small" disabled={waiting} onClick={onCheck}>
          Check it now
        </button>
      </div>
    </div>
  );
}

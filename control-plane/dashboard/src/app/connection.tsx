import { useEffect, useState } from 'react';
import { usePlatform } from './platform';
import { useNow } from '../ui/time';
import type { ConnectionState } from '../../client';

/** The live connection's state, as it changes. */
export function useConnection(): ConnectionState {
  const { live } = usePlatform();
  const [state, setState] = useState(live.state);
  useEffect(() => {
    setState(live.state);
    return live.onState(setState);
  }, [live]);
  return state;
}

/** Says how the live connection stands; always there. */
export function ConnectionStatus() {
  const { live } = usePlatform();
  const state = useConnection();
  // Only to be drawn again: the time that it gives may be from before the connection was lost.
  useNow(state.phase === 'waiting' ? 500 : 60_000);
  return (
    <>
      <span className="connection" data-phase={state.phase} role="status" title={titleOf(state)}>
        {textOf(state, Date.now())}
      </span>
      {state.phase === 'waiting' ? (
        <button type="button" className="button small" onClick={() => live.retryNow()}>
          Retry
        </button>
      ) : null}
    </>
  );
}

function textOf(state: ConnectionState, now: number): string {
  switch (state.phase) {
    case 'open':
      return 'Live';
    case 'connecting':
      return 'Connecting';
    case 'waiting':
      return `Offline, retry in ${Math.max(0, Math.ceil((state.until - now) / 1000))} s`;
    case 'closed':
      return 'Disconnected';
  }
}

function titleOf(state: ConnectionState): string {
  switch (state.phase) {
    case 'open':
      return 'Results arrive as they come about';
    case 'waiting':
    case 'closed':
      return state.reason === '' ? 'The connection was lost' : state.reason;
    default:
      return '';
  }
}

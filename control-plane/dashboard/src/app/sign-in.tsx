import { useState } from 'react';
import { Field } from '../ui/parts';
import type { Problem } from '../../client';

/** Asks for a credential, and says why where one was there that is good no more. */
export function SignIn({ problem, onToken }: { problem: Problem | undefined; onToken: (token: string) => void }) {
  const [token, setToken] = useState('');
  return (
    <main className="sign-in">
      <form
        className="panel"
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim() !== '') {
            onToken(token.trim());
          }
        }}
      >
        <div className="brand">
          <img src="/favicon.svg" alt="" />
          <h1>Streamgauge</h1>
        </div>
        {problem !== undefined ? (
          <div className="note critical" role="alert">
            <strong>That credential does not open the door</strong>
            <span>{problem.detail}</span>
          </div>
        ) : null}
        <Field
          label="Token or API key"
          hint={
            <>
              On your own machine, <code>./streamgauge token --tenant demo</code> prints one, and the link that{' '}
              <code>./streamgauge up</code> prints signs in by itself.
            </>
          }
        >
          {(props) => (
            <input
              {...props}
              type="password"
              autoComplete="off"
              autoFocus
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          )}
        </Field>
        <div className="row">
          <button type="submit" className="button primary">
            Sign in
          </button>
          <span className="muted small">It stays in this tab, and ends with it.</span>
        </div>
      </form>
    </main>
  );
}

import { useEffect, useState } from 'react';
import { Field } from '../ui/parts';
import { beginSignIn, findProvider, SignInError } from './provider';
import type { Provider } from './provider';
import type { Problem } from '../../client';

interface SignInProps {
  readonly problem: Problem | undefined;
  readonly onToken: (token: string) => void;
}

/** Sends people to the provider, where there is one, or asks for a credential; says why where there was one that is good no more. */
export function SignIn({ problem, onToken }: SignInProps) {
  const [provider, setProvider] = useState<Provider | null>();
  const [failure, setFailure] = useState<string>();
  const [leaving, setLeaving] = useState(false);
  useEffect(() => {
    const abort = new AbortController();
    findProvider(abort.signal).then(
      (found) => setProvider(found ?? null),
      () => abort.signal.aborted || setProvider(null),
    );
    return () => abort.abort();
  }, []);
  const begin = (at: Provider): void => {
    setFailure(undefined);
    setLeaving(true);
    beginSignIn(at, window.location.origin, window.location.pathname + window.location.search, sessionStorage).then(
      (url) => window.location.assign(url),
      (error: unknown) => {
        setLeaving(false);
        setFailure(failureOf(error, at));
      },
    );
  };
  return (
    <main className="sign-in">
      <section className="panel">
        <div className="brand">
          <img src="/favicon.svg" alt="" />
          <h1>Streamgauge</h1>
        </div>
        {problem !== undefined ? (
          <div className="note critical" role="alert">
            <strong>{problem.status === 401 ? 'That credential does not open the door' : problem.title}</strong>
            <span>{problem.detail}</span>
          </div>
        ) : null}
        {failure !== undefined ? (
          <div className="note critical" role="alert">
            <strong>The provider cannot be asked</strong>
            <span>{failure}</span>
          </div>
        ) : null}
        {provider === undefined ? <p className="muted">…</p> : null}
        {provider ? (
          <div className="stack">
            <button type="button" className="button primary" disabled={leaving} onClick={() => begin(provider)}>
              Sign in at {hostOf(provider.issuer)}
            </button>
            <details>
              <summary>With a token or an API key</summary>
              <TokenForm onToken={onToken} />
            </details>
          </div>
        ) : null}
        {provider === null ? <TokenForm onToken={onToken} first /> : null}
      </section>
    </main>
  );
}

function TokenForm({ onToken, first }: { onToken: (token: string) => void; first?: boolean }) {
  const [token, setToken] = useState('');
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (token.trim() !== '') {
          onToken(token.trim());
        }
      }}
    >
      <Field
        label="Token or API key"
        hint={
          first === true ? (
            <>
              On your own machine, <code>./streamgauge token --tenant demo</code> prints one, and the link that{' '}
              <code>./streamgauge up</code> prints signs in by itself.
            </>
          ) : undefined
        }
      >
        {(props) => (
          <input
            {...props}
            type="password"
            autoComplete="off"
            autoFocus={first === true}
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        )}
      </Field>
      <div className="row">
        <button type="submit" className={first === true ? 'button primary' : 'button'}>
          Sign in
        </button>
        <span className="muted small">It stays in this tab, and ends with it.</span>
      </div>
    </form>
  );
}

function failureOf(error: unknown, at: Provider): string {
  if (error instanceof SignInError) {
    return `${error.message} ${error.advice}`;
  }
  return error instanceof TypeError
    ? `${at.issuer} does not answer, or does not allow this page to ask it. Try again in a while; meanwhile a token or an API key works.`
    : (error as Error).message;
}

function hostOf(issuer: string): string {
  return new URL(issuer).host;
}

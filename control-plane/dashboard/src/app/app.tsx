import { lazy, useCallback, useEffect, useMemo, useState } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { Alerts, LiveClient, RestClient } from '../../client';
import { AlertListPage } from '../alerts/list-page';
import { LivePage } from '../live/live-page';
import { StreamEditorPage } from '../streams/editor-page';
import { StreamListPage } from '../streams/list-page';
import { TenantPage } from '../tenant/tenant-page';
import { Empty, Loading, PageHead, ProblemNote } from '../ui/parts';
import { Credential } from './credential';
import { Frame } from './frame';
import { PlatformContext } from './platform';
import { completeSignIn, findProvider, leaveAt, renewSession, SignInError, takeReturn } from './provider';
import { endSession, identityOf, openSession, saveSession } from './session';
import { SignIn } from './sign-in';
import { problemOf } from './use-resource';
import type { Platform, Tenant } from './platform';
import type { Leave } from './provider';
import type { Grant, Session } from './session';
import type { Problem } from '../../client';

// For operators only.
const JobsPage = lazy(async () => ({ default: (await import('../jobs/jobs-page')).JobsPage }));
const ModelsPage = lazy(async () => ({ default: (await import('../models/models-page')).ModelsPage }));
// With YAML, which the other pages do without.
const AlertPage = lazy(async () => ({ default: (await import('../alerts/alert-page')).AlertPage }));
const AlertEditorPage = lazy(async () => ({ default: (await import('../alerts/editor-page')).AlertEditorPage }));

/** The whole page: signing in, and then the platform in one tenant. */
export function App() {
  const [credential, setCredential] = useState(() => credentialOf(openSession(window.location, window.history, sessionStorage)));
  const [arriving, setArriving] = useState(() => takeReturn(window.location, window.history));
  const [problem, setProblem] = useState<Problem>();
  const enter = useCallback((session: Session) => {
    setProblem(undefined);
    setCredential(credentialOf(saveSession(session, sessionStorage)));
  }, []);
  const signOut = useCallback((why?: Problem) => {
    endSession(sessionStorage);
    setProblem(why);
    setCredential(undefined);
  }, []);
  useEffect(() => {
    credential?.start();
    return () => credential?.stop();
  }, [credential]);
  useEffect(() => {
    if (arriving !== undefined) {
      arrive(arriving)
        .then(enter, (error: unknown) => signOut(refusalOf(error)))
        .finally(() => setArriving(undefined));
    }
  }, [arriving, enter, signOut]);
  useEffect(() => {
    // Another link of `up`, opened where the page is already.
    const onHash = () => {
      if (window.location.hash.startsWith('#token=')) {
        setCredential(credentialOf(openSession(window.location, window.history, sessionStorage)));
      }
    };
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, []);
  if (arriving !== undefined) {
    return (
      <main className="sign-in">
        <Loading what="who you are" />
      </main>
    );
  }
  if (credential === undefined) {
    return <SignIn problem={problem} onToken={(token) => enter({ token })} />;
  }
  return <SignedIn key={credential.number} credential={credential} onSignOut={signOut} />;
}

function credentialOf(session: Session | undefined): Credential | undefined {
  return session === undefined ? undefined : new Credential(session, { storage: sessionStorage, renew });
}

async function renew(session: Session): Promise<Session> {
  const provider = await findProvider();
  if (provider === undefined) {
    throw new SignInError('There is no provider any more.');
  }
  return renewSession(provider, session);
}

/** Comes back from the provider, to where one was. */
async function arrive(answer: URLSearchParams): Promise<Session> {
  const provider = await findProvider();
  if (provider === undefined) {
    throw new SignInError('This server knows no provider.');
  }
  const { session, place } = await completeSignIn(provider, window.location.origin, answer, sessionStorage);
  window.history.replaceState(null, '', place);
  return session;
}

/** Takes leave at the provider as well, where one came from there: else it would let the next one in unasked. */
async function leave(grant: Grant): Promise<void> {
  const provider = await findProvider();
  const to = provider === undefined ? undefined : await leaveAt(provider, window.location.origin, grant);
  if (to !== undefined) {
    send(to);
  }
}

/** By a form, not by an address: what is in that stays in the browser's history, and an ID token has no place there. */
function send({ url, fields }: Leave): void {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = url;
  Object.entries(fields).forEach(([name, value]) => {
    const field = document.createElement('input');
    field.type = 'hidden';
    field.name = name;
    field.value = value;
    form.append(field);
  });
  document.body.append(form);
  form.submit();
}

/** Why somebody who comes back from the provider is not in, and what to do about it. */
function refusalOf(error: unknown): Problem {
  const problem = { type: 'about:blank', title: 'You are not signed in', status: 0, code: 'sign-in' };
  if (error instanceof SignInError) {
    return { ...problem, detail: `${error.message} ${error.advice}` };
  }
  if (error instanceof TypeError) {
    return { ...problem, detail: 'The provider, or the server, does not answer. Sign in again once it does.' };
  }
  return problemOf(error);
}

interface SignedInProps {
  readonly credential: Credential;
  readonly onSignOut: (why?: Problem) => void;
}

/** Finds the tenants of the credential: that also tells whether it is good. */
function SignedIn({ credential, onSignOut }: SignedInProps) {
  const [chosen, setChosen] = useState(credential.session.tenant);
  const [tenants, setTenants] = useState<readonly Tenant[]>();
  const [problem, setProblem] = useState<Problem>();
  const [times, setTimes] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    const rest = new RestClient({ base: '', token: credential.token, renew: credential.renew, onUnauthenticated: onSignOut });
    rest.all<Tenant>('/tenants', {}, 1000, abort.signal).then(setTenants, (error: unknown) => {
      const why = problemOf(error);
      if (abort.signal.aborted || why.status === 401) {
        return;
      }
      // A credential need not be allowed to see tenants.
      if (why.status === 403) {
        setTenants([]);
      } else {
        setProblem(why);
      }
    });
    return () => abort.abort();
  }, [credential, onSignOut, times]);
  if (problem !== undefined && tenants === undefined) {
    return (
      <main className="sign-in">
        <section className="panel">
          <h1>Streamgauge</h1>
          <ProblemNote
            problem={problem}
            retry={() => {
              setProblem(undefined);
              setTimes((it) => it + 1);
            }}
          />
        </section>
      </main>
    );
  }
  if (tenants === undefined) {
    return (
      <main className="sign-in">
        <Loading what="who you are" />
      </main>
    );
  }
  const tenant = chosen ?? (tenants.find((it) => it.active) ?? tenants[0])?.id;
  return (
    <InTenant
      key={tenant}
      credential={credential}
      tenant={tenant}
      tenants={tenants}
      onTenant={(next) => {
        credential.enter(next);
        setChosen(next);
      }}
      onSignOut={onSignOut}
    />
  );
}

interface InTenantProps extends SignedInProps {
  readonly tenant: string | undefined;
  readonly tenants: readonly Tenant[];
  readonly onTenant: (tenant: string) => void;
}

/** The pages, with clients of their own for each tenant. */
function InTenant({ credential, tenant, tenants, onTenant, onSignOut }: InTenantProps) {
  const [live, setLive] = useState<LiveClient>();
  useEffect(() => {
    const client = new LiveClient({ url: liveUrl(), token: credential.token, renew: credential.renew, tenant: () => tenant });
    setLive(client);
    return () => client.close();
  }, [credential, tenant]);
  const platform = useMemo((): Platform | undefined => {
    if (live === undefined) {
      return undefined;
    }
    const rest = new RestClient({
      base: '',
      token: credential.token,
      renew: credential.renew,
      tenant: () => tenant,
      onUnauthenticated: onSignOut,
    });
    return {
      rest,
      alerts: new Alerts(rest),
      live,
      identity: identityOf(credential.token()),
      tenant,
      tenants,
      enter: onTenant,
      signOut: () => {
        const { grant } = credential.session;
        onSignOut();
        if (grant !== undefined) {
          // Where the provider does not answer, one has left at least here.
          leave(grant).catch(() => undefined);
        }
      },
    };
  }, [live, credential, tenant, tenants]);
  if (platform === undefined) {
    return null;
  }
  return (
    <PlatformContext value={platform}>
      <BrowserRouter>
        <Routes>
          <Route element={<Frame />}>
            <Route index element={<Navigate to="/streams" replace />} />
            <Route path="streams" element={<StreamListPage />} />
            <Route path="streams/new" element={<StreamEditorPage />} />
            <Route path="streams/:stream" element={<LivePage />} />
            <Route path="streams/:stream/edit" element={<StreamEditorPage />} />
            <Route path="alerts" element={<AlertListPage />} />
            <Route path="alerts/new" element={<AlertEditorPage />} />
            <Route path="alerts/:alert" element={<AlertPage />} />
            <Route path="alerts/:alert/edit" element={<AlertEditorPage />} />
            <Route path="models" element={<ModelsPage />} />
            <Route path="tenant" element={<TenantPage />} />
            <Route path="jobs" element={<JobsPage />} />
            <Route path="*" element={<NowherePage />} />
          </Route>
        </Routes>
      </BrowserRouter>
    </PlatformContext>
  );
}

function NowherePage() {
  return (
    <>
      <PageHead title="There is no such page" />
      <Empty title="The address leads nowhere">
        <p>It may be mistyped. Everything there is begins at Streams, Alerts and Tenant above.</p>
      </Empty>
    </>
  );
}

function liveUrl(): string {
  return `${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/api/v1/live`;
}

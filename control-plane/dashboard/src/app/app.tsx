import { lazy, useCallback, useEffect, useMemo, useState } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { Alerts, LiveClient, RestClient } from '../../client';
import { AlertListPage } from '../alerts/list-page';
import { LivePage } from '../live/live-page';
import { StreamEditorPage } from '../streams/editor-page';
import { StreamListPage } from '../streams/list-page';
import { TenantPage } from '../tenant/tenant-page';
import { Empty, Loading, PageHead, ProblemNote } from '../ui/parts';
import { Frame } from './frame';
import { PlatformContext } from './platform';
import { endSession, identityOf, openSession, saveSession } from './session';
import { SignIn } from './sign-in';
import { problemOf } from './use-resource';
import type { Platform, Tenant } from './platform';
import type { Session } from './session';
import type { Problem } from '../../client';

// For operators only.
const JobsPage = lazy(async () => ({ default: (await import('../jobs/jobs-page')).JobsPage }));
// With YAML, which the other pages do without.
const AlertPage = lazy(async () => ({ default: (await import('../alerts/alert-page')).AlertPage }));
const AlertEditorPage = lazy(async () => ({ default: (await import('../alerts/editor-page')).AlertEditorPage }));

/** The whole page: signing in, and then the platform in one tenant. */
export function App() {
  const [session, setSession] = useState(() => openSession(window.location, window.history, sessionStorage));
  const [problem, setProblem] = useState<Problem>();
  const signOut = useCallback((why?: Problem) => {
    endSession(sessionStorage);
    setProblem(why);
    setSession(undefined);
  }, []);
  useEffect(() => {
    // Another link of `up`, opened where the page is already.
    const onHash = () => {
      if (window.location.hash.startsWith('#token=')) {
        setSession(openSession(window.location, window.history, sessionStorage));
      }
    };
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, []);
  if (session === undefined) {
    return (
      <SignIn
        problem={problem}
        onToken={(token) => {
          setProblem(undefined);
          setSession(saveSession({ token }, sessionStorage));
        }}
      />
    );
  }
  return (
    <SignedIn
      key={session.token}
      session={session}
      onTenant={(tenant) => setSession(saveSession({ ...session, tenant }, sessionStorage))}
      onSignOut={signOut}
    />
  );
}

interface SignedInProps {
  readonly session: Session;
  readonly onTenant: (tenant: string) => void;
  readonly onSignOut: (why?: Problem) => void;
}

/** Finds the tenants of the credential: that also tells whether it is good. */
function SignedIn({ session, onTenant, onSignOut }: SignedInProps) {
  const [tenants, setTenants] = useState<readonly Tenant[]>();
  const [problem, setProblem] = useState<Problem>();
  const [times, setTimes] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    const rest = new RestClient({ base: '', token: () => session.token, onUnauthenticated: onSignOut });
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
  }, [session.token, onSignOut, times]);
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
  const tenant = session.tenant ?? (tenants.find((it) => it.active) ?? tenants[0])?.id;
  return (
    <InTenant key={tenant} session={session} tenant={tenant} tenants={tenants} onTenant={onTenant} onSignOut={onSignOut} />
  );
}

interface InTenantProps extends SignedInProps {
  readonly tenant: string | undefined;
  readonly tenants: readonly Tenant[];
}

/** The pages, with clients of their own for each tenant. */
function InTenant({ session, tenant, tenants, onTenant, onSignOut }: InTenantProps) {
  const [live, setLive] = useState<LiveClient>();
  useEffect(() => {
    const client = new LiveClient({ url: liveUrl(), token: () => session.token, tenant: () => tenant });
    setLive(client);
    return () => client.close();
  }, [session.token, tenant]);
  const platform = useMemo((): Platform | undefined => {
    if (live === undefined) {
      return undefined;
    }
    const rest = new RestClient({
      base: '',
      token: () => session.token,
      tenant: () => tenant,
      onUnauthenticated: onSignOut,
    });
    return {
      rest,
      alerts: new Alerts(rest),
      live,
      identity: identityOf(session.token),
      tenant,
      tenants,
      enter: onTenant,
      signOut: () => onSignOut(),
    };
  }, [live, session.token, tenant, tenants]);
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

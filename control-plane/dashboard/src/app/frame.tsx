import { Suspense, useState } from 'react';
import { NavLink, Outlet, useLocation } from 'react-router';
import { Boundary } from '../ui/boundary';
import { Loading } from '../ui/parts';
import { ConnectionStatus, useConnection } from './connection';
import { usePlatform } from './platform';
import { chooseTheme, chosenTheme } from './theme';
import type { Theme } from './theme';

/** The bar with the navigation, and the page below it. */
export function Frame() {
  const platform = usePlatform();
  const connection = useConnection();
  const { pathname } = useLocation();
  return (
    <>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="bar">
        <NavLink to="/streams" className="brand" aria-label="Streamgauge, home">
          <img src="/favicon.svg" alt="" />
          <span>Streamgauge</span>
        </NavLink>
        <nav className="nav" aria-label="Main">
          <NavLink to="/streams">Streams</NavLink>
          <NavLink to="/alerts">Alerts</NavLink>
          <NavLink to="/models">Models</NavLink>
          <NavLink to="/tenant">Tenant</NavLink>
          {platform.identity.operator ? <NavLink to="/jobs">Jobs</NavLink> : null}
        </nav>
        <div className="end">
          <ConnectionStatus />
          <TenantSwitch />
          <ThemeSwitch />
          <button type="button" className="button quiet small" onClick={platform.signOut} title={platform.identity.subject}>
            Sign out
          </button>
        </div>
      </header>
      <main id="main" className="page" tabIndex={-1}>
        {connection.phase === 'closed' && connection.code !== 1000 ? (
          <div className="note warning" role="alert">
            <strong>Live results have stopped{connection.reason === '' ? '' : `: ${connection.reason}`}</strong>
            <span>
              {connection.code === 4401
                ? 'Sign out, and in again with another token.'
                : 'Reload the page to try again; if that does not help, ask an operator of the platform.'}
            </span>
          </div>
        ) : null}
        <Boundary key={pathname}>
          <Suspense fallback={<Loading what="the page" />}>
            <Outlet />
          </Suspense>
        </Boundary>
      </main>
    </>
  );
}

function TenantSwitch() {
  const { tenant, tenants, enter } = usePlatform();
  if (tenants.length < 2) {
    return tenant === undefined ? null : <span className="badge">{tenant}</span>;
  }
  return (
    <select aria-label="Tenant" value={tenant} onChange={(event) => enter(event.target.value)}>
      {tenants.map((it) => (
        <option key={it.id} value={it.id}>
          {it.name}
          {it.active ? '' : ' (not active)'}
        </option>
      ))}
    </select>
  );
}

const THEMES: readonly (readonly [Theme, string, string])[] = [
  ['auto', '◐', 'Theme: as the system has it'],
  ['light', '☀', 'Theme: light'],
  ['dark', '☾', 'Theme: dark'],
];

function ThemeSwitch() {
  const [theme, setTheme] = useState(chosenTheme);
  const index = THEMES.findIndex(([it]) => it === theme);
  const [, symbol, title] = THEMES[index]!;
  const next = THEMES[(index + 1) % THEMES.length]![0];
  return (
    <button
      type="button"
      className="button quiet small"
      title={title}
      aria-label={title}
      onClick={() => {
        chooseTheme(next);
        setTheme(next);
      }}
    >
      <span aria-hidden="true">{symbol}</span>
    </button>
  );
}

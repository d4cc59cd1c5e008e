import { createContext, useContext } from 'react';
import type { Alerts, LiveClient, RestClient } from '../../client';
import type { Identity } from './session';

/** A tenant as the API lists it. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly tier: string;
  readonly active: boolean;
}

/** What every page works with: the clients of one credential in one tenant. */
export interface Platform {
  readonly rest: RestClient;
  readonly alerts: Alerts;
  readonly live: LiveClient;
  readonly identity: Identity;
  /** Undefined where the credential is good for one tenant only and may not say which. */
  readonly tenant: string | undefined;
  readonly tenants: readonly Tenant[];
  enter(tenant: string): void;
  signOut(): void;
}

export const PlatformContext = createContext<Platform | undefined>(undefined);

export function usePlatform(): Platform {
  const platform = useContext(PlatformContext);
  if (platform === undefined) {
    throw new Error('PlatformContext: missing (expected: a provider around every page)');
  }
  return platform;
}

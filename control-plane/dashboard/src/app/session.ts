/**
 * Who works with the page. The credential lives in this tab only (sessionStorage), never in the address: where a link brings it in
 * the fragment, which browsers do not send to servers, it is taken out before anything else happens.
 */
export interface Session {
  readonly token: string;
  readonly tenant?: string;
  /** Where the token is an identity provider's: how to have a newer one, and how to take leave. */
  readonly grant?: Grant;
}

/** What an identity provider gave beside the token. Times are those of this machine, in milliseconds. */
export interface Grant {
  readonly issuedAt: number;
  readonly expiresAt?: number;
  readonly refreshToken?: string;
  readonly idToken?: string;
}

/** What a token says of its holder; nothing here is trusted for anything but what to show. */
export interface Identity {
  readonly subject: string;
  readonly operator: boolean;
}

const KEY = 'streamgauge.session';

/** The session of this tab; what the address brings goes first. */
export function openSession(location: Location, history: History, storage: Storage): Session | undefined {
  const brought = new URLSearchParams(location.hash.slice(1)).get('token');
  if (brought !== null) {
    history.replaceState(history.state, '', location.pathname + location.search);
    if (brought !== '') {
      return saveSession({ token: brought }, storage);
    }
  }
  try {
    const stored = JSON.parse(storage.getItem(KEY) ?? 'null') as Session | null;
    return stored === null || typeof stored.token !== 'string' ? undefined : stored;
  } catch {
    return undefined;
  }
}

export function saveSession(session: Session, storage: Storage): Session {
  storage.setItem(KEY, JSON.stringify(session));
  return session;
}

export function endSession(storage: Storage): void {
  storage.removeItem(KEY);
}

/** Reads a token's claims without checking them; of anything else, such as an API key, nothing is known. */
export function identityOf(token: string): Identity {
  try {
    const payload = token.split('.')[1] ?? '';
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (it) => it.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    return { subject: nameOf(claims), operator: hasRole(claims, 'operator') };
  } catch {
    return { subject: token.startsWith('sgk_') ? token.slice(0, 16) : '', operator: false };
  }
}

function nameOf(claims: Readonly<Record<string, unknown>>): string {
  return String(claims['preferred_username'] ?? claims['sub'] ?? '');
}

/** Looks at each array `roles`, wherever a provider puts it: `roles`, `realm_access.roles`. */
function hasRole(claims: unknown, role: string): boolean {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    return false;
  }
  return Object.entries(claims).some(
    ([name, value]) => (name === 'roles' && Array.isArray(value) && value.includes(role)) || hasRole(value, role),
  );
}

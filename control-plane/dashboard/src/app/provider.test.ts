import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { beginSignIn, completeSignIn, leaveAt, renewSession, SignInError, takeReturn } from './provider';
import type { Provider } from './provider';

const PROVIDER: Provider = { issuer: 'https://login.test', clientId: 'dashboard', scope: 'openid' };
const ORIGIN = 'https://gauge.test';

const METADATA = {
  issuer: 'https://login.test',
  authorization_endpoint: 'https://login.test/authorize',
  token_endpoint: 'https://login.test/token',
  end_session_endpoint: 'https://login.test/leave',
  authorization_response_iss_parameter_supported: true,
};

let requests: { url: string; body: string }[];
let tokenAnswer: () => Response;
let kept: Map<string, string>;
let storage: Storage;

const json = (body: object, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

const idToken = (claims: object): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.${Buffer.from('signature').toString('base64url')}`;
};

beforeEach(() => {
  requests = [];
  kept = new Map();
  storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  } as unknown as Storage;
  vi.stubGlobal('fetch', async (url: URL | string, init?: RequestInit) => {
    requests.push({ url: String(url), body: String(init?.body ?? '') });
    return String(url).endsWith('/.well-known/openid-configuration') ? json(METADATA) : tokenAnswer();
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Begins, and says what the provider was sent. */
async function begun(): Promise<URLSearchParams> {
  return (await beginSignIn(PROVIDER, ORIGIN, '/alerts?stream=a', storage)).searchParams;
}

const complete = (answer: Readonly<Record<string, string>>) =>
  completeSignIn(PROVIDER, ORIGIN, new URLSearchParams({ iss: PROVIDER.issuer, ...answer }), storage);

const refusalOf = (promise: Promise<unknown>): Promise<SignInError> =>
  promise.then(
    () => Promise.reject(new Error('signed in')),
    (error: unknown) => (error instanceof SignInError ? error : Promise.reject(error)),
  );

const tokenRequests = () => requests.filter((it) => it.url === METADATA.token_endpoint);

test('sends people away with a challenge, whose secret stays in the tab', async () => {
  const sent = await begun();

  expect(sent.get('redirect_uri')).toBe('https://gauge.test/signed-in');
  expect(sent.get('code_challenge_method')).toBe('S256');
  const verifier = (JSON.parse([...kept.values()][0]!) as { verifier: string }).verifier;
  expect([...sent.values()]).not.toContain(verifier);
});

test('signs in with what the tab remembers, once, and goes back to where one was', async () => {
  const sent = await begun();
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: PROVIDER.issuer, aud: 'dashboard', sub: 'a', iat: now, exp: now + 300, nonce: sent.get('nonce') };
  tokenAnswer = () =>
    json({ access_token: 'access', token_type: 'Bearer', expires_in: 300, refresh_token: 'refresh', id_token: idToken(claims) });

  const { session, place } = await complete({ code: 'c', state: sent.get('state')! });

  expect(place).toBe('/alerts?stream=a');
  expect(session).toMatchObject({ token: 'access', grant: { refreshToken: 'refresh' } });
  expect(session.grant!.expiresAt! - session.grant!.issuedAt).toBe(300_000);
  expect(new URLSearchParams(tokenRequests()[0]!.body).get('code_verifier')).not.toBeNull();
  expect((await refusalOf(complete({ code: 'c', state: sent.get('state')! }))).message).toContain('not begun in this tab');
  expect(tokenRequests()).toHaveLength(1);
});

test('refuses an ID token of another attempt', async () => {
  const sent = await begun();
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: PROVIDER.issuer, aud: 'dashboard', sub: 'a', iat: now, exp: now + 300, nonce: 'another' };
  tokenAnswer = () => json({ access_token: 'access', token_type: 'Bearer', id_token: idToken(claims) });

  expect((await refusalOf(complete({ code: 'c', state: sent.get('state')! }))).message).toContain('was refused');
});

test('asks for no token where the state or the issuer is another', async () => {
  await begun();
  expect((await refusalOf(complete({ code: 'c', state: 'another' }))).message).toContain('was refused');
  const sent = await begun();
  expect((await refusalOf(complete({ code: 'c', state: sent.get('state')!, iss: 'https://evil.test' }))).message).toContain('was refused');

  expect(tokenRequests()).toHaveLength(0);
});

test('says what to do about what the provider says', async () => {
  for (const [error, advice] of [
    ['access_denied', 'agree to what it asks'],
    ['temporarily_unavailable', 'in a while'],
    ['unauthorized_client', 'may not be set up'],
  ] as const) {
    const sent = await begun();
    const refusal = await refusalOf(complete({ error, error_description: 'Because', state: sent.get('state')! }));
    expect(refusal.message).toContain(`Because (${error})`);
    expect(refusal.advice).toContain(advice);
  }
});

test('a session that the provider renews no more is over, and one that it cannot be asked about is not', async () => {
  const session = { token: 'old', grant: { issuedAt: 0, refreshToken: 'r', idToken: 'i' } };
  tokenAnswer = () => json({ error: 'invalid_grant', error_description: 'Session not active' }, 400);
  expect((await refusalOf(renewSession(PROVIDER, session))).message).toContain('Session not active');

  tokenAnswer = () => json({ access_token: 'new', token_type: 'Bearer', expires_in: 60 });
  expect(await renewSession(PROVIDER, session)).toMatchObject({ token: 'new', grant: { refreshToken: 'r', idToken: 'i' } });

  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('Failed to fetch')));
  await expect(renewSession(PROVIDER, session)).rejects.toBeInstanceOf(TypeError);
});

test('takes the answer out of the address', () => {
  const replaceState = vi.fn();
  const history = { state: null, replaceState } as unknown as History;

  const answer = takeReturn({ pathname: '/signed-in', search: '?code=c&state=s' } as Location, history);

  expect(answer?.get('code')).toBe('c');
  expect(replaceState).toHaveBeenCalledWith(null, '', '/');
  expect(takeReturn({ pathname: '/streams', search: '?code=c' } as Location, history)).toBeUndefined();
});

test('takes leave by fields, not by an address', async () => {
  expect(await leaveAt(PROVIDER, ORIGIN, { issuedAt: 0, idToken: 'i' })).toEqual({
    url: 'https://login.test/leave',
    fields: { client_id: 'dashboard', post_logout_redirect_uri: 'https://gauge.test/', id_token_hint: 'i' },
  });
});

/**
 * Signing in at an OpenID provider: the code flow with PKCE of a public client, as RFC 9700 wants it of pages. What has to be
 * remembered while people are away at the provider is in this tab only, for one attempt. The address has a code when they come back,
 * which is good once and for nobody else; it is taken out before anything else happens.
 */
import * as oauth from 'oauth4webapi';
import type { Grant, Session } from './session';

/** As `/sign-in.json` tells it. */
export interface Provider {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
}

/** Where the provider sends people back to. */
export const RETURN_PATH = '/signed-in';

/** Why somebody could not sign in, for people, and what they can do about it. */
export class SignInError extends Error {
  constructor(
    message: string,
    readonly advice = 'Sign in again.',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What is remembered of an attempt. */
interface Attempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Where in the page they were. */
  readonly place: string;
}

const KEY = 'streamgauge.sign-in';

/** The provider where people sign in here; undefined where they bring their tokens. */
export async function findProvider(signal?: AbortSignal): Promise<Provider | undefined> {
  const response = await fetch('/sign-in.json', signal === undefined ? {} : { signal });
  if (!response.ok) {
    throw new SignInError(`The server does not say where to sign in (${response.status}).`);
  }
  return ((await response.json()) as { provider: Provider | null }).provider ?? undefined;
}

/** Remembers a new attempt, and says where at the provider it goes on. */
export async function beginSignIn(provider: Provider, origin: string, place: string, storage: Storage): Promise<URL> {
  if (globalThis.crypto?.subtle === undefined) {
    throw new SignInError('Browsers allow this over https only, or on the machine itself.', 'Open the page by its https address.');
  }
  const server = await discover(provider);
  if (server.authorization_endpoint === undefined) {
    throw new SignInError(`${provider.issuer} does not say where people sign in.`);
  }
  const attempt: Attempt = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    place,
  };
  storage.setItem(KEY, JSON.stringify(attempt));
  const url = new URL(server.authorization_endpoint);
  const parameters = {
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: origin + RETURN_PATH,
    scope: provider.scope,
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: 'S256',
  };
  Object.entries(parameters).forEach(([name, value]) => url.searchParams.set(name, value));
  return url;
}

/** What the provider's answer in the address is, once: it is taken out, and the attempt forgotten. */
export function takeReturn(location: Location, history: History): URLSearchParams | undefined {
  if (location.pathname !== RETURN_PATH) {
    return undefined;
  }
  const answer = new URLSearchParams(location.search);
  history.replaceState(history.state, '', '/');
  return answer;
}

/** Ends an attempt by the provider's answer: who signed in, and where in the page they were. */
export async function completeSignIn(
  provider: Provider,
  origin: string,
  answer: URLSearchParams,
  storage: Storage,
): Promise<{ readonly session: Session; readonly place: string }> {
  const attempt = takeAttempt(storage);
  if (attempt === undefined) {
    throw new SignInError('This was not begun in this tab, or has been ended already.');
  }
  return explained(async () => {
    const server = await discover(provider);
    const client = clientOf(provider);
    const parameters = oauth.validateAuthResponse(server, client, answer, attempt.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      parameters,
      origin + RETURN_PATH,
      attempt.verifier,
      insecureIf(provider),
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: attempt.nonce,
      requireIdToken: true,
    });
    return { session: { token: tokens.access_token, grant: grantOf(tokens, Date.now()) }, place: attempt.place };
  });
}

/**
 * A newer token by what the provider gave.
 *
 * @throws SignInError where the provider refuses; anything else where it does not answer
 */
export async function renewSession(provider: Provider, session: Session): Promise<Session> {
  const refreshToken = session.grant?.refreshToken;
  if (refreshToken === undefined) {
    throw new SignInError('The provider gave nothing to renew the token with.');
  }
  return explained(async () => {
    const server = await discover(provider);
    const client = clientOf(provider);
    const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, insecureIf(provider));
    const tokens = await oauth.processRefreshTokenResponse(server, client, response);
    // A provider may leave out what stays as it is.
    return { ...session, token: tokens.access_token, grant: { ...session.grant, ...grantOf(tokens, Date.now()) } };
  });
}

/** Where and with what one takes leave at a provider. */
export interface Leave {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** How one takes leave at the provider; undefined where it has no such place. */
export async function leaveAt(provider: Provider, origin: string, grant: Grant): Promise<Leave | undefined> {
  const { end_session_endpoint: url } = await discover(provider);
  if (url === undefined) {
    return undefined;
  }
  return {
    url,
    fields: {
      client_id: provider.clientId,
      post_logout_redirect_uri: `${origin}/`,
      ...(grant.idToken !== undefined && { id_token_hint: grant.idToken }),
    },
  };
}

async function discover(provider: Provider): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(provider.issuer);
  const response = await oauth.discoveryRequest(issuer, insecureIf(provider));
  return oauth.processDiscoveryResponse(issuer, response);
}

function clientOf(provider: Provider): oauth.Client {
  return { client_id: provider.clientId };
}

/** Without TLS only where the operator has configured just that: a provider on the same machine. */
function insecureIf(provider: Provider): { [oauth.allowInsecureRequests]?: boolean } {
  return provider.issuer.startsWith('http://') ? { [oauth.allowInsecureRequests]: true } : {};
}

function grantOf(tokens: oauth.TokenEndpointResponse, now: number): Grant {
  return {
    issuedAt: now,
    ...(tokens.expires_in !== undefined && { expiresAt: now + tokens.expires_in * 1000 }),
    ...(tokens.refresh_token !== undefined && { refreshToken: tokens.refresh_token }),
    ...(tokens.id_token !== undefined && { idToken: tokens.id_token }),
  };
}

function takeAttempt(storage: Storage): Attempt | undefined {
  const stored = storage.getItem(KEY);
  storage.removeItem(KEY);
  try {
    return stored === null ? undefined : (JSON.parse(stored) as Attempt);
  } catch {
    return undefined;
  }
}

/** What the provider or its answer is refused for, as a text for people; that it is away stays what it is. */
async function explained<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) {
      throw refusal(error);
    }
    if (error instanceof oauth.OperationProcessingError) {
      throw new SignInError(
        `The answer that came from the provider was refused: ${error.message}.`,
        'It does not belong to what was begun in this tab. Sign in again from here.',
        { cause: error },
      );
    }
    throw error;
  }
}

/** What a provider means by its error codes: RFC 6749 (4.1.2.1, 5.2) and OpenID Connect Core (3.1.2.6). */
function refusal(error: oauth.AuthorizationResponseError | oauth.ResponseBodyError): SignInError {
  const said = error.error_description === undefined ? error.error : `${error.error_description} (${error.error})`;
  switch (error.error) {
    case 'access_denied':
      return new SignInError(
        `The provider did not let you in: ${said}.`,
        'Sign in again and agree to what it asks, or ask those who run it whether you may use Streamgauge.',
        { cause: error },
      );
    case 'invalid_grant':
      return new SignInError(`Your time at the provider is over: ${said}.`, 'Sign in again.', { cause: error });
    case 'server_error':
    case 'temporarily_unavailable':
      return new SignInError(`The provider has a fault: ${said}.`, 'Sign in again in a while.', { cause: error });
    default:
      return new SignInError(
        `The provider refused: ${said}.`,
        'Give this to those who run it: the client of the dashboard may not be set up there as it should be.',
        { cause: error },
      );
  }
}

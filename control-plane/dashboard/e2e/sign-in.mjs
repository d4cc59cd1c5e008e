/**
 * Signs in to the dashboard at a real Keycloak in a real browser: see .ci/keycloak and DashboardSignInIT, which start all of it.
 *
 *   node e2e/sign-in.mjs URL KEYCLOAK FOLDER     KEYCLOAK with the realm of .ci; URL is a redirect URI of its client `dashboard`
 *
 * FOLDER gets pictures, and `secrets.txt`: what must be in no log.
 */
import { writeFileSync } from 'node:fs';
import { check, startBrowser } from './browser.mjs';

const [server, keycloak, folder] = process.argv.slice(2);
const realm = `${keycloak}/realms/streamgauge`;
const LIFETIME_SECONDS = 20;
const { step, openPage, shoot, accessible, fits, run } = await startBrowser('sign-in', folder);

/** Codes and tokens that were seen. */
const secrets = new Set();

/** Changes the client of the dashboard, by Keycloak's own API for administrators. */
async function configure(change) {
  const form = { grant_type: 'password', client_id: 'admin-cli', username: 'admin', password: 'admin' };
  const token = await fetch(`${keycloak}/realms/master/protocol/openid-connect/token`, { method: 'POST', body: new URLSearchParams(form) });
  const headers = { Authorization: `Bearer ${(await token.json()).access_token}`, 'Content-Type': 'application/json' };
  const clients = `${keycloak}/admin/realms/streamgauge/clients`;
  const [client] = await (await fetch(`${clients}?clientId=dashboard`, { headers })).json();
  const body = JSON.stringify({ ...client, ...change, attributes: { ...client.attributes, ...change.attributes } });
  const answer = await fetch(`${clients}/${client.id}`, { method: 'PUT', headers, body });
  check(answer.ok, `Keycloak: ${answer.status} ${await answer.text()}`);
}

/** A page whose codes and tokens are noted. */
async function openWatched(options) {
  const page = await openPage(options);
  const note = (request) => {
    const code = new URL(request.url()).searchParams.get('code');
    if (code !== null) {
      secrets.add(code);
    }
  };
  page.on('request', note);
  page.on('response', async (response) => {
    if (isTokenRequest(response.request()) && response.ok()) {
      const tokens = await response.json().catch(() => ({}));
      ['access_token', 'refresh_token', 'id_token'].forEach((it) => tokens[it] && secrets.add(tokens[it]));
    }
  });
  return page;
}

function isTokenRequest(request, grant = '') {
  return request.method() === 'POST' && request.url() === `${realm}/protocol/openid-connect/token` && (request.postData() ?? '').includes(grant);
}

const door = (page) => page.getByRole('button', { name: `Sign in at ${new URL(keycloak).host}` });

async function fillIn(page, user) {
  await page.locator('#username').fill(user);
  await page.locator('#password').fill(user);
  await page.locator('#kc-login').click();
}

/** No code or token in the address, in what the browser would go back to, or in what is stored, but for the tab's session. */
async function keepsSecrets(page) {
  const devtools = await page.context().newCDPSession(page);
  const { entries } = await devtools.send('Page.getNavigationHistory');
  await devtools.detach();
  const addresses = [page.url(), ...entries.map((it) => it.url)];
  for (const secret of secrets) {
    const found = addresses.find((it) => it.includes(encodeURIComponent(secret)) || it.includes(secret));
    check(found === undefined, `an address has a code or a token: ${found}`);
  }
  const stored = await page.evaluate(async () => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    cookies: document.cookie,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
  }));
  check(!stored.local.some((it) => it !== 'streamgauge.theme'), `localStorage has ${stored.local}`);
  check(stored.cookies === '' && stored.databases === 0 && stored.caches === 0, `stored: ${JSON.stringify(stored)}`);
  return stored.session;
}

const token = (page) => page.evaluate(() => JSON.parse(sessionStorage.getItem('streamgauge.session') ?? '{}').token);

async function drive() {
  await configure({ attributes: { 'access.token.lifespan': String(LIFETIME_SECONDS) } });
  const page = await openWatched({ colorScheme: 'light' });

  await step('sends people to the provider, with a challenge and a state', async () => {
    await page.goto(`${server}/alerts?name=cpu`);
    await door(page).waitFor();
    await accessible(page, 'sign-in at a provider');
    await shoot(page, 'provider');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await accessible(page, 'sign-in at a provider, dark and narrow');
    await fits(page, 'sign-in at a provider');
    await shoot(page, 'provider-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1360, height: 900 });
    const leaving = page.waitForRequest((it) => it.url().startsWith(`${realm}/protocol/openid-connect/auth`));
    await door(page).click();
    const asked = new URL((await leaving).url()).searchParams;
    check(asked.get('code_challenge_method') === 'S256', `no PKCE: ${asked}`);
    check((asked.get('code_challenge') ?? '').length === 43, `no challenge: ${asked}`);
    check((asked.get('state') ?? '').length >= 43 && (asked.get('nonce') ?? '').length >= 43, `no state, or no nonce: ${asked}`);
    await page.locator('#username').waitFor();
    await shoot(page, 'keycloak');
  });

  await step('comes back to where one was, and keeps no code and no token but for this tab', async () => {
    await fillIn(page, 'editor');
    await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor();
    check(page.url() === `${server}/alerts?name=cpu`, `elsewhere: ${page.url()}`);
    await page.locator('.connection[data-phase=open]').waitFor();
    check(secrets.size === 4, `${secrets.size} codes and tokens seen (expected: a code and three tokens)`);
    const session = await keepsSecrets(page);
    check(session.join() === 'streamgauge.session', `sessionStorage has ${session}`);
  });

  await step('the pages work: a stream is made, the tenant is the own', async () => {
    await page.getByRole('link', { name: 'Streams', exact: true }).first().click();
    await page.getByRole('link', { name: 'New stream' }).first().click();
    await page.getByLabel('Events', { exact: true }).fill('{"time": "2026-01-01T00:00:00Z", "shop": "berlin", "amount": 12.5}');
    await page.getByRole('button', { name: /Fill in/ }).click();
    await page.getByLabel('Name', { exact: true }).fill('signed-in');
    await page.getByRole('button', { name: 'Create the stream' }).click();
    await page.getByRole('heading', { name: 'signed-in', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Tenant', exact: true }).click();
    await page.getByText('events per second').waitFor();
    await page.locator('code', { hasText: 'north' }).waitFor();
    await shoot(page, 'signed-in');
  });

  await step('renews the token ahead of its end, and nothing is lost of the page', async () => {
    await page.getByRole('link', { name: 'Streams', exact: true }).first().click();
    await page.getByRole('link', { name: 'New stream' }).first().click();
    await page.getByLabel('Name', { exact: true }).fill('half-written');
    const before = await token(page);
    await page.waitForResponse((it) => isTokenRequest(it.request(), 'grant_type=refresh_token') && it.ok(), { timeout: 90_000 });
    await page.waitForFunction((old) => JSON.parse(sessionStorage.getItem('streamgauge.session')).token !== old, before);
    check((await page.getByLabel('Name', { exact: true }).inputValue()) === 'half-written', 'what was written is lost');
    await page.locator('.connection[data-phase=open]').waitFor();
    const now = await token(page);
    const asking = page.waitForRequest((it) => it.url().includes('/api/v1/streams'));
    await page.getByRole('link', { name: 'Streams', exact: true }).first().click();
    check((await (await asking).headerValue('Authorization')) === `Bearer ${now}`, 'the old token is sent still');
    await page.getByRole('link', { name: 'signed-in', exact: true }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'signed-in', exact: true }).waitFor();
    await keepsSecrets(page);
  });

  await step('signs out here and at the provider, which asks again then', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${server}/`);
    await door(page).waitFor();
    check((await keepsSecrets(page)).length === 0, 'a session is left');
    await door(page).click();
    await page.locator('#username').waitFor();
  });

  await step('says what to do where the provider lets one not in', async () => {
    await configure({ consentRequired: true, attributes: { 'display.on.consent.screen': 'true', 'consent.screen.text': 'Your results' } });
    await fillIn(page, 'editor');
    await page.locator('#kc-cancel').click();
    const told = page.getByRole('alert');
    await told.getByText('access_denied').waitFor();
    await told.getByText('agree to what it asks').waitFor();
    await door(page).waitFor();
    check(page.url() === `${server}/`, `the answer is still in the address: ${page.url()}`);
    await accessible(page, 'access denied');
    await shoot(page, 'denied');
    await page.emulateMedia({ colorScheme: 'dark' });
    await accessible(page, 'access denied, dark');
    await shoot(page, 'denied-dark');
    await configure({ consentRequired: false });
  });

  await step('refuses an answer with another state, and asks for no token', async () => {
    const other = await openWatched();
    const asked = [];
    other.on('request', (it) => isTokenRequest(it) && asked.push(it));
    await other.goto(`${server}/streams`);
    await door(other).click();
    await other.locator('#username').waitFor();
    await other.goto(`${server}/signed-in?code=stolen-by-somebody-else&state=another&iss=${encodeURIComponent(realm)}`);
    await other.getByRole('alert').getByText('was refused').waitFor();
    check((await token(other)) === undefined, 'signed in');
    // The attempt is over by that: its true answer comes too late.
    await other.goto(`${server}/signed-in?code=that-comes-too-late&state=another&iss=${encodeURIComponent(realm)}`);
    await other.getByRole('alert').getByText('not begun in this tab').waitFor();
    check(asked.length === 0, 'a token was asked for');
    await shoot(other, 'refused');
    await other.context().close();
  });

  await step('says so where the provider does not answer', async () => {
    await page.route(`${keycloak}/**`, (it) => it.abort());
    await door(page).click();
    await page.getByRole('alert').getByText('does not answer').waitFor();
    await page.unroute(`${keycloak}/**`);
    await page.context().close();
  });

  await step('somebody of two tenants goes from one to the other', async () => {
    const both = await openWatched();
    await both.goto(`${server}/`);
    await door(both).click();
    await fillIn(both, 'both');
    await both.getByLabel('Tenant', { exact: true }).selectOption('north');
    await both.getByRole('link', { name: 'signed-in', exact: true }).waitFor();
    await both.getByLabel('Tenant', { exact: true }).selectOption('south');
    await both.getByText('There is no stream yet').waitFor();
    await both.context().close();
  });
}

await run(drive, () => writeFileSync(`${folder}/secrets.txt`, [...secrets].map((it) => `${it}\n`).join('')));

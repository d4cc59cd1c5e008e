/**
 * Drives the dashboard of a running Streamgauge in a real browser, as a person would: see .ci/dashboard, which starts both.
 *
 *   node e2e/run.mjs URL FOLDER     with TOKEN, OPERATOR_TOKEN, SOUTH_TOKEN and COPPER_TOKEN in the environment
 */
import { dirname } from 'node:path';
import { check, startBrowser, TIMEOUT } from './browser.mjs';
import { alertSteps } from './alerts.mjs';
import { everywhereSteps } from './everywhere.mjs';
import { limitSteps } from './limits.mjs';
import { memberSteps } from './members.mjs';
import { modelSteps } from './models.mjs';
import { operatorSteps } from './operators.mjs';
import { startProxy } from './proxy.mjs';
import { restartSteps } from './restart.mjs';
import { sequenceSteps } from './sequences.mjs';

const [server, folder] = process.argv.slice(2);
const { TOKEN, OPERATOR_TOKEN, SOUTH_TOKEN, COPPER_TOKEN } = process.env;
const browser = await startBrowser('dashboard', folder);
const { step, openPage, shoot, accessible, fits, watchShifts, run, faults } = browser;
const proxy = await startProxy(Number(new URL(server).port));

async function send(stream, events, token = TOKEN) {
  const response = await fetch(`${server}/api/v1/streams/${stream}/events`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(events),
  });
  check(response.ok, `events: ${response.status} ${await response.text()}`);
}

/** A stream with one usual series, which goes on until it is told to end; the detection has a past of it by then. */
async function startPulse() {
  const response = await fetch(`${server}/api/v1/streams`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      name: 'pulse',
      fields: [
        { name: 'time', type: 'timestamp', role: 'timestamp' },
        { name: 'host', type: 'string', role: 'dimension' },
        { name: 'load', type: 'number', role: 'measure' },
      ],
      windows: ['1s'],
    }),
  });
  check(response.ok, `pulse: ${response.status}`);
  let beat = 0;
  const timer = setInterval(() => {
    beat += 1;
    const load = 10 + ((beat * 37) % 11) / 11;
    send('pulse', [{ time: new Date().toISOString(), host: 'a', load }]).catch((error) => faults.push(`pulse: ${error.message}`));
  }, 500);
  return () => clearInterval(timer);
}

const live = (page) => page.locator('.connection[data-phase=open]').waitFor();

async function drive() {
  const page = await openPage();
  const endPulse = await startPulse();

  await step('signs in by the link, which keeps no token', async () => {
    await page.goto(`${proxy.url}/#token=${TOKEN}`);
    await page.getByRole('heading', { name: 'Streams', exact: true }).waitFor();
    check(!page.url().includes(TOKEN.slice(0, 20)), `the address still has the token: ${page.url()}`);
    await live(page);
    await page.getByRole('link', { name: 'system-metrics', exact: true }).waitFor();
    await accessible(page, 'streams');
    await shoot(page, 'streams');
  });

  await step('a number changes while one looks at it', async () => {
    await page.getByRole('link', { name: 'system-metrics', exact: true }).click();
    await page.getByLabel('kind', { exact: true }).selectOption('machine');
    const value = page.locator('[data-measure=cpu_percent]');
    await page.waitForFunction(() => /\d/.test(document.querySelector('[data-measure=cpu_percent]')?.textContent ?? ''));
    const before = await value.textContent();
    await page.waitForFunction(
      (text) => document.querySelector('[data-measure=cpu_percent]')?.textContent !== text,
      before,
    );
    check(page.url().includes('where=kind%3Dmachine'), `the filter is not in the address: ${page.url()}`);
    const keepsStill = await watchShifts(page);
    await page.waitForTimeout(15_000);
    await keepsStill('live view');
    await accessible(page, 'live view');
    await shoot(page, 'live');
  });

  await step('pauses, and goes on', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    const value = page.locator('[data-measure=cpu_percent]');
    const before = await value.textContent();
    await page.waitForTimeout(3_000);
    check((await value.textContent()) === before, 'a value has changed while paused');
    await page.getByRole('button', { name: 'Go on' }).click();
  });

  await step('loses the server for 10 s, says so, and misses no window', async () => {
    await page.getByRole('button', { name: '1m', exact: true }).click();
    proxy.cut();
    await page.locator('.connection[data-phase=waiting]').waitFor();
    await shoot(page, 'offline');
    await page.waitForTimeout(10_000);
    proxy.mend();
    await live(page);
    await page.waitForFunction(() => document.querySelector('.chart')?.dataset.holes === '0', undefined, { timeout: TIMEOUT });
  });

  await step('describes a stream from a sample', async () => {
    await page.getByRole('link', { name: 'Streams', exact: true }).first().click();
    await page.getByRole('link', { name: 'New stream' }).click();
    await page.getByLabel('Events', { exact: true }).fill('{"time": "2026-01-01T00:00:00Z", "shop": "berlin", "amount": 12.5}');
    await page.getByRole('button', { name: /Fill in/ }).click();
    await page.getByLabel('Name', { exact: true }).fill('Shop Orders');
    await page.getByRole('button', { name: 'Create the stream' }).click();
    await page.locator('.fault').first().waitFor();
    await accessible(page, 'stream editor');
    await shoot(page, 'stream-editor');
    await page.getByLabel('Name', { exact: true }).fill('shop-orders');
    await page.getByRole('button', { name: 'Create the stream' }).click();
    await page.getByRole('heading', { name: 'shop-orders', exact: true }).waitFor();
    await page.getByText('No results in this range').waitFor();
    await shoot(page, 'live-empty');
  });

  await alertSteps(browser, page, proxy.url, send);

  await step('shows the tenant: use, a key that is shown once, the audit log', async () => {
    await page.getByRole('link', { name: 'Tenant', exact: true }).click();
    await page.getByText('events per second').waitFor();
    await accessible(page, 'use');
    await shoot(page, 'tenant');
    await page.getByRole('button', { name: 'API keys' }).click();
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name', { exact: true }).fill('browser test');
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByText(/^sgk_\w{12}_\w{43}$/).waitFor();
    await accessible(page, 'keys');
    await page.getByRole('button', { name: 'Audit log' }).click();
    await page.getByText('browser test').first().waitFor();
    await accessible(page, 'audit log');
    await shoot(page, 'audit');
  });

  await memberSteps(browser, page, proxy.url);
  await sequenceSteps(browser, page, proxy.url, send);
  await limitSteps(browser, proxy.url, COPPER_TOKEN);
  await modelSteps(browser, page, proxy.url);

  await everywhereSteps(browser, proxy.url, TOKEN);

  await step('a shared address shows the same, in the dark and on a phone', async () => {
    const where = '/streams/system-metrics?range=5m&where=kind%3Dcpu&show=percentiles';
    const dark = await openPage({ colorScheme: 'dark' });
    await dark.goto(`${proxy.url}${where}#token=${TOKEN}`);
    await dark.locator('table.series tbody tr').first().waitFor();
    await dark.waitForTimeout(4_000);
    check(dark.url().endsWith(where), `the address has changed: ${dark.url()}`);
    await accessible(dark, 'live view, dark');
    await shoot(dark, 'live-dark');
    await dark.goto(`${proxy.url}/alerts`);
    await dark.getByRole('link', { name: 'cpu-high' }).first().waitFor();
    await dark.waitForTimeout(1_000);
    await accessible(dark, 'alerts, dark');
    await shoot(dark, 'alerts-dark');
    const phone = await openPage({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
    await phone.goto(`${proxy.url}/streams/system-metrics?where=kind%3Dmachine#token=${TOKEN}`);
    await phone.locator('table.series tbody tr').first().waitFor();
    await phone.waitForTimeout(3_000);
    await fits(phone, 'live view, narrow');
    await accessible(phone, 'live view, narrow');
    await shoot(phone, 'live-phone');
    await phone.goto(`${proxy.url}/alerts/large-order/edit`);
    await phone.getByLabel('Level', { exact: true }).waitFor();
    await fits(phone, 'alert editor, narrow');
    await shoot(phone, 'editor-phone');
    await dark.context().close();
    await phone.context().close();
  });

  await step('works by keyboard alone', async () => {
    await page.goto(`${proxy.url}/streams`);
    await page.getByRole('link', { name: 'system-metrics', exact: true }).waitFor();
    await page.keyboard.press('Tab');
    check((await page.evaluate(() => document.activeElement?.className)) === 'skip', 'the first stop is not the skip link');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    check((await page.evaluate(() => document.activeElement?.textContent)) === 'New stream', 'the skip link leads elsewhere');
  });

  await step('two tenants see nothing of each other', async () => {
    const south = await openPage();
    await south.goto(`${proxy.url}/#token=${SOUTH_TOKEN}`);
    await south.getByText('There is no stream yet').waitFor();
    await accessible(south, 'no streams');
    await shoot(south, 'empty');
    await south.goto(`${proxy.url}/streams/shop-orders`);
    await south.getByRole('alert').getByText(/does not exist/).waitFor();
    await south.context().close();
  });

  await operatorSteps(browser, page, proxy.url, OPERATOR_TOKEN);

  await step('goes on from history into live data without a hole', async () => {
    await page.goto(`${proxy.url}/streams/system-metrics?range=1m&where=kind%3Dcpu`);
    await page.waitForFunction(() => document.querySelectorAll('table.series tbody tr').length > 0);
    await page.waitForTimeout(5_000);
    check((await page.locator('.chart').getAttribute('data-holes')) === '0', 'there is a hole');
    await shoot(page, 'picture');
  });

  await step('marks what is unusual, and what was expected', async () => {
    await page.goto(`${proxy.url}/streams/pulse?range=5m`);
    await page.locator('table.series tbody tr').first().waitFor();
    await page.waitForTimeout(10_000);
    endPulse();
    const spike = page.locator('.unusual[data-kind=spike]').first();
    const until = Date.now() + TIMEOUT;
    while (!(await spike.isVisible()) && Date.now() < until) {
      await send('pulse', [{ time: new Date().toISOString(), host: 'a', load: 25 }]);
      await page.waitForTimeout(500);
    }
    check(await spike.isVisible(), 'a spike is not told of');
    await accessible(page, 'anomalies');
    await shoot(page, 'anomalies');
  });

  await step('a token that is good for nothing leads back to the door', async () => {
    const stranger = await openPage();
    await stranger.goto(`${proxy.url}/alerts#token=nonsense`);
    await stranger.getByText('That credential does not open the door').waitFor();
    await accessible(stranger, 'sign-in');
    await shoot(stranger, 'sign-in');
    await stranger.context().close();
  });

  await restartSteps(browser, proxy.url, TOKEN, dirname(folder));
}

await run(drive, () => proxy.close());

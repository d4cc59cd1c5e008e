import { readFileSync, writeFileSync } from 'node:fs';
import { check, TIMEOUT } from './browser.mjs';

/** Starting takes as long as the machine needs. */
const PATIENCE = 10 * TIMEOUT;

/** Sends an event each quarter of a second, in order, and what the server did not take once it is back. */
function startSteady(url, token) {
  const queue = [];
  let number = 0;
  let ended = false;
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const timer = setInterval(() => queue.push({ time: new Date().toISOString(), host: 'a', number: (number += 1) }), 250);
  const sending = (async () => {
    while (!ended) {
      const events = queue.slice(0, 200);
      const taken =
        events.length > 0 &&
        (await fetch(`${url}/api/v1/streams/steady/events`, { method: 'POST', headers, body: JSON.stringify(events) }).then(
          (it) => it.ok,
          () => false,
        ));
      queue.splice(0, taken ? events.length : 0);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  })();
  return {
    number: () => number,
    async end() {
      clearInterval(timer);
      ended = true;
      await sending;
    },
  };
}

const isRunning = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/**
 * Ends the very process of the server and has it started again on the same data: `folder` has `up.pid`, and who finds `again` there
 * starts it (.ci/dashboard).
 */
export async function restartSteps({ step, openPage, shoot }, url, token, folder) {
  await step('the server ends and is started again, and the page goes on without a missing window', async () => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const stream = {
      name: 'steady',
      fields: [
        { name: 'time', type: 'timestamp', role: 'timestamp' },
        { name: 'host', type: 'string', role: 'dimension' },
        { name: 'number', type: 'number', role: 'measure' },
      ],
      windows: ['1s'],
      allowedLateness: '30m',
    };
    const made = await fetch(`${url}/api/v1/streams`, { method: 'POST', headers, body: JSON.stringify(stream) });
    check(made.ok, `steady: ${made.status} ${await made.text()}`);
    const steady = startSteady(url, token);
    const page = await openPage();
    await page.goto(`${url}/streams/steady?range=5m#token=${token}`);
    const shown = () => page.locator('[data-measure=number]').textContent();
    const beyond = (least) =>
      page.waitForFunction(
        (number) => Number(/[\d,.]+/.exec(document.querySelector('[data-measure=number]')?.textContent ?? '')?.[0].replaceAll(',', '')) > number,
        least,
        { timeout: PATIENCE },
      );
    await beyond(20);

    const pid = Number(readFileSync(`${folder}/up.pid`, 'utf8'));
    writeFileSync(`${folder}/again`, '');
    process.kill(pid, 'SIGTERM');
    await page.locator('.connection[data-phase=waiting]').waitFor({ timeout: PATIENCE });
    await page.waitForTimeout(1_000);
    const atLeast = steady.number() + 4;
    await page.locator('.connection[data-phase=open]').waitFor({ timeout: PATIENCE });
    check(!isRunning(pid), `the process ${pid} still runs`);
    const after = Number(readFileSync(`${folder}/up.pid`, 'utf8'));
    check(after !== pid && isRunning(after), 'no other process runs');
    await beyond(atLeast);
    await beyond(steady.number());
    await page.waitForFunction(() => document.querySelector('.chart')?.dataset.holes === '0', undefined, { timeout: PATIENCE });
    await steady.end();

    // What is stored is the same: a window of each second, all with their four events but for the first and the last.
    const answer = await fetch(`${url}/api/v1/streams/steady/aggregates?window=1s&limit=1000`, { headers });
    const { items } = await answer.json();
    const starts = [...new Set(items.map((it) => Date.parse(it.start)))].sort((a, b) => a - b);
    const missing = starts.filter((it, index) => index > 0 && it - starts[index - 1] !== 1_000).map((it) => new Date(it).toISOString());
    check(missing.length === 0, `stored windows are missing before ${missing}`);
    check((await shown()) !== null, 'the page is gone');
    await shoot(page, 'restart');
    await page.context().close();
  });
}

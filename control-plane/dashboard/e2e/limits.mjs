import { check } from './browser.mjs';

/** Somebody of the tier with the smallest limit writes an alert: docs/rate-limits.md. */
export async function limitSteps({ step, openPage, shoot, accessible }, url, token) {
  await step('spares a small limit while an alert is written, and says which is used up and when there is more', async () => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const stream = {
      name: 'few',
      fields: [
        { name: 'time', type: 'timestamp', role: 'timestamp' },
        { name: 'load', type: 'number', role: 'measure' },
      ],
      windows: ['1m'],
    };
    const made = await fetch(`${url}/api/v1/streams`, { method: 'POST', headers, body: JSON.stringify(stream) });
    check(made.ok, `stream: ${made.status}`);
    const page = await openPage();
    await page.goto(`${url}/alerts/new?stream=few#token=${token}`);
    await page.getByLabel('Name', { exact: true }).fill('much');
    await page.getByLabel('Measure', { exact: true }).selectOption('load');
    await page.getByLabel('Level', { exact: true }).fill('4');
    const compiles = page.getByText('It compiles');
    await compiles.waitFor();

    const use = async (left) => {
      for (;;) {
        const answer = await fetch(`${url}/api/v1/streams`, { headers });
        const rest = Number(/r=(\d+)/.exec(answer.headers.get('RateLimit') ?? '')?.[1]);
        if (rest <= left || answer.status === 429) {
          return;
        }
      }
    };
    // The page hears of what others have used with its next answer.
    await use(20);
    const notChecked = page.getByText('What you write is not checked at the moment');
    let level = 5;
    while (!(await notChecked.isVisible())) {
      await page.getByLabel('Level', { exact: true }).fill(String((level += 1)));
      await page.waitForTimeout(1_500);
    }
    await page.getByText(/The limit “\w+” \(100 requests in 1h\) has \d+ left/).waitFor();
    await accessible(page, 'a limit that is nearly used up');
    await shoot(page, 'limit-near');
    await page.getByRole('button', { name: 'Check it now' }).click();
    await compiles.waitFor();

    // On a machine that is slow enough there is something of it again by the time it is asked for.
    const usedUp = page.getByText(/is used up; it fills evenly\. It can be tried again (in|now)/).first();
    while (!(await usedUp.isVisible())) {
      await page.getByLabel('Level', { exact: true }).fill(String((level += 1)));
      await notChecked.waitFor();
      await use(0);
      await page.getByRole('button', { name: 'Check it now' }).click();
      await usedUp.or(compiles).first().waitFor();
    }
    await accessible(page, 'a limit that is used up');
    await shoot(page, 'limit');
    const refused = page.getByRole('alert').getByText(/\(100 requests in 1h\) is used up/);
    while (!(await refused.isVisible())) {
      await use(0);
      const judged = page.waitForResponse((it) => it.url().includes('alerts:backtest'));
      await page.getByRole('button', { name: 'Run the backtest' }).click();
      if ((await judged).status() === 429) {
        await refused.waitFor();
      }
    }
    await page.context().close();
  });
}

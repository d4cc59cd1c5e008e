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
    let checks = 0;
    page.on('request', (it) => {
      checks += it.method() === 'POST' && it.url().includes('dryRun=true') ? 1 : 0;
    });
    await page.goto(`${url}/alerts/new?stream=few#token=${token}`);
    await page.getByLabel('Name', { exact: true }).fill('much');
    await page.getByLabel('Measure', { exact: true }).selectOption('load');
    await page.getByLabel('Level', { exact: true }).pressSequentially('123456', { delay: 50 });
    await page.getByText('It compiles').waitFor();
    check(checks <= 2, `${checks} checks of a few words (expected: 2 at most)`);

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
    const answered = page.waitForResponse((it) => it.url().includes('dryRun=true'));
    await page.getByLabel('Level', { exact: true }).fill('5');
    await answered;
    await page.getByLabel('Level', { exact: true }).fill('6');
    await page.getByText('What you write is not checked at the moment').waitFor();
    await page.getByText(/The limit “\w+” \(100 requests in 1h\) has \d+ left/).waitFor();
    await accessible(page, 'a limit that is nearly used up');
    await shoot(page, 'limit-near');
    await page.getByRole('button', { name: 'Check it now' }).click();
    await page.getByText('It compiles').waitFor();

    await use(0);
    await page.getByLabel('Level', { exact: true }).fill('7');
    await page.getByRole('button', { name: 'Check it now' }).click();
    await page.getByText(/is used up; it fills evenly\. It can be tried again (in|now)/).waitFor();
    await accessible(page, 'a limit that is used up');
    await shoot(page, 'limit');
    await page.getByRole('button', { name: 'Run the backtest' }).click();
    await page.getByRole('alert').getByText(/\(100 requests in 1h\) is used up/).waitFor();
    await page.context().close();
  });
}

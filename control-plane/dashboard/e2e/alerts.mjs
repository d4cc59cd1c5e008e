import { check, TIMEOUT } from './browser.mjs';

/** Writes an alert on the stream `shop-orders`, sees it fire and resolve, and changes it; `send` sends events. */
export async function alertSteps({ step, shoot, accessible }, page, url, send) {
  await step('writes an alert by the form, and sees what is wrong where it is', async () => {
    await page.getByRole('link', { name: 'New alert' }).first().click();
    await page.getByLabel('Name', { exact: true }).fill('large-order');
    await page.getByLabel('Measure', { exact: true }).selectOption('amount');
    await page.getByLabel('Taken as', { exact: true }).selectOption('');
    await page.getByLabel('Level', { exact: true }).fill('100');
    await page.getByLabel('Recovers at', { exact: true }).fill('50');
    await page.getByLabel('shop', { exact: true }).check();
    await page.getByLabel('Only events where', { exact: true }).fill('event.amuont > 0');
    await page.locator('.fault', { hasText: 'amuont' }).waitFor();
    await shoot(page, 'alert-editor-fault');
    await page.getByRole('button', { name: 'YAML', exact: true }).click();
    await page.locator('.gutter .faulty').waitFor();
    await accessible(page, 'alert editor, YAML');
    await shoot(page, 'alert-editor-yaml');
    await page.getByRole('button', { name: 'Form', exact: true }).click();
    await page.getByLabel('Only events where', { exact: true }).fill('');
    await page.getByLabel('Summary', { exact: true }).fill('{{ key.shop }}: {{ value | round:1 }}');
    await page.getByText('It compiles').waitFor();
    await accessible(page, 'alert editor');
    await shoot(page, 'alert-editor');
    await page.getByRole('button', { name: 'Create the alert' }).click();
    await page.getByRole('heading', { name: 'large-order', exact: true }).waitFor();
  });

  await step('sees it fire', async () => {
    await page.getByRole('link', { name: 'Watch its stream' }).click();
    await page.getByText('No results in this range').waitFor();
    const until = Date.now() + TIMEOUT;
    const firing = page.locator('.incident[data-alert=large-order][data-state=firing]');
    while (!(await firing.isVisible()) && Date.now() < until) {
      await send('shop-orders', [{ time: new Date().toISOString(), shop: 'berlin', amount: 150 }]);
      await page.waitForTimeout(1_000);
    }
    check(await firing.isVisible(), 'it does not fire');
    await firing.getByText('berlin: 150').waitFor();
  });

  await step('acknowledges it, and sees it resolve', async () => {
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByLabel('Note', { exact: true }).fill('on it');
    await accessible(page, 'dialog');
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('Seen by demo-user: on it').waitFor();
    await send('shop-orders', [{ time: new Date().toISOString(), shop: 'berlin', amount: 10 }]);
    await page.locator('.incident[data-alert=large-order][data-state=resolved]').waitFor();
    await send('shop-orders', [{ time: '2026-01-01T00:00:00Z', shop: 'berlin', amount: 10 }]);
    await page.waitForTimeout(2_500);
    const shown = page.getByRole('button', { name: 'Show the last 24 hours' });
    await shown.click();
    while (!(await page.getByText('late: 1').isVisible())) {
      await page.getByRole('button', { name: 'Hide' }).click();
      await page.waitForTimeout(500);
      await shown.click();
      await page.getByText(/late: 1|was counted/).waitFor();
    }
    await accessible(page, 'what was not counted');
    await shoot(page, 'live-alert');
  });

  await step('judges the past before it is saved, and shows what changed', async () => {
    await page.goto(`${url}/alerts/large-order/edit`);
    await page.getByLabel('Level', { exact: true }).fill('120');
    await page.getByRole('button', { name: 'Run the backtest' }).click();
    await page.getByText('It would have fired 1 time').waitFor();
    await shoot(page, 'backtest');
    await page.getByLabel('Why it changes', { exact: true }).fill('fewer of them');
    await page.getByRole('button', { name: 'Save as a new version' }).click();
    await page.getByRole('button', { name: 'What changed' }).click();
    await page.getByText('#/condition/value').waitFor();
    await accessible(page, 'alert');
    await shoot(page, 'alert');
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await page.getByLabel('Level', { exact: true }).fill('110');
    await page.getByRole('button', { name: 'Run beside it' }).click();
    await page.getByText('Found by both').waitFor();
    await accessible(page, 'shadow');
    await shoot(page, 'alert');
    await page.getByRole('button', { name: 'Let it take over' }).click();
    await page.getByRole('region', { name: 'Shadow' }).waitFor({ state: 'detached' });
    await page.goto(`${url}/alerts/cpu-high/edit`);
    await page.getByLabel('The last', { exact: true }).selectOption('10m');
    await page.getByRole('button', { name: 'Run the backtest' }).click();
    await page.locator('.chart.low canvas').waitFor();
    await accessible(page, 'backtest');
    await shoot(page, 'backtest-chart');
  });
}

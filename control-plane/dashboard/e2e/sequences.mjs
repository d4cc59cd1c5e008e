import { check, TIMEOUT } from './browser.mjs';

/** Writes a sequence by the form, goes to YAML and back, sees it found in what `send` sends, and deletes it. */
export async function sequenceSteps({ step, shoot, accessible, fits }, page, url, send) {
  await step('writes a sequence by the form, and back from YAML nothing is lost', async () => {
    await page.goto(`${url}/alerts/new?stream=shop-orders`);
    await page.getByLabel('Name', { exact: true }).fill('small-then-large');
    await page.getByLabel('shop', { exact: true }).check();
    await page.getByLabel('It fires when', { exact: true }).selectOption('sequence');
    const first = page.getByRole('group', { name: 'Step 1', exact: true });
    const second = page.getByRole('group', { name: 'Step 2', exact: true });
    await first.getByLabel('Step’s name').fill('small');
    await first.getByLabel('Events where').fill('event.amount < 50');
    await first.getByLabel('How often').selectOption('between');
    await first.getByLabel('At least').fill('1');
    await first.getByLabel('At most').fill('3');
    await second.getByLabel('Step’s name').fill('large');
    await second.getByLabel('Events where').fill('event.amuont > 100');
    await second.getByLabel('After the one before').selectOption('next');
    await second.locator('.fault', { hasText: 'amuont' }).waitFor();
    await shoot(page, 'sequence-fault');
    await second.getByLabel('Events where').fill('event.amount > 100');
    await page.getByRole('button', { name: 'Add a step' }).click();
    await page.getByRole('group', { name: 'Step 3', exact: true }).getByLabel('Events where').fill('event.amount > 1000');
    await page.getByRole('button', { name: 'Step 3 earlier' }).click();
    await page.getByRole('button', { name: 'Remove step 2' }).click();
    await page.getByLabel('Within', { exact: true }).fill('5m');
    await page.getByLabel('From one to the next', { exact: true }).fill('1m');
    await page.getByText('It compiles').waitFor();
    await accessible(page, 'sequence');
    await shoot(page, 'sequence');
    await page.getByRole('button', { name: 'YAML', exact: true }).click();
    const editor = page.getByRole('textbox', { name: /YAML/ });
    const written = await editor.inputValue();
    for (const part of ['from: 1', 'to: 3', 'contiguity: next', 'firstToLast: 5m', 'previousToCurrent: 1m']) {
      check(written.includes(part), `not in the YAML: ${part}\n${written}`);
    }
    await page.getByRole('button', { name: 'Form', exact: true }).click();
    await page.getByRole('button', { name: 'YAML', exact: true }).click();
    check((await editor.inputValue()) === written, 'the form has changed what was written');
    await editor.fill(
      `${written}    - name: pair\n      steps:\n        - name: tiny\n          where: event.amount < 1\n        - name: huge\n          where: event.amount > 5000\n`,
    );
    await page.getByRole('button', { name: 'Form', exact: true }).click();
    await page.getByRole('group', { name: 'Step 3', exact: true }).getByText('It stays as it is').waitFor();
    await accessible(page, 'sequence with a group');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await accessible(page, 'sequence, dark and narrow');
    await fits(page, 'sequence');
    await shoot(page, 'sequence-phone');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1360, height: 900 });
    await page.getByRole('button', { name: 'Remove step 3' }).click();
    await page.getByRole('button', { name: 'Create the alert' }).click();
    await page.getByRole('heading', { name: 'small-then-large', exact: true }).waitFor();
  });

  await step('sees the sequence found', async () => {
    await page.getByRole('link', { name: 'Watch its stream' }).click();
    const firing = page.locator('.incident[data-alert=small-then-large][data-state=firing]');
    const until = Date.now() + 2 * TIMEOUT;
    while (!(await firing.first().isVisible()) && Date.now() < until) {
      await send('shop-orders', [{ time: new Date().toISOString(), shop: 'paris', amount: 10 }]);
      await page.waitForTimeout(500);
      await send('shop-orders', [{ time: new Date().toISOString(), shop: 'paris', amount: 150 }]);
      await page.waitForTimeout(500);
    }
    check(await firing.first().isVisible(), 'it is not found');
  });

  await step('edits the stream, and deletes the alert', async () => {
    await page.goto(`${url}/streams/shop-orders/edit`);
    await page.getByLabel('Description', { exact: true }).fill('What all shops sell');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { name: 'shop-orders', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Streams', exact: true }).first().click();
    await page.getByText('What all shops sell').waitFor();
    await page.goto(`${url}/alerts/small-then-large`);
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete the alert' }).click();
    await page.getByRole('link', { name: 'large-order', exact: true }).first().waitFor();
    check((await page.locator('table').getByRole('link', { name: 'small-then-large' }).count()) === 0, 'it is listed still');
  });
}

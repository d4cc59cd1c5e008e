import { check, TIMEOUT } from './browser.mjs';

/** A training takes as long as the machine needs, beside all else that runs on it. */
const PATIENCE = 10 * TIMEOUT;

const active = (page, version) => page.locator(`[aria-label="Models of system-metrics"][data-active="${version}"]`).waitFor({ timeout: PATIENCE });

/** Trains two models of a stream that has results, and goes from one to the other and back. */
export async function modelSteps({ step, shoot, accessible, fits }, page, url) {
  await step('trains a model, and says how good it is', async () => {
    await page.goto(`${url}/models`);
    await page.getByText('There is no model yet').waitFor();
    await accessible(page, 'no models');
    await train(page);
    await active(page, 1);
    check(/\d\.\d\d/.test((await page.locator('.model[data-version="1"]').textContent()) ?? ''), 'no numbers of the model');
    await page.locator('.training[data-state=done]').getByText('version 1').waitFor();
  });

  await step('trains another one, goes back to the first, judges without any, and by the second again', async () => {
    await train(page);
    await active(page, 2);
    await accessible(page, 'models');
    await shoot(page, 'models');
    await page.getByRole('button', { name: 'Go back to version 1' }).click();
    await active(page, 1);
    await page.getByRole('button', { name: 'Judge without a model' }).click();
    await page.getByText('judged without a model').waitFor();
    await page.getByRole('button', { name: 'Activate version 2' }).click();
    const force = page.getByRole('button', { name: 'Activate it', exact: true });
    await force.or(page.locator('[data-active="2"]')).first().waitFor();
    if (await force.isVisible()) {
      await force.click();
    }
    await active(page, 2);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await accessible(page, 'models, dark and narrow');
    await fits(page, 'models');
    await shoot(page, 'models-phone');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1360, height: 900 });
  });
}

async function train(page) {
  await page.getByRole('button', { name: 'Train a model' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Of the stream').selectOption('system-metrics');
  await dialog.getByLabel('From the last').selectOption('1h');
  await dialog.getByLabel(/whatever is found against it/).check();
  await dialog.getByRole('button', { name: 'Begin' }).click();
  await dialog.waitFor({ state: 'detached' });
}

import { check } from './browser.mjs';

/** What operators of the platform see; `page` is that of somebody who is none. */
export async function operatorSteps({ step, openPage, shoot, accessible, fits }, page, url, token) {
  await step('an operator goes from one tenant to another', async () => {
    const operator = await openPage();
    await operator.goto(`${url}/#token=${token}`);
    await operator.getByLabel('Tenant', { exact: true }).selectOption('south');
    await operator.getByText('There is no stream yet').waitFor();
    await operator.getByLabel('Tenant', { exact: true }).selectOption('demo');
    await operator.getByRole('link', { name: 'shop-orders', exact: true }).waitFor();
    await operator.context().close();
  });

  await step('an operator sees how the jobs are, and a tenant does not', async () => {
    const operator = await openPage();
    await operator.goto(`${url}/#token=${token}`);
    await operator.getByRole('link', { name: 'Jobs', exact: true }).click();
    await operator.locator('.job[data-state=running]').nth(2).waitFor();
    await operator.waitForFunction(
      () =>
        [...document.querySelectorAll('[data-figure=checkpoint], [data-figure=lag]')].filter((it) => /\d/.test(it.textContent ?? '')).length === 6,
    );
    await accessible(operator, 'jobs');
    await shoot(operator, 'jobs');
    await operator.setViewportSize({ width: 390, height: 844 });
    await operator.emulateMedia({ colorScheme: 'dark' });
    await fits(operator, 'jobs, narrow');
    await accessible(operator, 'jobs, dark and narrow');
    await shoot(operator, 'jobs-phone');
    await operator.context().close();
    check((await page.getByRole('link', { name: 'Jobs', exact: true }).count()) === 0, 'a tenant is led to the jobs');
  });
}

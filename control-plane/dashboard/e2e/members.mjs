import { check } from './browser.mjs';

/** Adds a member, changes the role, and removes them again. */
export async function memberSteps({ step, shoot, accessible, fits }, page, url) {
  await step('adds a member, changes the role, and removes them', async () => {
    await page.goto(`${url}/tenant?part=members`);
    await page.getByText('There is no member yet').waitFor();
    await accessible(page, 'no members');
    await page.getByRole('button', { name: 'Add a member' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Subject', { exact: true }).fill('7d2c1d0e-9a53-4a57-8c63-5d6f6f1b7a20');
    await dialog.getByLabel('Name', { exact: true }).fill('Night shift');
    await accessible(page, 'a new member');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await page.locator('.member[data-role=viewer]', { hasText: 'Night shift' }).waitFor();
    await page.getByRole('button', { name: 'Change Night shift' }).click();
    await dialog.getByLabel('Role', { exact: true }).selectOption('editor');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.locator('.member[data-role=editor]', { hasText: 'Night shift' }).waitFor();
    await accessible(page, 'members');
    await shoot(page, 'members');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await accessible(page, 'members, dark and narrow');
    await fits(page, 'members');
    await shoot(page, 'members-phone');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1360, height: 900 });
    await page.getByRole('button', { name: 'Add a member' }).click();
    await dialog.getByLabel('Subject', { exact: true }).fill('7d2c1d0e-9a53-4a57-8c63-5d6f6f1b7a20');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByText('is a member already').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Remove Night shift' }).click();
    await dialog.getByRole('button', { name: 'Remove the member' }).click();
    await page.getByText('There is no member yet').waitFor();
    check((await page.locator('.member').count()) === 0, 'somebody is left');
  });
}

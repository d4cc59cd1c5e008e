const PLACES = [
  '/streams',
  '/streams/new',
  '/streams/system-metrics',
  '/streams/system-metrics/edit',
  '/alerts',
  '/alerts/new',
  '/alerts/cpu-high',
  '/alerts/cpu-high/edit',
  '/models',
  '/tenant',
  '/tenant?part=members',
  '/tenant?part=keys',
  '/tenant?part=audit',
  '/nowhere',
];

/** What must hold of each page: it is no wider than a phone, and axe finds nothing serious, light and dark. */
export async function everywhereSteps({ step, openPage, accessible, fits }, url, token) {
  await step('every page fits a phone and is accessible, light and dark', async () => {
    const page = await openPage({ viewport: { width: 390, height: 844 } });
    await page.goto(`${url}/#token=${token}`);
    for (const place of PLACES) {
      await page.goto(`${url}${place}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForFunction(() => ![...document.querySelectorAll('[role=status]')].some((it) => it.textContent?.startsWith('Reading ')));
      await fits(page, place);
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        await accessible(page, `${place}, ${colorScheme}`);
      }
    }
    await page.context().close();
  });
}

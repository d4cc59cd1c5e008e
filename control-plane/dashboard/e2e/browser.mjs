/** What the tests in a browser have in common: Debian's Chromium, steps, pictures, and what counts as a fault. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

export const TIMEOUT = 30_000;

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export function check(condition, message) {
  if (!condition) {
    throw new Error(message);
  }
}

/** A browser for one run, whose pictures go into `folder`. */
export async function startBrowser(name, folder) {
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const faults = [];
  let passed = 0;

  async function step(title, body) {
    const began = Date.now();
    await body();
    passed += 1;
    console.log(`${name}: ${title} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  }

  /** A page of its own session. Errors on the console count as failures, but for requests while the network is cut or the server starts. */
  async function openPage(options = {}) {
    const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options });
    context.setDefaultTimeout(TIMEOUT);
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(`page: ${error.message}`));
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && !/net::ERR_|WebSocket connection|status of (4\d\d|503)/.test(text)) {
        faults.push(`console: ${text}`);
      }
    });
    return page;
  }

  async function shoot(page, title) {
    await page.screenshot({ path: `${folder}/${title}.png`, fullPage: true });
  }

  /** Nothing serious of what axe finds. */
  async function accessible(page, title) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    const serious = violations.filter((it) => it.impact === 'serious' || it.impact === 'critical');
    check(
      serious.length === 0,
      `${title}: ${serious.map((it) => `${it.id}: ${it.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`).join('\n')}`,
    );
  }

  /** No wider than the page's window. */
  async function fits(page, title) {
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    const most = page.viewportSize().width;
    check(width <= most, `${title}: ${width} px wide (expected: ${most})`);
  }

  /**
   * Begins to note what moves by itself, not since somebody has typed or clicked; says how much it was so far. The measure is that of
   * browsers (Cumulative Layout Shift), of which 0.1 is good.
   */
  async function watchShifts(page) {
    await page.evaluate(() => {
      globalThis.shifts = [];
      new PerformanceObserver((list) => {
        for (const it of list.getEntries()) {
          if (!it.hadRecentInput) {
            globalThis.shifts.push([it.value, ...it.sources.map(({ node }) => node?.outerHTML?.slice(0, 80))]);
          }
        }
      }).observe({ type: 'layout-shift' });
    });
    return async (title) => {
      const shifts = await page.evaluate(() => globalThis.shifts);
      const sum = shifts.reduce((total, [value]) => total + value, 0);
      check(sum < 0.1, `${title}: moves by ${sum} (expected: less than 0.1): ${JSON.stringify(shifts)}`);
    };
  }

  /** Runs it all, tells of it, and ends the process. */
  async function run(drive, finish = () => undefined) {
    let failure;
    try {
      await drive();
      check(faults.length === 0, `the browser tells of errors:\n${faults.join('\n')}`);
    } catch (error) {
      failure = error;
      let count = 0;
      for (const context of browser.contexts()) {
        for (const page of context.pages()) {
          await page.screenshot({ path: `${folder}/failure-${count++}.png` }).catch(() => undefined);
        }
      }
    }
    await browser.close();
    await finish();
    if (failure !== undefined) {
      console.error(`${name}: ${failure.stack}\n${faults.join('\n')}`);
    }
    console.log(`${passed} passed, ${failure === undefined ? 0 : 1} failed`);
    process.exit(failure === undefined ? 0 : 1);
  }

  return { browser, step, openPage, shoot, accessible, fits, watchShifts, run, faults };
}

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { test as base, expect } from '@playwright/test';

import { Person } from './actors.js';
import { Server } from './server.js';

const SHOTS = fileURLToPath(new URL('shots/', import.meta.url));

/**
 * Every test has a server (one a worker), a `stranger` who has no account, and `newcomer()`, who has just made one.
 * What a page writes to the console or breaks on is collected in `complaints`, and a test fails on it.
 */
export const test = base.extend({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ server }, use) => use(server.origin),

  /** In the project `rtl` every page is turned round before it is drawn, however it was reached. */
  context: async ({ context }, use, testInfo) => {
    if (testInfo.project.name === 'rtl') await context.addInitScript(turnRound);
    await use(context);
  },

  complaints: [
    async ({ context }, use) => {
      /** @type {string[]} */
      const complaints = [];
      context.on('console', (message) => {
        const { url } = message.location();
        // Chromium asks for it beside answers that are no pages, such as JSON; ours name their own icon.
        if (message.type() === 'error' && !url.endsWith('/favicon.ico')) complaints.push(`${url}: ${message.text()}`);
      });
      context.on('weberror', (error) => complaints.push(`${error.page()?.url()}: ${error.error().message}`));
      await use(complaints);
      expect(complaints, 'what pages wrote to the console').toEqual([]);
    },
    { auto: true },
  ],

  stranger: async ({ page }, use, testInfo) => use(new Person(page, testInfo)),

  newcomer: async ({ page }, use, testInfo) => {
    const person = new Person(page, testInfo);
    await use(async () => {
      await person.signsUp(`ann-${testInfo.testId}@example.com`);
      return person;
    });
  },

  /** `shoot('consent')` writes shots/<project>/consent.png. */
  shoot: async ({ page }, use, testInfo) => {
    const direction = testInfo.project.name === 'rtl' ? 'rtl' : 'ltr';
    const folder = path.join(SHOTS, testInfo.project.name);
    await mkdir(folder, { recursive: true });
    await use(async (name) => {
      await expect(page.locator('html'), `${name} reads from the right side`).toHaveAttribute('dir', direction);
      await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true, animations: 'disabled' });
    });
  },
});

/** Runs in the page. The root element may come later than this does, and the parser gives it the direction of English. */
function turnRound() {
  const turn = () => {
    const root = document.documentElement;
    if (root && root.dir !== 'rtl') root.dir = 'rtl';
  };
  new MutationObserver(turn).observe(document, { childList: true, subtree: true, attributeFilter: ['dir'] });
  turn();
}

export { expect };

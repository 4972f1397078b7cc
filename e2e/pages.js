import { AxeBuilder } from '@axe-core/playwright';

import { expect } from './fixtures.js';

/** A crawl that finds more kinds of pages than this has lost its way. */
const PAGES_MAX = 80;

/**
 * Every kind of page that links lead to from `start`, each judged once by `judge`. Two addresses that differ only in ids
 * are one kind.
 *
 * @param {import('./actors.js').Person} person
 * @param {string[]} start whole addresses
 * @param {(name: string, response: import('@playwright/test').Response) => Promise<void>} judge
 * @param {string[]} judged whole addresses that need no other look
 */
export async function crawl(person, start, judge, judged = []) {
  const origin = new URL(start[0]).origin;
  const seen = new Set([...start, ...judged].map(kindOf));
  const waiting = [...start];
  while (waiting.length > 0) {
    const address = waiting.shift();
    const response = await person.opens(address);
    expect.soft(response.status(), `${address} is a dead link`).toBeLessThan(400);
    if (!/^text\/html/.test(response.headers()['content-type'] ?? '')) continue;
    for (const link of await links(person.page)) {
      if (new URL(link).origin !== origin || seen.has(kindOf(link)) || isElsewhere(link, start[0])) continue;
      seen.add(kindOf(link));
      waiting.push(link);
    }
    expect(seen.size, 'kinds of pages').toBeLessThan(PAGES_MAX);
    await judge(nameOf(address), response);
  }
}

/** Whether a link leads into another workspace than `start` does: the demo's first page leads into its owner's. */
function isElsewhere(link, start) {
  const workspace = (address) => new URL(address).pathname.match(/^\/w\/[^/]+/)?.[0];
  const own = workspace(start);
  return own !== undefined && workspace(link) !== undefined && workspace(link) !== own;
}

/** Links that a click on them would open here: no downloads, no fragments. */
async function links(page) {
  const found = await page.locator('a[href]:not([download])').evaluateAll((all) => all.map((link) => link.href));
  return found.filter((link) => link.startsWith('http')).map((link) => link.split('#')[0]);
}

/** `/w/wsp_019a1/apps/42?page=2` and `/w/wsp_019b7/apps/7` are `/w/:id/apps/:id`. */
function kindOf(address) {
  const { pathname } = new URL(address);
  return pathname.replace(/\/(?=[^/]*\d)[^/.]+(?=\/|$)/g, '/:id');
}

function nameOf(address) {
  return kindOf(address).replaceAll(':', '').replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'start';
}

/** The headers of every page: no inline script or style, in nobody's frame, in nobody's cache. */
export function expectSafeHeaders(response) {
  const headers = response.headers();
  const policy = headers['content-security-policy'] ?? '';
  const where = response.url();
  expect.soft(policy, where).toContain("default-src 'none'");
  expect.soft(policy, where).toContain("frame-ancestors 'none'");
  expect.soft(policy, where).toContain("base-uri 'none'");
  expect.soft(policy, where).toContain("form-action 'self'");
  expect.soft(policy, where).not.toMatch(/unsafe-(inline|eval|hashes)|\*/);
  expect.soft(headers['x-frame-options'], where).toBe('DENY');
  expect.soft(headers['x-content-type-options'], where).toBe('nosniff');
  expect.soft(headers['referrer-policy'], where).toBe('no-referrer');
}

/** Nobody scrolls sideways, and the page is as wide as the screen that it is on. */
export async function expectNoSidewaysScroll(page) {
  const { content, visible, widest } = await page.evaluate(() => {
    const visible = document.documentElement.clientWidth;
    const outside = [...document.body.querySelectorAll('*')].filter(
      (one) => one.getBoundingClientRect().right > visible + 1 || one.scrollWidth > visible + 1,
    );
    return { content: document.documentElement.scrollWidth, visible, widest: outside.at(-1)?.outerHTML.slice(0, 120) };
  });
  expect.soft(content, `${page.url()} is wider than its window; look at ${widest}`).toBeLessThanOrEqual(visible);
  expect.soft(visible, `${page.url()} takes the width of the screen`).toBe(page.viewportSize().width);
}

/** axe finds nothing that keeps people out. It waits inside the page, and so needs one that may run scripts. */
export async function expectAccessible({ page, hasJavaScript }) {
  if (!hasJavaScript) return;
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter((one) => one.impact === 'serious' || one.impact === 'critical');
  const told = serious.map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => node.html).join(' ')}`);
  expect.soft(told, page.url()).toEqual([]);
}

import { OWNER } from './actors.js';
import { test, expect } from './fixtures.js';
import { crawl, expectAccessible, expectNoSidewaysScroll, expectSafeHeaders } from './pages.js';

// Whatever a page is about, it is safe, readable and fits: one judge for all that links lead to.

test.describe.configure({ timeout: 300_000 });

/** By far the longest page, and the same for everybody. */
const CATALOGUE = '/developers/events';

/** @param {import('./actors.js').Person} person @param {Function} shoot @param {string} who */
function judge(person, shoot, who) {
  return async (name, response) => {
    expectSafeHeaders(response);
    await expectNoSidewaysScroll(person.page);
    await expectAccessible(person);
    await shoot(`${who}-${name}`);
  };
}

test('every page that a stranger can reach is safe, accessible and fits', async ({ stranger, shoot, server }) => {
  const start = ['/', '/sign-in', '/sign-up', CATALOGUE].map((path) => server.origin + path);
  await crawl(stranger, start, judge(stranger, shoot, 'stranger'));
});

// A newcomer sees every page empty ...
test('every page that a newcomer can reach is safe, accessible and fits', async ({ newcomer, shoot, server }) => {
  const ann = await newcomer();
  const start = [ann.page.url(), `${server.origin}/`];
  await crawl(ann, start, judge(ann, shoot, 'newcomer'), [server.origin + CATALOGUE]);
});

// ... and the demo's owner sees it filled.
test('every page that the owner can reach is safe, accessible and fits', async ({ stranger, shoot, server }) => {
  await stranger.signsIn(OWNER.email, OWNER.password);
  const start = [stranger.page.url(), `${server.origin}/`];
  await crawl(stranger, start, judge(stranger, shoot, 'owner'), [server.origin + CATALOGUE]);
});

test('a page that does not exist says so, as safely as the others', async ({ stranger, shoot, complaints }) => {
  const response = await stranger.opens('/no/such/page');
  expect(response.status()).toBe(404);
  await judge(stranger, shoot, 'stranger')('no-such-page', response);
  // Chromium notes every 404 on the console, and that is all there may be.
  expect(complaints.splice(0).filter((one) => !one.includes('404'))).toEqual([]);
});

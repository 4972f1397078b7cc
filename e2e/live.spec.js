import { Phone } from './actors.js';
import { expect, test } from './fixtures.js';
import { expectAccessible, expectNoSidewaysScroll } from './pages.js';

// Pages of the console stay as things are while somebody looks at them. Without JavaScript they are as they were when opened.

const CUSTOMER_PHONE = '447700900456';

/** Links a number to the person's workspace; ends on the page of that. Gives its phone, on a page of its own. */
async function links(person, context, server, digits) {
  const { page } = person;
  await person.opens(`${server.origin}/start`);
  await page.getByRole('link', { name: 'Numbers', exact: true }).first().click();
  await page.getByRole('link', { name: 'Link a number' }).first().click();
  await page.getByLabel(/phone number/i).fill(`+${digits}`);
  await page.locator('main form button').first().click();
  await expect(page).toHaveURL(/\/numbers\/links\//);
  const code = page.locator('#pair-code');
  await expect(async () => {
    if (!person.hasJavaScript) await page.reload();
    await expect(code).toBeVisible({ timeout: 500 });
  }).toPass();
  const typed = await code.getAttribute('data-value');
  const phone = new Phone(await context.newPage(), digits);
  await phone.page.goto(`${server.origin}/sandbox/phones/${digits}/code`);
  await phone.page.getByLabel('Code from the link page').fill(typed);
  await phone.page.locator('main form button').first().click();
  await phone.page.getByRole('button', { name: 'Link device' }).click();
  if (!person.hasJavaScript) await page.getByRole('button', { name: /check/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/is linked$/);
  return phone;
}

/** The customer writes to a number. */
async function writes(phone, server, words) {
  await phone.page.goto(`${server.origin}/sandbox/phones/${CUSTOMER_PHONE}/chats`);
  await phone.page.locator('#to').fill(`+${phone.number}`);
  await phone.page.getByLabel('Message').fill(words);
  await phone.page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(phone.page.getByText(words).first()).toBeVisible();
}

const opensSection = async (page, name) => page.getByRole('link', { name, exact: true }).first().click();

test('a message that comes in appears on the open page', async ({ newcomer, context, server, shoot, page }) => {
  const ann = await newcomer();
  const phone = await links(ann, context, server, '447700900701');
  await opensSection(page, 'Messages');
  await expect(page.getByText('No messages yet')).toBeVisible();
  const entry = page.getByRole('link', { name: 'Apps', exact: true });
  await entry.focus();
  if (ann.hasJavaScript) await page.evaluate(() => { window.sameAsEver = true; });
  await writes(phone, server, 'Is the shop open?');
  const row = page.getByRole('row').filter({ hasText: 'Is the shop open?' });
  if (!ann.hasJavaScript) {
    await page.reload();
    await expect(row).toBeVisible();
    return;
  }
  await expect(row).toBeVisible();
  await expect(page.getByText('No messages yet')).toHaveCount(0);
  await expect(entry).toBeFocused();
  expect(await page.evaluate(() => window.sameAsEver), 'nobody reloaded the page').toBe(true);
  await expect(page.getByRole('status').filter({ hasText: 'The messages have changed.' })).toHaveCount(1);

  await test.step('what somebody is reading is not taken away', async () => {
    await row.getByText('Is the shop open?').selectText();
    await writes(phone, server, 'Or closed?');
    await expect(page.getByText('There is news.').first()).toBeVisible();
    await expect(page.getByText('Or closed?')).toHaveCount(0);
    await expectNoSidewaysScroll(page);
    await expectAccessible(ann);
    await shoot('messages-news');
    await ann.presses('Show it');
    await expect(page.getByText('Or closed?')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Show it' })).toHaveCount(0);
    await expect(page.locator('#main')).toBeFocused();
  });
});

test('a page that nobody looks at asks for nothing, and is up to date when somebody does', async ({ newcomer, context, server, page }) => {
  const ann = await newcomer();
  test.skip(!ann.hasJavaScript, 'such a page is as it was when it was opened');
  const phone = await links(ann, context, server, '447700900702');
  await opensSection(page, 'Messages');
  await expect(page.getByText('No messages yet')).toBeVisible();
  const looks = (isLooking) => page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange'));
  }, !isLooking);
  let asked = 0;
  page.on('request', () => { asked += 1; });
  await looks(false);
  await writes(phone, server, 'Anybody there?');
  const beside = await context.newPage();
  await beside.goto(page.url());
  await writes(phone, server, 'Hello?');
  await expect(beside.getByText('Hello?')).toBeVisible();
  expect(asked).toBe(0);
  await looks(true);
  await expect(page.getByText('Anybody there?')).toBeVisible();
  await expect(page.getByText('Hello?')).toBeVisible();
});

test('a number that is signed out shows it where it is open', async ({ newcomer, context, server, page }) => {
  const ann = await newcomer();
  const phone = await links(ann, context, server, '447700900703');
  const beside = await context.newPage();
  await opensSection(page, 'Numbers');
  await beside.goto(page.url());
  const link = beside.locator('tbody th a');
  await link.click();
  await expect(beside.locator('.badge').first()).toHaveText('Online');
  if (ann.hasJavaScript) await page.locator('tbody th a').focus();
  await phone.page.goto(`${server.origin}/sandbox/phones/${phone.number}`);
  await phone.page.locator('form[action$="/unlink"] button').first().click();
  if (!ann.hasJavaScript) await beside.reload();
  await expect(beside.locator('.badge').first()).not.toHaveText('Online');
  await expect(beside.getByRole('link', { name: 'Link again' })).toBeVisible();
  if (!ann.hasJavaScript) return;
  await expect(page.getByText('There is news.').first()).toBeVisible();
  await expect(page.locator('tbody th a')).toBeFocused();
  await expect(page.getByText('Online')).toBeVisible();
  // Once the focus has left, the next news come by themselves.
  await page.getByRole('link', { name: 'Apps', exact: true }).focus();
  await ann.presses('Show it');
  await expect(page.getByText('Online')).toHaveCount(0);
});

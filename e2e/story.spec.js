import { OWNER, Phone } from './actors.js';
import { expect, test } from './fixtures.js';
import { expectAccessible, expectNoSidewaysScroll } from './pages.js';

const OWNER_PHONE = '447700900123';
const CUSTOMER_PHONE = '447700900456';
const TEXT = 'Your cake is ready. Pick it up until 18:30 today.';

test('the whole story: link, ask, approve, act, end', async ({ stranger: person, page, server, shoot, context }) => {
  await test.step('the first page leads the way', async () => {
    await person.opens(server.origin);
    await person.seesTitle('Permission for every WhatsApp message');
    await shoot('story-first-page');
  });

  await test.step('link a number by its code', async () => {
    await person.signsIn(OWNER.email, OWNER.password);
    await person.opens(`${server.origin}/`);
    await page.getByRole('link', { name: 'Link the number' }).click();
    await page.getByLabel(/phone number/i).fill('+44 7700 900123');
    await shoot('link-phone');
    await page.locator('main form button').first().click();
    await expect(page).toHaveURL(/\/numbers\/links\//);
    const code = page.locator('#pair-code');
    if (!person.hasJavaScript) await untilShown(page, code);
    await expect(code).toBeVisible();
    await shoot('link-code');
    const typed = await code.getAttribute('data-value');
    const phone = new Phone(await context.newPage(), OWNER_PHONE);
    await phone.page.goto(`${server.origin}/sandbox/phones/${OWNER_PHONE}/code`);
    await phone.page.getByLabel('Code from the link page').fill(typed);
    await phone.page.locator('main form button').first().click();
    await phone.page.getByRole('button', { name: 'Link device' }).click();
    await phone.page.close();
    if (!person.hasJavaScript) await page.getByRole('button', { name: /check/ }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/is linked$/);
    await shoot('link-result');
  });

  await test.step('the app asks, the person approves', async () => {
    await person.opens(`${server.origin}/`);
    await page.getByRole('link', { name: 'Open Acme CRM' }).first().click();
    await page.getByRole('button', { name: 'Connect WhatsApp' }).click();
    await person.seesTitle('Authorize API Access');
    await shoot('consent');
    await guardOver(page, person);
    await page.getByRole('checkbox', { name: /understood/i }).check();
    await person.presses('Authorize Access');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connected to Bluebird Bakery');
    await shoot('acme-connected');
  });

  await test.step('the app acts, and the message arrives', async () => {
    await person.presses('Send the message');
    await expect(page.getByText('202 Accepted')).toBeVisible();
    const phone = await context.newPage();
    await expect(async () => {
      await phone.goto(`${server.origin}/sandbox/phones/${CUSTOMER_PHONE}/chats/${OWNER_PHONE}`);
      await expect(phone.getByText(TEXT).first()).toBeVisible({ timeout: 1000 });
    }).toPass();
    await phone.close();
    await person.presses('List your numbers, if you allowed it');
    await expect(page.getByText('403 Forbidden')).toBeVisible();
  });

  await test.step('one press ends it', async () => {
    const acme = page.url();
    await person.opens(`${server.origin}/`);
    await page.getByRole('link', { name: 'Open Apps' }).click();
    await shoot('apps');
    await page.getByRole('link', { name: 'Acme CRM', exact: true }).click();
    // What an app called is written down every ten seconds.
    await untilShown(page, page.getByText('POST /v1/messages').first());
    await looksRight(person, shoot, 'app');
    await page.getByRole('link', { name: 'Block Acme CRM' }).click();
    await looksRight(person, shoot, 'block');
    await page.goBack();
    await page.getByRole('link', { name: 'Change access' }).click();
    await looksRight(person, shoot, 'access');
    await page.getByRole('radio', { name: '30 days' }).check();
    await person.presses('Save changes');
    await person.sees('The access is changed.');
    await page.getByRole('link', { name: /^Disconnect Acme CRM/ }).first().click();
    await shoot('disconnect');
    await page.getByRole('button', { name: /^Disconnect Acme CRM/ }).click();
    await expect(page.getByText('The app is disconnected. Its next call fails.')).toBeVisible();
    await page.goto(acme);
    await person.presses('Send the message');
    await expect(page.getByText('401 Unauthorized')).toBeVisible();
  });
});

test('an unticked box stops the form, with words', async ({ stranger: person, page, server }) => {
  await person.signsIn(OWNER.email, OWNER.password);
  await person.opens(`${server.origin}/`);
  await page.getByRole('link', { name: 'Open Acme CRM' }).first().click();
  await page.getByRole('button', { name: /Connect WhatsApp|Ask again/ }).first().click();
  const forward = page.getByRole('link', { name: /without|later/i });
  if (await forward.count()) await forward.first().click();
  await person.seesTitle('Authorize API Access');
  await guardOver(page, person);
  // Waiting for the tick it says that it is disabled, and can be pressed all the same: then it says why.
  await page.getByRole('button', { name: 'Authorize Access', exact: true }).click({ force: true });
  // With a script the page's own sentence is there; without one the browser marks the box that it wants ticked.
  if (person.hasJavaScript) await expect(page.getByText('Tick the box above to authorize.').first()).toBeVisible();
  else await expect(page.locator('#understood:user-invalid')).toHaveCount(1);
  await person.seesTitle('Authorize API Access');
});

test('a refusal is remembered, and a block is the last word until it is lifted', async ({ stranger: person, page, server, shoot, complaints }) => {
  const asks = async () => {
    await person.opens(`${server.origin}/`);
    await page.getByRole('link', { name: 'Open Acme CRM' }).first().click();
    await page.getByRole('button', { name: /Connect WhatsApp|Ask again/ }).first().click();
    const forward = page.getByRole('link', { name: /without|later/i });
    if (await forward.count()) await forward.first().click();
  };
  await person.signsIn(OWNER.email, OWNER.password);
  await asks();
  await guardOver(page, person);
  await person.presses('Cancel');
  await person.sees('access_denied');
  await asks();
  await person.sees(/refused this app in Bluebird Bakery/);
  await looksRight(person, shoot, 'consent-refused-before');
  await guardOver(page, person);
  await person.presses('Refuse, and block Acme CRM here');
  await person.sees('access_denied');
  await asks();
  await person.seesTitle('You can’t approve this here');
  await looksRight(person, shoot, 'consent-blocked');
  // Chromium notes every 403 on the console, and that is all there may be.
  expect(complaints.splice(0).filter((one) => !one.includes('403'))).toEqual([]);
  await person.opens(`${server.origin}/start`);
  await page.getByRole('link', { name: 'Apps', exact: true }).first().click();
  await page.getByRole('link', { name: /^Blocked/ }).click();
  await looksRight(person, shoot, 'apps-blocked');
  await page.getByRole('button', { name: 'Unblock Acme CRM' }).click();
  await person.sees('The app may ask for access again.');
  await page.getByRole('link', { name: 'Change the rules' }).click();
  await looksRight(person, shoot, 'rules');
});

async function looksRight(person, shoot, name) {
  await expectNoSidewaysScroll(person.page);
  await expectAccessible(person);
  await shoot(name);
}

/** The page ignores presses in its first 600 ms: a double click elsewhere must not approve. */
async function guardOver(page, person) {
  if (!person.hasJavaScript) return;
  await page.waitForLoadState();
  const loaded = await page.evaluate(() => performance.now());
  await page.waitForFunction((since) => performance.now() - since > 600, loaded);
}

/** What does not come by itself is there when the page is asked again. */
async function untilShown(page, locator) {
  await expect(async () => {
    await page.reload();
    await expect(locator).toBeVisible({ timeout: 500 });
  }).toPass();
}

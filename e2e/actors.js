import { expect } from '@playwright/test';

const PASSWORD = 'three quiet green boats';

/** Owns the demo's workspace; the demo's first page says so. */
export const OWNER = { email: 'owner@bluebird.example', password: 'bluebird demo password' };

/** Somebody with a browser. They find things as people do: by label, by role, by words. */
export class Person {
  /** @param {import('@playwright/test').Page} page @param {import('@playwright/test').TestInfo} testInfo */
  constructor(page, testInfo) {
    this.page = page;
    this.hasJavaScript = testInfo.project.use.javaScriptEnabled ?? true;
  }

  /** Opens an address and returns the answer, after redirects. */
  async opens(address) {
    return this.page.goto(address);
  }

  async signsUp(email, name = 'Ann Example', workspace = 'Ann’s Flowers') {
    await this.opens('/sign-up');
    await this.page.getByLabel('Your name').fill(name);
    await this.page.getByLabel('E-mail address').fill(email);
    await this.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await this.page.getByLabel('Name of your workspace').fill(workspace);
    await this.presses('Create the account');
    await expect(this.page, 'signing up leads somewhere else').not.toHaveURL(/\/sign-up/);
  }

  async signsIn(email, password = PASSWORD) {
    await this.opens('/sign-in');
    await this.page.getByLabel('E-mail address').fill(email);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.presses('Sign in');
    await expect(this.page, 'signing in leads somewhere else').not.toHaveURL(/\/sign-in/);
  }

  async presses(button) {
    await this.page.getByRole('button', { name: button, exact: true }).click();
  }

  async follows(link) {
    await this.page.getByRole('link', { name: link }).click();
  }

  async ticks(label) {
    await this.page.getByLabel(label).check();
  }

  async sees(words) {
    await expect(this.page.getByText(words).first()).toBeVisible();
  }

  async seesTitle(title) {
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText(title);
  }

  /** Reads the consent page, ticks the box and approves; ends where the app wants the person back. */
  async approves(authorizationLink) {
    await this.opens(authorizationLink);
    await this.seesTitle('Authorize API Access');
    await this.page.getByRole('checkbox', { name: /read and understood/i }).check();
    await this.presses('Authorize Access');
  }

  async refuses(authorizationLink) {
    await this.opens(authorizationLink);
    await this.presses('Cancel');
  }
}

/** A simulated phone: its page shows what a real one would. */
export class Phone {
  /** @param {import('@playwright/test').Page} page a page of its own, beside the person's @param {string} number digits */
  constructor(page, number) {
    this.page = page;
    this.number = number;
  }

  async opens() {
    await this.page.goto(`/sandbox/phones/${this.number}`);
  }

  async seesMessage(words) {
    await this.opens();
    await expect(this.page.getByText(words)).toBeVisible();
  }
}

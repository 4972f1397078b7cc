import { defineConfig } from '@playwright/test';

// Chromium as Debian packages it, without the services that call home.
const chromium = {
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
};

const desktop = { width: 1280, height: 900 };

// Where only the direction or the scripts differ, the owner's pages are looked at: they are the same ones, and fuller.
const fewerPages = /every page that a (stranger|newcomer) can reach/;
// Neither what moves a page nor what frames it knows a direction.
const withoutDirection = ['framing.spec.js', 'live.spec.js'];

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.js',
  outputDir: 'test-results',
  // A test that passes the second time has found something: nothing is tried twice.
  retries: 0,
  forbidOnly: true,
  workers: 2,
  // The program is not optimised where it is tried, and the machine may be busy.
  timeout: 150_000,
  // A busy machine may take its time; what never comes still fails.
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    launchOptions: chromium,
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'desktop-light', use: { viewport: desktop, colorScheme: 'light' } },
    {
      name: 'phone-320-dark',
      use: { viewport: { width: 320, height: 640 }, colorScheme: 'dark', isMobile: true, hasTouch: true },
    },
    {
      name: 'no-javascript',
      grepInvert: fewerPages,
      use: { viewport: desktop, colorScheme: 'light', javaScriptEnabled: false },
    },
    // No translation runs from right to left yet: fixtures.js turns the English pages round.
    {
      name: 'rtl',
      grepInvert: fewerPages,
      testIgnore: withoutDirection,
      use: { viewport: desktop, colorScheme: 'light', locale: 'ar' },
    },
  ],
});

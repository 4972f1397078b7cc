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

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.js',
  outputDir: 'test-results',
  // A test that passes the second time has found something: nothing is tried twice.
  retries: 0,
  forbidOnly: true,
  workers: 2,
  timeout: 60_000,
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
    { name: 'no-javascript', use: { viewport: desktop, colorScheme: 'light', javaScriptEnabled: false } },
    // No translation runs from right to left yet: fixtures.js turns the English pages round.
    { name: 'rtl', use: { viewport: desktop, colorScheme: 'light', locale: 'ar' } },
  ],
});

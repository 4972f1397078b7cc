import { createServer } from 'node:http';

import { test, expect } from './fixtures.js';

// Clickjacking: somebody else's page shows ours in a frame and has people click on it.

/** A page of another origin (another port) that shows `address` in a frame. */
async function strangeSite(address) {
  const page = `<!doctype html><title>Win a prize</title><iframe src="${address}" width="600" height="400"></iframe>`;
  const site = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(page));
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${site.address().port}`, close: () => site.close() };
}

for (const path of ['/', '/sign-in', '/sign-up', '/oauth/authorize?client_id=none', '/no/such/page']) {
  test(`nobody can frame ${path}`, async ({ page, server, complaints }) => {
    const site = await strangeSite(server.origin + path);
    try {
      await page.goto(site.origin);
      const frame = page.frames().find((one) => one.parentFrame() !== null);
      // The browser shows its own error page instead of ours.
      await expect.poll(() => frame.url()).toMatch(/^chrome-error:/);
      await expect.poll(() => complaints.filter((one) => /frame-ancestors|X-Frame-Options/i.test(one)).length).toBeGreaterThan(0);
    } finally {
      site.close();
      // The refusal is what was wanted.
      complaints.splice(0);
    }
  });
}

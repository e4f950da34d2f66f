import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/hosts/chromium/find-chromium.ts';

/**
 * The same specs run against both hosts. `npm run test:e2e` checks what the machine has before it starts this.
 */
const executablePath = findChromium();
const asRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results/e2e',
  fullyParallel: false,
  workers: 1,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    actionTimeout: 15_000,
    viewport: { width: 1920, height: 1080 },
    locale: 'ru-RU',
    timezoneId: 'Asia/Bishkek',
    // A trace films every page and copies it at every step: more than all else that a spec takes. A failure leaves its
    // screen and its words; `npm run test:e2e -- --trace on` films.
    trace: 'off',
    screenshot: 'only-on-failure',
    // What moves without end is drawn anew sixty times a second, by the processor where there is no graphics card.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      ...(executablePath !== null && { executablePath }),
      // Chromium refuses to run its sandbox as root, which containers of a test run are.
      args: asRoot ? ['--no-sandbox'] : [],
    },
  },
  projects: [
    { name: 'chromium', metadata: { host: 'chromium' } },
    { name: 'electron', metadata: { host: 'electron' }, testIgnore: 'loopback-host.spec.ts' },
  ],
});

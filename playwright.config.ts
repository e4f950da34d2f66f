import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/hosts/chromium/find-chromium.ts';
import { OUTERMOST_LIMIT_MS } from './test/outermost-limit.ts';

/**
 * The same specs run against both hosts. `npm run test:e2e` checks what the machine has before it starts this.
 */
const executablePath = findChromium();
const asRoot = process.getuid?.() === 0;
/** Whatever a screen is to show, or to let somebody do, it does long before. */
const LONGEST_WAIT_MS = 120_000;

/** A station's windows have no address bar. In a window of a test it loads two pages of its own, at two fifths of the window’s cost. */
const ADDRESS_BAR = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];
/** What Playwright 1.65 switches off itself (playwright-core, disabledFeatures): Chromium heeds only the last such argument. */
const OF_PLAYWRIGHT = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'msForceBrowserSignIn',
  'msEdgeUpdateLaunchServicesPreferredVersion',
];

export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results/e2e',
  fullyParallel: false,
  workers: 1,
  forbidOnly: true,
  // What hangs ends here. Nothing is measured by it: a busy machine takes many times as long as one at rest.
  timeout: OUTERMOST_LIMIT_MS,
  expect: { timeout: LONGEST_WAIT_MS },
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    actionTimeout: LONGEST_WAIT_MS,
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
      timeout: LONGEST_WAIT_MS,
      ...(executablePath !== null && { executablePath }),
      args: [
        `--disable-features=${[...OF_PLAYWRIGHT, ...ADDRESS_BAR].join(',')}`,
        // Chromium refuses to run its sandbox as root, which containers of a test run are.
        ...(asRoot ? ['--no-sandbox'] : []),
      ],
    },
  },
  projects: [
    { name: 'chromium', metadata: { host: 'chromium' } },
    { name: 'electron', metadata: { host: 'electron' }, testIgnore: 'loopback-host.spec.ts' },
  ],
});

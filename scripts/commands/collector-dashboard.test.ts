import { type Browser, chromium } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawDemoEvents } from '../../src/collector/demo/demo-day.ts';
import { DemoDevice } from '../../src/collector/demo/demo-device.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { encodeUploadRange } from '../../src/ledger/upload-range.ts';
import {
  DEVICE_KEY_HEADER,
  encodeDeviceKey,
  eventsPath,
  RANGE_CONTENT_TYPE,
} from '../../src/sync/upload/upload-protocol.ts';
import { findChromium } from '../hosts/chromium/find-chromium.ts';
import { type InProcessCollector, startCollector } from './collector.ts';

let collector: InProcessCollector;
let browser: Browser;
const device = new DemoDevice({ election: 'demo', station: '1001', device: '1001-1' });

beforeAll(async () => {
  collector = await startCollector();
  browser = await chromium.launch({
    executablePath: assertDefined(findChromium() ?? undefined, 'Chromium on this machine'),
    // Chromium refuses to run its sandbox as root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
});
afterAll(async () => {
  await browser.close();
  await collector.close();
});

async function upload(events: number): Promise<void> {
  const answer = await fetch(`${collector.url}${eventsPath(device.identity.device)}`, {
    method: 'POST',
    headers: {
      'content-type': RANGE_CONTENT_TYPE,
      [DEVICE_KEY_HEADER]: encodeDeviceKey(device.key.publicKey),
    },
    body: new Uint8Array(encodeUploadRange(device.commit(drawDemoEvents(5, events)))),
  });
  expect(answer.status).toBe(200);
}

test('the dashboard shows what came in, goes on by itself, and breaks none of its own policy', async () => {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));

  await upload(300);
  await page.goto(`${collector.url}/?lang=en`);
  await page.getByRole('heading', { name: 'By hour' }).waitFor();
  const before = await collector.totals();
  const identified = page.locator('dl div', { hasText: 'Identifications' }).locator('dd');
  expect(await identified.textContent()).toBe(String(before.identified));
  expect(await page.getByRole('cell', { name: '● heard' }).count()).toBe(1);
  expect(await page.locator('.bars rect').first().getAttribute('width')).toMatch(/^\d+\.\d$/);

  // Not reloaded: what was marked stays.
  await page.evaluate(() => document.documentElement.setAttribute('data-same-page', ''));
  await upload(200);
  const after = await collector.totals();
  await identified.getByText(String(after.identified), { exact: true }).waitFor();
  expect(await page.locator('html[data-same-page]').count()).toBe(1);
  expect(complaints).toEqual([]);
  await page.close();
});

test.each([
  ['ky', 'Борбор'],
  ['ru', 'Центр'],
  ['en', 'Centre'],
])('in %s, dark as well as light, on paper, and no wider than a laptop', async (language, title) => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' });
  await page.goto(`${collector.url}/?lang=${language}`);
  expect(await page.title()).toContain(title);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(await background()).toBe('rgb(14, 20, 32)');
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await background()).toBe('rgb(243, 245, 248)');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await background()).toBe('rgb(255, 255, 255)');
  expect(await page.locator('nav').isVisible()).toBe(false);
  await page.close();
});

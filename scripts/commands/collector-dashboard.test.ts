import { type Browser, type BrowserContextOptions, chromium, type Page } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawDemoEvents } from '../../src/collector/demo/demo-day.ts';
import { DemoDevice, type DemoEvent } from '../../src/collector/demo/demo-device.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { encodeUploadRange } from '../../src/ledger/upload-range.ts';
import {
  DEVICE_KEY_HEADER,
  encodeDeviceKey,
  eventsPath,
  RANGE_CONTENT_TYPE,
} from '../../src/sync/upload/upload-protocol.ts';
import { OUTERMOST_LIMIT_MS } from '../../test/outermost-limit.ts';
import { findChromium } from '../hosts/chromium/find-chromium.ts';
import { type InProcessCollector, startCollector } from './collector.ts';

let collector: InProcessCollector;
let browser: Browser;
const device = new DemoDevice({ election: 'demo', station: '1001', device: '1001-1' });

beforeAll(async () => {
  collector = await startCollector();
  browser = await chromium.launch({
    timeout: OUTERMOST_LIMIT_MS,
    executablePath: assertDefined(findChromium() ?? undefined, 'Chromium on this machine'),
    // Chromium refuses to run its sandbox as root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
});
afterAll(async () => {
  await browser.close();
  await collector.close();
});

/** Other voters each time. */
let uploads = 0;
function upload(events: number): Promise<void> {
  uploads += 1;
  return send(device, drawDemoEvents(uploads, events));
}

async function openPage(options: BrowserContextOptions): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(OUTERMOST_LIMIT_MS);
  return page;
}

async function send(device: DemoDevice, events: readonly DemoEvent[]): Promise<void> {
  const answer = await fetch(`${collector.url}${eventsPath(device.identity.device)}`, {
    method: 'POST',
    headers: {
      'content-type': RANGE_CONTENT_TYPE,
      [DEVICE_KEY_HEADER]: encodeDeviceKey(device.key.publicKey),
    },
    body: new Uint8Array(encodeUploadRange(device.commit(events))),
  });
  expect(answer.status).toBe(200);
}

test('the dashboard shows what came in, goes on by itself, and breaks none of its own policy', async () => {
  const page = await openPage({ viewport: { width: 1920, height: 1080 } });
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
  await identified.getByText(String(before.identified - before.undone), { exact: true }).waitFor();
  await page.getByRole('cell', { name: '● heard' }).waitFor();
  expect(await page.locator('.bars rect').first().getAttribute('width')).toMatch(/^\d+\.\d$/);

  // Not reloaded: what was marked stays.
  await page.evaluate(() => document.documentElement.setAttribute('data-same-page', ''));
  await upload(200);
  const after = await collector.totals();
  await identified.getByText(String(after.identified - after.undone), { exact: true }).waitFor();
  expect(await page.locator('html[data-same-page]').count()).toBe(1);
  expect(complaints).toEqual([]);
  await page.close();
});

test('a voter who is identified at two stations is raised on the open page, and nothing says who it is', async () => {
  const [here, there] = ['2001', '2002'].map(
    (station) => new DemoDevice({ election: 'demo', station, device: `${station}-1` }),
  );
  const voter = drawDemoEvents(88, 40).find(({ kind }) => kind === 'identification');
  const [first, second, event] = [here, there, voter].map((one) => assertDefined(one, 'drawn')) as [
    DemoDevice,
    DemoDevice,
    DemoEvent,
  ];
  const page = await openPage({ viewport: { width: 1366, height: 768 } });
  await page.goto(`${collector.url}/?lang=en`);
  await page.getByText('Nobody was identified twice').waitFor();
  await send(first, [event]);
  await send(second, [event]);
  const raised = page.getByRole('listitem').filter({ hasText: 'open' });
  await raised.waitFor();
  expect(await raised.textContent()).toMatch(/2001 2001-1 1\/1 · 2002 2002-1 1\/1/);
  expect(await page.content()).not.toContain(String(event.centre.token));
  // Taken back where it was wrong: it stays to be seen, and is no alarm any more.
  await send(second, [{ ...event, kind: 'undo' }]);
  await page.getByRole('listitem').filter({ hasText: 'undone' }).waitFor();
  await page.close();
});

test.each([
  ['ky', 'Борбор'],
  ['ru', 'Центр'],
  ['en', 'Centre'],
])('in %s, dark as well as light, on paper, and no wider than a laptop', async (language, title) => {
  const page = await openPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' });
  await page.goto(`${collector.url}/?lang=${language}`);
  expect(await page.title()).toContain(title);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(await background()).toBe('rgb(14, 20, 32)');
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await background()).toBe('rgb(243, 245, 248)');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await background()).toBe('rgb(255, 255, 255)');
  expect(await page.locator('header nav').isVisible()).toBe(false);
  await page.close();
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type ChromiumHost, startChromiumHost } from '../../scripts/hosts/chromium/chromium-host.ts';

/**
 * What a real browser makes of the loopback host's walls; behind it stands the station double of the hosts' own
 * tests, so that this spec depends on no screen.
 */
const PAGE = `<!doctype html><title>double</title><p id="said"></p>
<script>document.title = 'an inline script ran';</script>
<script type="module" src="./main.js"></script>`;
const SCRIPT = `
const socket = new WebSocket('ws://' + location.host + '/station?window=desk');
socket.onopen = () => socket.send(JSON.stringify({ type: 'echo', text: 'through' }));
socket.onmessage = (event) => { document.getElementById('said').textContent += event.data; };
`;

let screens = '';
let host: ChromiumHost;

test.beforeEach(async () => {
  screens = await mkdtemp(join(tmpdir(), 'tizme-e2e-'));
  await writeFile(join(screens, 'index.html'), PAGE);
  await writeFile(join(screens, 'main.js'), SCRIPT);
  const started = await startChromiumHost({
    stationEntry: new URL('../../scripts/hosts/testing/station-double.ts', import.meta.url),
    devicesEntry: new URL('../../scripts/hosts/testing/devices-double.ts', import.meta.url),
    screensDirectory: screens,
    stationOptions: {
      dataDirectory: screens,
      packageDirectory: screens,
      collectorUrl: null,
      collectorKey: null,
      collectorRecipient: null,
      language: 'ky',
      seed: 1,
      fingerprintWorkerUrl: 'file:///nowhere/worker.ts',
      migrationsDirectory: screens,
      fontsDirectory: null,
    },
    devicesOptions: { packageDirectory: screens, seed: 1 },
    log() {},
    onFatal() {},
  });
  if (!started.ok) throw new Error(started.error.code);
  host = started.value;
});

test.afterEach(async () => {
  await host.stop();
  await rm(screens, { recursive: true });
});

test('a browser enters by its address, talks to the station, and runs no script but the build', async ({
  page,
}) => {
  await page.goto(host.createAddress('desk'));
  await expect(page.locator('#said')).toContainText('"text":"through"');
  await expect(page).toHaveTitle('double');
  expect(new URL(page.url()).pathname).toBe('/desk');
  await page.reload();
  await expect(page.locator('#said')).toContainText('"text":"through"');
});

test('an observer has no way to the desk', async ({ page }) => {
  await page.goto(host.createAddress('observer'));
  const desk = await page.goto(page.url().replace('observer', 'desk'));
  expect(desk?.status()).toBe(403);
});

test('another page of the same browser reaches nothing', async ({ page, context }) => {
  await page.goto(host.createAddress('desk'));
  const { origin } = new URL(page.url());
  const other = createServer((_request, response) => response.end('<!doctype html>'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const elsewhere = await context.newPage();
  await elsewhere.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
  const reached = await elsewhere.evaluate(async (target) => {
    const page = await fetch(`${target}/desk`, { credentials: 'include' }).then(
      () => 'page',
      () => 'nothing',
    );
    const socket = await new Promise((resolve) => {
      const attempt = new WebSocket(`${target.replace('http', 'ws')}/station?window=desk`);
      attempt.onopen = () => resolve('socket');
      attempt.onerror = () => resolve('nothing');
    });
    return { page, socket };
  }, origin);
  expect(reached).toEqual({ page: 'nothing', socket: 'nothing' });
  other.close();
});

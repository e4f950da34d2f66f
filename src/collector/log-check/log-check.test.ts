import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { encodeUploadRange } from '../../ledger/upload-range.ts';
import {
  DEVICE_KEY_HEADER,
  encodeDeviceKey,
  eventsPath,
  nextPath,
  RANGE_CONTENT_TYPE,
} from '../../sync/upload/upload-protocol.ts';
import { drawDemoEvents } from '../demo/demo-day.ts';
import { DemoDevice } from '../demo/demo-device.ts';
import { openCollector, type RunningCollector } from '../open-collector.ts';
import { MIGRATIONS } from '../test-centre.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly collector: RunningCollector;
  /** Resolves with the first line that says what the check found. */
  readonly found: Promise<string>;
}

async function open(file: string): Promise<Opened> {
  let tell: (line: string) => void = () => {};
  const found = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const write = (line: string): void => {
    if (/read again|damaged/.test(line)) tell(line);
  };
  const collector = unwrap(
    await openCollector({
      ...{ database: { engine: 'sqlite', file }, migrations: MIGRATIONS, mock: true, election: null },
      ...{ devices: [], host: '127.0.0.1', port: 0, access: null, logger: pino({}, { write }) },
    }),
  );
  return { collector, found };
}

async function send(collector: RunningCollector, device: DemoDevice, seed: number): Promise<Response> {
  return fetch(`${collector.url}${eventsPath(device.identity.device)}`, {
    method: 'POST',
    headers: {
      'content-type': RANGE_CONTENT_TYPE,
      [DEVICE_KEY_HEADER]: encodeDeviceKey(device.key.publicKey),
    },
    body: new Uint8Array(encodeUploadRange(device.commit(drawDemoEvents(seed, 500)))),
  });
}

/** A collector that took in ten ranges and was stopped. */
async function fillFile(device: DemoDevice): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tizme-log-check-'));
  folders.push(folder);
  const file = join(folder, 'collector.db');
  const { collector } = await open(file);
  for (let i = 0; i < 10; i += 1) expect((await send(collector, device, i)).status).toBe(200);
  await collector.close();
  return file;
}

function damage(file: string, at: number): void {
  const descriptor = openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  readSync(descriptor, byte, 0, 1, at);
  writeSync(
    descriptor,
    byte.map((value) => value ^ 1),
    0,
    1,
    at,
  );
  closeSync(descriptor);
}

const aDevice = (): DemoDevice => new DemoDevice({ election: 'mock', station: '0101', device: 'lane-1' });

test('a collector that starts again reads everything again while it takes in more', async () => {
  const device = aDevice();
  const file = await fillFile(device);
  const { collector, found } = await open(file);
  expect((await send(collector, device, 10)).status).toBe(200);
  expect(JSON.parse(await found)).toMatchObject({ level: 30, devices: 1 });
  const health = await fetch(`${collector.url}/health`);
  expect([health.status, await health.json()]).toEqual([
    200,
    { status: 'ok', mock: true, logCheck: 'sound' },
  ]);
  await collector.close();
});

test('one bit of the stored events that changed on the disk: it opens, says so, and takes nothing more in', async () => {
  const device = aDevice();
  const file = await fillFile(device);
  // Nine of ten pages hold events.
  damage(file, Math.floor(statSync(file).size / 2 / 4096) * 4096 + 1000);
  const { collector, found } = await open(file);
  expect(JSON.parse(await found)).toMatchObject({ level: 60, code: 'unreadable', device: 'lane-1' });
  const health = await fetch(`${collector.url}/health`);
  expect([health.status, await health.json()]).toMatchObject([503, { status: 'damaged' }]);
  const answer = await send(collector, device, 10);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '120']);
  expect((await fetch(`${collector.url}${nextPath('lane-1')}`)).status).toBe(503);
  expect(await (await fetch(`${collector.url}/metrics`)).text()).toMatch(/^tizme_collector_damaged 1$/m);
  await collector.close();
});

test('closing does not wait until everything has been read', async () => {
  const device = aDevice();
  const file = await fillFile(device);
  const { collector } = await open(file);
  await collector.close();
  const again = await open(file);
  expect(JSON.parse(await again.found)).toMatchObject({ level: 30, events: 5000 });
  await again.collector.close();
});

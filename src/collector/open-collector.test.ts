import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { unwrap } from '../domain/result.ts';
import type { RegisteredDevice } from './collector-store.ts';
import { keyFileOf } from './key-file.ts';
import { type OpenCollectorOptions, openCollector } from './open-collector.ts';
import { MIGRATIONS } from './test-centre.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function options(changes: Partial<OpenCollectorOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tizme-collector-'));
  folders.push(folder);
  return {
    database: { engine: 'sqlite', file: join(folder, 'collector.db') },
    migrations: MIGRATIONS,
    mock: true,
    election: null,
    devices: [],
    host: '127.0.0.1',
    port: 0,
    logger: pino({ enabled: false }),
    access: null,
    ...changes,
  } satisfies OpenCollectorOptions;
}

function fileOf({ database }: OpenCollectorOptions): string {
  return database.engine === 'sqlite' ? database.file : database.keyFile;
}

const device: RegisteredDevice = {
  election: 'mock-2026',
  mock: true,
  device: 'lane-1',
  station: '0101',
  publicKey: new Uint8Array(32).fill(1),
  origin: 'provisioned',
};

test('a collector that is started again has its key, its devices and an encrypted file', async () => {
  const same = options({ devices: [device] });
  const first = unwrap(await openCollector(same));
  expect((await fetch(`${first.url}/health`)).status).toBe(200);
  await first.close();
  // All of it is in the one file, as a copy of it should be.
  expect(existsSync(`${fileOf(same)}-wal`)).toBe(false);
  expect(readFileSync(fileOf(same)).subarray(0, 15).toString('latin1')).not.toBe('SQLite format 3');
  expect(statSync(keyFileOf(fileOf(same))).mode & 0o077).toBe(0);

  const second = unwrap(await openCollector({ ...same, devices: [] }));
  expect(second.publicKey).toEqual(first.publicKey);
  expect(unwrap(await second.totals()).devices).toMatchObject([{ device: 'lane-1', events: 0 }]);
  await second.close();
});

test('a database of a mock election is not opened as a real one, nor one of another election', async () => {
  const same = options({ election: 'mock-2026' });
  await unwrap(await openCollector(same)).close();
  expect(await openCollector({ ...same, election: 'mock-2027' })).toEqual({
    ok: false,
    error: { code: 'other-collector', field: 'election' },
  });
  expect(await openCollector({ ...same, mock: false })).toEqual({
    ok: false,
    error: { code: 'key-file-unreadable' },
  });
});

test('a device that is registered already with another key is an error that names it', async () => {
  const same = options({ devices: [device] });
  await unwrap(await openCollector(same)).close();
  const other = { ...device, publicKey: new Uint8Array(32).fill(2) };
  expect(await openCollector({ ...same, devices: [other] })).toEqual({
    ok: false,
    error: { code: 'registered-otherwise', device: 'lane-1' },
  });
});

test('a database whose keys are gone is refused, not begun anew', async () => {
  const same = options();
  await unwrap(await openCollector(same)).close();
  rmSync(keyFileOf(fileOf(same)));
  expect(await openCollector(same)).toEqual({ ok: false, error: { code: 'key-file-missing' } });
});

test('a port that is taken is said so, and leaves the database free', async () => {
  const first = unwrap(await openCollector(options()));
  const same = options({ port: Number(new URL(first.url).port) });
  expect(await openCollector(same)).toEqual({
    ok: false,
    error: { code: 'cannot-listen', detail: 'EADDRINUSE' },
  });
  await first.close();
  await unwrap(await openCollector({ ...same, port: 0 })).close();
});

test('off this machine it opens to nobody without a certificate and a list of people, nor to a database without TLS', async () => {
  expect(await openCollector(options({ host: '0.0.0.0' }))).toEqual({
    ok: false,
    error: { code: 'open-to-everybody' },
  });
  const folder = mkdtempSync(join(tmpdir(), 'tizme-collector-'));
  folders.push(folder);
  const open = (url: string) =>
    openCollector(options({ database: { engine: 'postgres', url, keyFile: join(folder, 'keys.json') } }));
  for (const url of ['postgres://tizme@db/tizme', 'postgres://tizme@db/tizme?sslmode=require']) {
    expect(await open(url)).toEqual({ ok: false, error: { code: 'database-without-tls' } });
  }
});

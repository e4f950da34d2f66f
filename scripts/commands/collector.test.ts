import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runCollector, startCollector } from './collector.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tizme-collector-'));
  folders.push(folder);
  return folder;
}

async function run(args: readonly string[], whenListening?: (url: string) => Promise<void>) {
  const lines: string[] = [];
  const stop = new AbortController();
  const io = {
    out: (line: string) => {
      lines.push(line);
      const url = /^collector: (http:.*)$/.exec(line)?.[1];
      if (url !== undefined) void (whenListening?.(url) ?? Promise.resolve()).finally(() => stop.abort());
    },
    progress: () => {},
  };
  return { code: await runCollector(args, io, stop.signal), lines };
}

test('a mock collector says where it is, answers there, and ends when it is told to', async () => {
  let health: unknown;
  const { code, lines } = await run(['--mock', '--port', '0'], async (url) => {
    health = await (await fetch(`${url}/health`)).json();
  });
  expect(code).toBe(0);
  expect(health).toMatchObject({ status: 'ok', mock: true });
  expect(lines[0]).toContain('TRAINING');
});

test('a real collector wants its devices, and takes none of a mock election', async () => {
  const folder = makeFolder();
  const devices = join(folder, 'devices.json');
  const store = `sqlite:${join(folder, 'collector.db')}`;
  expect((await run([])).code).toBe(2);
  expect((await run(['--store', store, '--devices', devices])).code).toBe(1);
  const registration = { version: 1, election: 'parliament-2030', devices: [] };
  writeFileSync(devices, JSON.stringify({ ...registration, mock: true }));
  expect((await run(['--store', store, '--devices', devices])).code).toBe(1);
  writeFileSync(devices, JSON.stringify({ ...registration, mock: false }));
  expect((await run(['--store', store, '--devices', devices, '--port', '0'])).code).toBe(0);
});

test.each([[['--port', 'x']], [['--mock', '--store', 'postgres://x']], [['--colour', 'red']]])(
  '%j is wrong usage',
  async (args) => {
    const { code, lines } = await run(args);
    // Nothing on standard output, which belongs to results.
    expect({ code, lines }).toEqual({ code: 2, lines: [] });
  },
);

test('in one process with a mock day: an address, a key, totals', async () => {
  const collector = await startCollector();
  expect((await fetch(`${collector.url}/v1/devices/lane-1/next`)).status).toBe(200);
  expect(collector.publicKey).toHaveLength(32);
  expect(await collector.totals()).toEqual({
    events: 0,
    identified: 0,
    undone: 0,
    devices: 0,
    quarantinedRanges: 0,
    alarms: 0,
    doubles: 0,
  });
  await collector.close();
});

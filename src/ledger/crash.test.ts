import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { unwrap } from '../domain/result.ts';
import { systemClock } from '../store/clock.ts';
import { openStore } from '../store/open-store.ts';
import { deviceKeyFromSeed } from './device-key.ts';
import { Ledger } from './ledger.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations/station');
const moduleUrl = (path: string): string => pathToFileURL(join(import.meta.dirname, path)).href;

/** Commits without end, and says the number of each event once its commit has returned. */
const PROGRAM = `
import { openStore } from '${moduleUrl('../store/open-store.ts')}';
import { systemClock } from '${moduleUrl('../store/clock.ts')}';
import { deviceKeyFromSeed } from '${moduleUrl('device-key.ts')}';
import { Ledger } from '${moduleUrl('ledger.ts')}';
import { writeSync } from 'node:fs';
const [file, key, seed, migrations] = process.argv.slice(1);
const store = openStore({ file, key: Buffer.from(key, 'hex'), migrations }).value;
const ledger = Ledger.open(store, { election: 'e', station: 's', device: 'd', mock: true,
  key: deviceKeyFromSeed(Buffer.from(seed, 'hex')), clock: systemClock() }).value;
for (;;) {
  const done = ledger.commit([{ kind: 'other', period: 0, centre: {}, private: {} }]);
  if (!done.ok) process.exit(1);
  writeSync(1, done.value[0].seq + '\\n');
}
`;

async function commitUntilKilled(args: readonly string[], events: number): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Only then has it let go of its files.
  const ended = once(child, 'close');
  let said = '';
  for await (const piece of child.stdout) {
    said += String(piece);
    if (said.split('\n').length > events) child.kill('SIGKILL');
  }
  await ended;
  return Number(said.split('\n').at(-2));
}

test('a program that is killed in the middle loses nothing that it had confirmed, three times over', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tizme-crash-'));
  const file = join(folder, 'ledger.db');
  const key = randomBytes(32);
  const seed = randomBytes(32);
  try {
    let confirmed = 0;
    for (const events of [5, 30, 80]) {
      const args = [file, key.toString('hex'), seed.toString('hex'), MIGRATIONS];
      const last = await commitUntilKilled(args, events);
      expect(last).toBeGreaterThan(confirmed);
      confirmed = last;
      const store = unwrap(openStore({ file, key, migrations: MIGRATIONS }));
      const ledger = unwrap(
        Ledger.open(store, {
          election: 'e',
          station: 's',
          device: 'd',
          mock: true,
          key: deviceKeyFromSeed(seed),
          clock: systemClock(),
        }),
      );
      const stored = ledger.head()?.seq ?? 0;
      // At most the commit that was under way when it was killed is there without having been confirmed.
      expect(stored - confirmed).toBeGreaterThanOrEqual(0);
      expect(stored - confirmed).toBeLessThanOrEqual(1);
      expect(unwrap(ledger.pendingCount())).toBe(stored);
      confirmed = stored;
      store.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

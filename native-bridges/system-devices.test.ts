import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const PROGRAM = `
  const { devicesOfThisMachine } = await import('./system-devices.ts');
  const { DEFAULT_SETTINGS } = await import('./device-settings.ts');
  const { systemTimer } = await import('../src/domain/timer.ts');
  const cardReaders = process.argv.at(-1);
  const manager = devicesOfThisMachine(systemTimer(), { ...DEFAULT_SETTINGS, cardReaders });
  await manager.scan();
  const { report } = process;
  report.excludeNetwork = true;
  const { sharedObjects } = report.getReport();
  await manager.close();
  process.stdout.write(JSON.stringify(sharedObjects.filter((path) => /smartcard|pcsclite/.test(path))), () => process.exit(0));
`;

/** The libraries of PC/SC that a process has loaded once it has looked for devices. */
async function loadedFor(cardReaders: 'usb' | 'pcsc'): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', PROGRAM, '--', cardReaders],
    { cwd: fileURLToPath(new URL('.', import.meta.url)) },
  );
  return JSON.parse(stdout) as readonly string[];
}

const hasPcsc = existsSync(new URL('../node_modules/smartcard', import.meta.url));

describe('the devices of this machine', () => {
  test('a desk that drives its readers itself never loads the system’s card service', async () => {
    expect(await loadedFor('usb')).toEqual([]);
  });

  test.skipIf(!hasPcsc)('a desk that leaves them to the card service loads it when it looks', async () => {
    expect(await loadedFor('pcsc')).not.toEqual([]);
  });
});

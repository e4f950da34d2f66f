import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isHeldByCardService } from './card-service-holder.ts';

let processes: string;
beforeEach(async () => {
  processes = await mkdtemp(join(tmpdir(), 'tizme-proc-'));
});
afterEach(() => rm(processes, { recursive: true, force: true }));

async function startProcess(id: number, command: string, opens: readonly string[] | null): Promise<void> {
  const folder = join(processes, String(id));
  await mkdir(folder);
  await writeFile(join(folder, 'comm'), `${command}\n`);
  if (opens === null) return;
  await mkdir(join(folder, 'fd'));
  for (const [number, path] of opens.entries()) await symlink(path, join(folder, 'fd', String(number)));
}

describe('who holds a card reader', () => {
  it('is the card service where it has the very device open', async () => {
    await startProcess(1, 'init', []);
    await startProcess(77, 'pcscd', ['/dev/null', '/dev/bus/usb/002/007']);
    expect(await isHeldByCardService('2-1.4:7', processes)).toBe(true);
    expect(await isHeldByCardService('2-1.4:8', processes)).toBe(false);
  });

  it('is not the card service where another program has it, or none runs', async () => {
    await startProcess(78, 'reader-tool', ['/dev/bus/usb/002/007']);
    expect(await isHeldByCardService('2-1.4:7', processes)).toBe(false);
    expect(await isHeldByCardService('2-1.4:7', join(processes, 'none'))).toBe(false);
    expect(await isHeldByCardService('COM3', processes)).toBe(false);
  });

  it('is taken to be the card service where that runs and may not be looked into', async () => {
    await startProcess(79, 'pcscd', null);
    expect(await isHeldByCardService('2-1.4:7', processes)).toBe(true);
  });
});

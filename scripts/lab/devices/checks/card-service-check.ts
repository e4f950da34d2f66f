import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { DeviceManager } from '../../../../native-bridges/device-manager.ts';
import type { Player } from '../played/player.ts';
import { READY_MILLISECONDS, waitUntil } from './lab-desk.ts';

/**
 * A reader that pcscd has taken: the technician is told who has it, and once pcscd has gone it is ours without a hand on
 * its plug. `open` makes a device manager that has not looked yet.
 */
export async function readerHeldByCardService(open: () => DeviceManager, player: Player): Promise<void> {
  mkdirSync('/run/pcscd', { recursive: true });
  const said: string[] = [];
  const service = spawn('pcscd', ['--foreground', '--debug'], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [service.stdout, service.stderr])
    stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const manager = open();
  try {
    await player.plug('ccid-extended');
    await waitUntil(
      () => /CCID reader|Using.*interface|ifdhandler\.c.*lun: 0/i.test(said.join('')),
      READY_MILLISECONDS,
      `pcscd takes the reader (${said.join('').slice(-300)})`,
    );
    await manager.scan();
    const problem = () => manager.report().found.find(({ kind }) => kind === 'card-reader')?.problem?.code;
    await waitUntil(
      () => problem() === 'held-by-card-service',
      READY_MILLISECONDS,
      `the holder is named (${problem()})`,
    );
    service.kill();
    await once(service, 'exit');
    const { cardReader } = manager.devices;
    await waitUntil(
      () => cardReader.status().status.state === 'ready',
      READY_MILLISECONDS,
      'the reader is ours once pcscd has gone',
    );
    await waitUntil(() => problem() === undefined, READY_MILLISECONDS, 'nobody is named any more');
  } finally {
    service.kill('SIGKILL');
    await player.unplug('ccid-extended');
    await manager.close();
  }
}

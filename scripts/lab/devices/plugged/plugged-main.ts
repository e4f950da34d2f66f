import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { usbHex } from '../../../../native-bridges/device-profiles.ts';
import { runDevices } from '../../../commands/devices.ts';
import { type HandCommand, LAB_SETTINGS, type PlayedName } from '../played/played-devices.ts';
import { Player } from '../played/player.ts';
import type { PluggedMessage } from './plugged-message.ts';

/**
 * What runs inside the machine: commands of `tizme devices` as a technician types them, on devices that a second process
 * plays behind the kernel's own USB stack, with a card in the reader and a finger on the glass.
 */
const { values } = parseArgs({
  options: {
    plug: { type: 'string', default: '' },
    commands: { type: 'string', default: '[]' },
    /** The program's sources. */
    program: { type: 'string', default: '' },
  },
});
const names = values.plug.split(',') as PlayedName[];
const commands = JSON.parse(values.commands) as string[][];
/** While somebody watches: pulled out, and plugged in again. */
const WATCH_PAUSE_MILLISECONDS = 4_000;
const SETTLING_MILLISECONDS = 1_500;

const say = (message: PluggedMessage) => process.stdout.write(`${JSON.stringify(message)}\n`);
const folder = await mkdtemp(join(tmpdir(), 'tizme-plugged-'));
const settings = join(folder, 'devices.json');
const serial = LAB_SETTINGS.map(({ vendorId, productId, ...use }) => ({
  ...use,
  ...(vendorId === undefined ? {} : { vendorId: usbHex(vendorId) }),
  ...(productId === undefined ? {} : { productId: usbHex(productId) }),
}));
await writeFile(settings, JSON.stringify({ cardReaders: 'usb', serial }));
const startedIn = process.cwd();
process.chdir(folder);

const player = new Player();
await Promise.all(names.map(plug));
await pause(SETTLING_MILLISECONDS);
for (const command of commands) {
  say({ type: 'command', command });
  const io = {
    out: (line: string) => void say({ type: 'line', line }),
    progress: (line: string) => void say({ type: 'line', line }),
  };
  const [name = ''] = command;
  // Files that are printed lie where the lab was started.
  const typed = command.map((word, at) => (name === 'print' && at === 1 ? join(startedIn, word) : word));
  const [code] = await Promise.all([
    name === 'readiness' ? runFromSources(typed) : runDevices([...typed, '--settings', settings], io),
    name === 'watch' ? pullAndPlug() : Promise.resolve(),
  ]);
  say({ type: 'ended', code });
  if (name === 'print' || name === 'target') await lookAtPaper();
}
for (const name of await readdir(folder)) {
  if (name === 'devices.json') continue;
  say({ type: 'file', name, bytes: (await readFile(join(folder, name))).toString('base64') });
}
player.stop();
say({ type: 'done' });
process.exit(0);

/** A command of another kind, as it is typed: slow on an emulated processor. The folder is its data directory. */
async function runFromSources(command: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [join(values.program, 'scripts', 'tizme.js'), ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TIZME_DATA: folder },
  });
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on('line', (line) => say({ type: 'line', line }));
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

/** With what it needs to be used at once. */
async function plug(name: PlayedName): Promise<void> {
  await player.plug(name);
  const hand: HandCommand = name.startsWith('ccid')
    ? { do: 'insert-card' }
    : name.endsWith('printer')
      ? { do: 'load-paper' }
      : { do: 'lay-finger', round: 1 };
  if (!name.endsWith('reader')) await player.hand(name, hand);
}

async function pullAndPlug(): Promise<void> {
  const [first] = names;
  if (first === undefined) return;
  await pause(WATCH_PAUSE_MILLISECONDS);
  say({ type: 'hand', what: `${first} is pulled out` });
  await player.unplug(first);
  await pause(WATCH_PAUSE_MILLISECONDS);
  say({ type: 'hand', what: `${first} is plugged in again` });
  await plug(first);
}

async function lookAtPaper(): Promise<void> {
  for (const name of names.filter((each) => each.endsWith('printer')))
    say({ type: 'hand', what: `on the paper of ${name}: ${JSON.stringify(await player.look(name))}` });
}

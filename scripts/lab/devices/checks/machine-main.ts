import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS } from '../../../../native-bridges/device-settings.ts';
import { devicesOfThisMachine } from '../../../../native-bridges/system-devices.ts';
import { systemTimer } from '../../../../src/domain/timer.ts';
import { LAB_SETTINGS } from '../played/played-devices.ts';
import { Player } from '../played/player.ts';
import { CHECKED_CARD_READERS } from './card-checks.ts';
import { readerHeldByCardService } from './card-service-check.ts';
import { crashDevicesProcess } from './crash-check.ts';
import type { MachineMessage } from './machine-message.ts';
import { CHECKED_PRINTERS } from './printer-checks.ts';
import { attempt, checkDevice, playRounds } from './run-checks.ts';
import { CHECKED_SCANNERS } from './scanner-checks.ts';
import { CHECKED_TEXT_READERS } from './text-checks.ts';

/**
 * What runs inside the machine: the device manager with the native packages, on devices that a second process
 * plays behind the kernel's own USB stack. Each line of standard output is one message.
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, only: { type: 'string', default: '' } },
});
const say = (message: MachineMessage) => process.stdout.write(`${JSON.stringify(message)}\n`);
const wanted = values.only === '' ? null : values.only.split(',');
const devices = [...CHECKED_SCANNERS, ...CHECKED_CARD_READERS, ...CHECKED_TEXT_READERS, ...CHECKED_PRINTERS];

const open = () =>
  devicesOfThisMachine(systemTimer(), { ...DEFAULT_SETTINGS, cardReaders: 'usb', serial: LAB_SETTINGS });
const player = new Player();
const wants = (name: string) => wanted === null || wanted.includes(name);
if (wants('card-service')) {
  const started = performance.now();
  const problem = await attempt(() => readerHeldByCardService(open, player));
  const milliseconds = Math.round(performance.now() - started);
  say({ type: 'check', device: 'card-service', check: 'pcscd holds the reader', problem, milliseconds });
}
const manager = open();
const desk = { manager, player };
await manager.scan();
const { usbProblem } = manager.report();
if (usbProblem !== null)
  say({ type: 'check', device: 'the bus', check: 'found', problem: usbProblem.code, milliseconds: 0 });
for (const device of devices.filter(({ name }) => wants(name))) {
  await checkDevice(desk, device, (result) => say({ type: 'check', ...result }));
  say({ type: 'rounds', ...(await playRounds(desk, device, Number(values.rounds))) });
}
await manager.close();
if (wants('devices-process')) {
  const started = performance.now();
  let times = '';
  const problem = await attempt(async () => {
    const entry = new URL('./real-devices.js', import.meta.url);
    const { told, back, frames } = await crashDevicesProcess(entry, player);
    times = `told ${Math.round(told)} ms, back ${Math.round(back)} ms, frames ${Math.round(frames ?? 0)} ms`;
  });
  const check = `SIGSEGV in a capture through usb (${times})`;
  const milliseconds = Math.round(performance.now() - started);
  say({ type: 'check', device: 'devices-process', check, problem, milliseconds });
}
player.stop();
say({ type: 'done' });
process.exit(0);

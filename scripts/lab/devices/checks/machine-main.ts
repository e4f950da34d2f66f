import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS } from '../../../../native-bridges/device-settings.ts';
import { devicesOfThisMachine } from '../../../../native-bridges/system-devices.ts';
import { DEVICE_KINDS } from '../../../../src/domain/devices.ts';
import { systemTimer } from '../../../../src/domain/timer.ts';
import { LAB_SETTINGS } from '../played/played-devices.ts';
import { Player } from '../played/player.ts';
import { CHECKED_CARD_READERS } from './card-checks.ts';
import { readerHeldByCardService } from './card-service-check.ts';
import type { CheckedDevice } from './checked-device.ts';
import { crashDevicesProcess, describeCrash } from './crash-check.ts';
import { leftBehind, resourcesBefore } from './left-behind.ts';
import type { MachineMessage } from './machine-message.ts';
import { CHECKED_PRINTERS } from './printer-checks.ts';
import { checkDevice, PlayedRounds, runCheck } from './run-checks.ts';
import { CHECKED_SCANNERS } from './scanner-checks.ts';
import { CHECKED_TEXT_READERS } from './text-checks.ts';

/**
 * What runs inside the machine: the device manager with the native packages, on devices that a second process
 * plays behind the kernel's own USB stack. Each line of standard output is one message. A desk has a device of each
 * kind at the same time, and so has this one: the kinds are checked side by side, those of a kind one after the other.
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, only: { type: 'string', default: '' } },
});
const say = (message: MachineMessage) => process.stdout.write(`${JSON.stringify(message)}\n`);
const wanted = values.only === '' ? null : values.only.split(',');
const wants = (name: string) => wanted === null || wanted.includes(name);
const devices = [
  ...CHECKED_SCANNERS,
  ...CHECKED_CARD_READERS,
  ...CHECKED_TEXT_READERS,
  ...CHECKED_PRINTERS,
].filter(({ name }) => wants(name));
const rounds = Number(values.rounds);

/** Runs something for every device: the kinds side by side, those of a kind one after the other. */
async function forEach<T extends { readonly kind: CheckedDevice['kind'] }>(
  all: readonly T[],
  run: (each: T) => Promise<void>,
): Promise<void> {
  const oneKind = async (kind: CheckedDevice['kind']) => {
    for (const each of all.filter((one) => one.kind === kind)) await run(each);
  };
  await Promise.all(DEVICE_KINDS.map(oneKind));
}

const goesOn = () => say({ type: 'played' });
const open = () =>
  devicesOfThisMachine(systemTimer(), { ...DEFAULT_SETTINGS, cardReaders: 'usb', serial: LAB_SETTINGS });
const player = new Player();
if (wants('card-service')) {
  const result = await runCheck('card-service', 'pcscd holds the reader', async () => {
    await readerHeldByCardService(open, player);
  });
  say({ type: 'check', ...result });
}
if (devices.length > 0) {
  const manager = open();
  const desk = { manager, player };
  await manager.scan();
  const { usbProblem } = manager.report();
  if (usbProblem !== null)
    say({ type: 'check', device: 'the bus', check: 'found', problem: usbProblem.code, milliseconds: 0 });
  await forEach(devices, (device) =>
    checkDevice(desk, device, (result) => say({ type: 'check', ...result })),
  );
  const played = devices.map((device) => ({ kind: device.kind, rounds: new PlayedRounds(desk, device) }));
  // What a first use of a library keeps for good is no leak.
  await forEach(played, (each) => each.rounds.play(1, goesOn));
  const before = await resourcesBefore();
  await forEach(played, async (each) => {
    await each.rounds.play(rounds - 1, goesOn);
    say({ type: 'rounds', ...each.rounds.result() });
  });
  const names = devices.map(({ name }) => name);
  say({ type: 'left-behind', ...(await leftBehind(before, names, rounds)) });
  await manager.close();
}
if (wants('crash-emulated')) {
  const result = await runCheck('crash-emulated', 'SIGSEGV in a capture', async () =>
    describeCrash(await crashDevicesProcess(new URL('./real-devices.js', import.meta.url), player)),
  );
  say({ type: 'check', ...result });
}
player.stop();
say({ type: 'done' });
process.exit(0);

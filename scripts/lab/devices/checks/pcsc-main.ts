import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS } from '../../../../native-bridges/device-settings.ts';
import {
  type Application,
  apduCard,
  t0Card,
} from '../../../../native-bridges/simulated/usb/emulated-cards.ts';
import { VirtualPcscCard } from '../../../../native-bridges/simulated/virtual-pcsc-card.ts';
import { devicesOfThisMachine } from '../../../../native-bridges/system-devices.ts';
import type { CardTransport } from '../../../../src/domain/devices.ts';
import { systemTimer } from '../../../../src/domain/timer.ts';
import { expectThat, waitUntil, within } from './lab-desk.ts';
import { leftBehind, resourcesBefore } from './left-behind.ts';
import type { MachineMessage } from './machine-message.ts';
import { attempt, failureOf } from './run-checks.ts';

/**
 * PC/SC for real: pcscd with its virtual reader, in which our card lies, beside the device manager with the native
 * package. Runs on this machine in name spaces of its own, so that no other pcscd is disturbed.
 */
const DEVICE = 'pcsc-reader';
const LIMIT = 20_000;
const SELECT = Uint8Array.of(0x00, 0xa4, 0x04, 0x0c, 0x02, 0xa0, 0x00);
const READ_BINARY = Uint8Array.of(0x00, 0xb0, 0x00, 0x00, 0xc8);

const application: Application = (command) => {
  if (command[1] !== 0xb0) return Uint8Array.of(0x90, 0);
  return Uint8Array.of(...Array.from({ length: command[4] ?? 0 }, (_, index) => index), 0x90, 0);
};

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const say = (message: MachineMessage) => process.stdout.write(`${JSON.stringify(message)}\n`);
const manager = devicesOfThisMachine(systemTimer(), { ...DEFAULT_SETTINGS, cardReaders: 'pcsc' });
const { cardReader } = manager.devices;
let present = false;
cardReader.onCard((here) => {
  present = here;
});

function startService(): ChildProcess {
  return spawn('pcscd', ['--foreground', '--critical'], { stdio: ['ignore', 2, 2] });
}

async function stopService(service: ChildProcess): Promise<void> {
  service.kill();
  await once(service, 'exit');
}

async function readerIs(there: boolean): Promise<number> {
  const holds = () => (cardReader.status().info.model !== '') === there;
  return waitUntil(holds, LIMIT, there ? 'the reader is found' : 'the reader is seen to be pulled out');
}

async function connect(): Promise<CardTransport> {
  await waitUntil(() => present, LIMIT, 'the card is seen');
  const card = await within(cardReader.connect(), LIMIT, 'the card answers');
  expectThat(card.ok, `the card is not powered up: ${JSON.stringify(card)}`);
  return card.value;
}

async function readCard(card: CardTransport): Promise<void> {
  const selected = await within(card.transmit(SELECT), LIMIT, 'an answer');
  expectThat(selected.ok && selected.value.join() === '144,0', `SELECT: ${JSON.stringify(selected)}`);
  const read = await within(card.transmit(READ_BINARY), LIMIT, 'an answer');
  const right = read.ok && read.value.length === 202 && read.value[199] === 199;
  expectThat(right, `READ BINARY: ${JSON.stringify(read)}`);
}

async function cardGone(card: VirtualPcscCard): Promise<void> {
  card.remove();
  await waitUntil(() => !present, LIMIT, 'the card is seen to be pulled out');
}

async function check(name: string, run: () => Promise<void>): Promise<void> {
  const started = performance.now();
  const problem = await attempt(run);
  say({
    type: 'check',
    device: DEVICE,
    check: name,
    problem,
    milliseconds: Math.round(performance.now() - started),
  });
}

let service = startService();
await manager.scan();
await check('found', async () => {
  await readerIs(true);
  const { model } = cardReader.status().info;
  expectThat(model.startsWith('Virtual PCD'), `it is called ${model}`);
});
await check('works', async () => {
  for (const card of [apduCard(application), t0Card(application)]) {
    const inserted = await VirtualPcscCard.insert(card);
    await readCard(await connect());
    await cardGone(inserted);
  }
});
await check('card taken away', async () => {
  const inserted = await VirtualPcscCard.insert(apduCard(application));
  const card = await connect();
  inserted.silentFor = 1;
  const exchange = card.transmit(READ_BINARY);
  await waitUntil(() => inserted.commands > 0, LIMIT, 'the command reaches the card');
  inserted.remove();
  const ended = await within(exchange, LIMIT, 'the exchange ends');
  expectThat(!ended.ok && ended.error.code === 'card-lost', `it ended: ${JSON.stringify(ended)}`);
  await waitUntil(() => !present, LIMIT, 'the card is seen to be pulled out');
  // The service itself looks for the card twice a second.
  await pause(1_000);
});
await check('pulled in use', async () => {
  const inserted = await VirtualPcscCard.insert(apduCard(application));
  await connect();
  await stopService(service);
  await readerIs(false);
  inserted.remove();
  service = startService();
  await readerIs(true);
});

const counted = { missedUnplugs: 0, staleFrames: 0, otherFailures: 0 };
let firstFailure: string | null = null;
let slowestReady = 0;
let slowestGone = 0;
let before = await resourcesBefore();
const rounds = Number(values.rounds);
for (let round = 1; round <= rounds; round += 1) {
  const failure = await attempt(async () => {
    slowestReady = Math.max(slowestReady, await readerIs(true));
    const inserted = await VirtualPcscCard.insert(apduCard(application));
    await readCard(await connect());
    await stopService(service);
    slowestGone = Math.max(slowestGone, await readerIs(false));
    inserted.remove();
    service = startService();
  });
  if (failure !== null) {
    firstFailure ??= failure;
    counted[failureOf(failure)] += 1;
  }
  if (round === 1) before = await resourcesBefore();
}
say({
  type: 'rounds',
  device: DEVICE,
  rounds,
  ...counted,
  firstFailure,
  slowestReady: Math.round(slowestReady),
  slowestGone: Math.round(slowestGone),
});
say({ type: 'left-behind', ...(await leftBehind(before, [DEVICE], rounds)) });
await manager.close();
await stopService(service);
say({ type: 'done' });
process.exit(0);

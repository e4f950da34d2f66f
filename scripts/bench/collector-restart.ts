import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DemoDevice } from '../../src/collector/demo/demo-device.ts';
import { Intake } from '../../src/collector/intake.ts';
import { keyFileOf, readOrCreateKeys } from '../../src/collector/key-file.ts';
import { openCollectorStore } from '../../src/collector/open-collector-store.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import { deviceKeyFromSeed } from '../../src/ledger/device-key.ts';
import { encodeUploadRange } from '../../src/ledger/upload-range.ts';
import { systemClock } from '../../src/store/clock.ts';
import { openReadOnly } from '../../src/store/open-store.ts';
import type { CommandIo } from '../command-io.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { progressBar } from '../progress.ts';
import { atMost, type BenchmarkResult, exactly, plain } from './benchmark.ts';
import { SendingLane } from './collector-kills/sending-lane.ts';
import { type CollectorProcess, startCollectorProcess } from './collector-process.ts';
import { EVENTS_PER_IDENTIFICATION, HerdDevice } from './herd/herd-device.ts';

const VOTERS = 500;
const DEVICES_AT_ONCE = 32;
const RANGES_BEFORE_THE_KILL = 50;
const LOOK_EVERY_MS = 200;
const PAGE_BYTES = 4096;

/**
 * A collector with a file of this size is killed in the middle of intake and started again: how soon it takes events, how
 * long until everything in the file was read again, and whether one bit that changed in it is found.
 */
export async function benchRestart(options: {
  readonly events: number;
  readonly directory: string;
  readonly io: CommandIo;
}): Promise<BenchmarkResult> {
  const { directory, io } = options;
  const file = join(directory, 'collector.db');
  const start = (): Promise<CollectorProcess> =>
    startCollectorProcess(['--mock', '--store', `sqlite:${file}`]);
  await (await start()).stop();
  const events = await fillFile(file, options.events, io);
  const megabytes = statSync(file).size / 2 ** 20;
  const wholeSeconds = timeWholeCheck(file);

  const killed = await start();
  const lane = new SendingLane(new DemoDevice({ election: 'mock', station: '0101', device: 'lane-1' }));
  for (let i = 0; i < RANGES_BEFORE_THE_KILL; i += 1) await lane.send(killed.url);
  const lost = lane.send(killed.url);
  await killed.kill();
  await lost;

  let began = performance.now();
  const again = await start();
  const isTaken = await lane.send(again.url);
  const takesSeconds = (performance.now() - began) / 1000;
  const sound = await waitForCheck(again);
  const checkSeconds = (performance.now() - began) / 1000;
  await again.stop();

  changeOneBit(file);
  began = performance.now();
  const damaged = await start();
  const found = await waitForCheck(damaged);
  const foundSeconds = (performance.now() - began) / 1000;
  const takesMore = await lane.send(damaged.url);
  await damaged.stop();
  return {
    name: 'collector-restart',
    figures: [
      plain('events', events, 'events'),
      plain('file', megabytes, 'MB'),
      plain('quick_check of the whole file', wholeSeconds, 's'),
      atMost('after kill -9: from the start to the first receipt', takesSeconds, 's', 5),
      exactly('receipts that did not come', isTaken ? 0 : 1, 'receipts'),
      plain('from the start until every event was read again', checkSeconds, 's'),
      exactly('sound files that were called damaged', sound === 'ok' ? 0 : 1, 'files'),
      exactly('damaged files that were called sound', found === 'damaged' ? 0 : 1, 'files'),
      plain('from the start until one changed bit in the middle was found', foundSeconds, 's'),
      exactly('ranges taken into the damaged file after that', takesMore ? 1 : 0, 'ranges'),
    ],
  };
}

/** Through the intake itself, without a network. */
async function fillFile(file: string, events: number, io: CommandIo): Promise<number> {
  const { signingSeed, databaseKey } = unwrap(readOrCreateKeys(keyFileOf(file), true));
  const key = deviceKeyFromSeed(signingSeed);
  const store = unwrap(
    await openCollectorStore({
      ...{ database: { engine: 'sqlite', file }, databaseKey, migrations: migrations() },
      identity: { election: null, mock: true, publicKey: key.publicKey },
    }),
  );
  const intake = new Intake({ store, key, clock: systemClock(), mock: true, election: null });
  const devices = Math.ceil(events / (VOTERS * EVENTS_PER_IDENTIFICATION));
  for (let from = 0; from < devices; from += DEVICES_AT_ONCE) {
    io.progress(progressBar('filling', from, devices));
    const count = Math.min(DEVICES_AT_ONCE, devices - from);
    await Promise.all(Array.from({ length: count }, (_, i) => sendDay(intake, from + i)));
  }
  await store.close();
  return devices * VOTERS * EVENTS_PER_IDENTIFICATION;
}

async function sendDay(intake: Intake, lane: number): Promise<void> {
  const device = new HerdDevice(lane, VOTERS, []);
  for (;;) {
    const range = unwrap(device.pendingRange(null));
    if (range === null) return;
    const taken = unwrap(
      await intake.take({
        device: device.identity.device,
        body: encodeUploadRange(range),
        offeredKey: device.publicKey,
      }),
    );
    if (taken.status !== 'accepted') throw new Error('a true range was refused');
    device.markUploaded({ epoch: 1, seq: range.lastSeq });
  }
}

/** As every start did before it began. */
function timeWholeCheck(file: string): number {
  const { databaseKey } = unwrap(readOrCreateKeys(keyFileOf(file), true));
  const began = performance.now();
  unwrap(openReadOnly({ file, key: databaseKey, migrations: migrations() })).close();
  return (performance.now() - began) / 1000;
}

function migrations(): string {
  return join(findProgramFiles().migrationsDirectory, 'collector');
}

/** What `/health` says once the check is over. */
async function waitForCheck({ url }: CollectorProcess): Promise<string> {
  for (;;) {
    const health = (await (await fetch(`${url}/health`)).json()) as { status: string; logCheck: string };
    if (health.logCheck !== 'running') return health.status;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function changeOneBit(file: string): void {
  const at = Math.floor(statSync(file).size / PAGE_BYTES / 2) * PAGE_BYTES + PAGE_BYTES / 2;
  const descriptor = openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  readSync(descriptor, byte, 0, 1, at);
  writeSync(descriptor, Buffer.of(assertDefined(byte[0], 'a byte') ^ 1), 0, 1, at);
  closeSync(descriptor);
}

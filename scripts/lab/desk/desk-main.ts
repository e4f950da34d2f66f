import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawnFingers } from '../../../fixtures/election/drawn-fingers.ts';
import { readElection, regenerateElection } from '../../../fixtures/election/election-package.ts';
import { simulatedPeople } from '../../../fixtures/election/simulated-people.ts';
import { threadedFingers } from '../../../fixtures/election/threaded-fingers.ts';
import { DEVICE_KINDS } from '../../../src/domain/devices.ts';
import type { MessagePortLike } from '../../../src/domain/message-port.ts';
import { unwrap } from '../../../src/domain/result.ts';
import { systemTimer } from '../../../src/domain/timer.ts';
import type { WindowKind } from '../../../src/domain/window-kind.ts';
import type { DeskStep } from '../../../src/station/api/snapshot.ts';
import { forkProcess } from '../../hosts/shared/fork-process.ts';
import { devicesEntryOf, devicesOptionsOf, stationOptionsOf } from '../../hosts/shared/host-options.ts';
import { findProgramFiles } from '../../hosts/shared/program-files.ts';
import { StationHost } from '../../hosts/shared/station-host.ts';
import { MockOperator } from '../../mock-day/operator.ts';
import { prepare } from '../../mock-day/play-day.ts';
import { ScreenDouble } from '../../mock-day/screen-double.ts';
import { deviceSettingsFileOf } from '../../start/data-directory.ts';
import { prepareElection } from '../../start/prepare-election.ts';
import { expectThat } from '../devices/checks/lab-desk.ts';
import { attempt } from '../devices/checks/run-checks.ts';
import { CabledDesk } from './cabled-desk.ts';
import { labElection } from './lab-election.ts';
import { PRINTER_CABLES } from './printer-cable.ts';

/**
 * What runs inside the name spaces, or the virtual machine: a desk as `start --devices real` opens it, from an empty data
 * directory to voters with a receipt, on a card in pcscd's virtual reader and on machines behind terminals or plugs. One
 * message a line.
 */
const { values } = parseArgs({
  options: {
    voters: { type: 'string', default: '3' },
    printer: { type: 'string', default: 'serial' },
    data: { type: 'string' },
    patience: { type: 'string', default: '60' },
  },
});
const printerKind = PRINTER_CABLES.find((each) => each === values.printer) ?? 'serial';
const say = (check: string, problem: string | null, milliseconds: number) =>
  process.stdout.write(
    `${JSON.stringify({ type: 'check', device: 'desk', check, problem, milliseconds })}\n`,
  );
const io = { out: () => undefined, progress: (text: string) => process.stderr.write(`${text}\n`) };

async function check(name: string, run: () => Promise<void>): Promise<boolean> {
  const started = performance.now();
  const problem = await attempt(run);
  say(name, problem, Math.round(performance.now() - started));
  return problem === null;
}

async function stopService(service: ChildProcess): Promise<void> {
  service.kill();
  if (service.exitCode === null) await once(service, 'exit');
}

/** Below the sensor of the low roll, and longer than any receipt. */
const NEAR_END_MILLIMETRES = 1_000;
const WITHIN_RECEIPT_MILLIMETRES = 20;

const data = values.data ?? (await mkdtemp(join(tmpdir(), 'tizme-desk-')));
const program = findProgramFiles();
const options = {
  ...unwrap(await prepareElection(data, program.migrationsDirectory, labElection(), io)),
  devices: 'real' as const,
};
const election = regenerateElection(unwrap(readElection(options.packageDirectory)));
// On a thread of its own: this process carries the messages between station and devices.
const people = simulatedPeople(election, threadedFingers(drawnFingers()));
mkdirSync('/run/pcscd', { recursive: true });
const service = spawn('pcscd', ['--foreground', '--critical'], { stdio: ['ignore', 2, 2] });
const cabled = await CabledDesk.open(people, deviceSettingsFileOf(data), printerKind);
const host = new StationHost({
  spawnStation: () => forkProcess(program.stationEntry),
  spawnDevices: () => forkProcess(devicesEntryOf(options, program)),
  stationOptions: stationOptionsOf(options, program),
  devicesOptions: devicesOptionsOf(options),
  timer: systemTimer(),
  log: (line) => io.progress(line),
  onFatal: (code) => io.progress(`the station can't run: ${code}`),
});
const desk = new ScreenDouble('desk', Number(values.patience) * 1_000);
const operator = new MockOperator(
  { desk, hand: (command) => cabled.hand(command) },
  election.roster,
  (person) => person.awkward !== 'impostor',
);
const hands = { desk, hand: (command: Parameters<CabledDesk['hand']>[0]) => cabled.hand(command) };

const opened =
  (await check('every device is found and works', async () => {
    unwrap(await host.start());
    desk.open({ connect: (kind, port) => connectWindow(kind, port) });
    const { technician } = await desk.until('every device', ({ devices }) =>
      DEVICE_KINDS.every((kind) => devices[kind].status.state === 'ready'),
    );
    expectThat(technician.found.length >= 4, `${technician.found.length} devices are listed`);
    expectThat(
      technician.found.every(({ simulated }) => !simulated),
      'a device calls itself simulated',
    );
  })) &&
  (await check('from the safe to the open desk', async () => {
    await prepare(hands, operator);
    unwrap(await desk.call('openStation', { approvals: operator.approvals('chair', 'secretary') }));
  }));
if (opened) {
  const ordinary = election.voters.filter(
    (voter) =>
      voter.awkward === null &&
      voter.documents[0]?.hasChip === true &&
      voter.fingers.every(({ condition }) => condition === 'good'),
  );
  const visitors = ordinary.values();
  /** One voter from the document to a whole receipt. */
  const serve = async (between: (step: DeskStep['kind']) => Promise<void> = async () => {}) => {
    const { value: voter } = visitors.next();
    expectThat(voter !== undefined, 'there are no more voters');
    const before = cabled.receipts().whole;
    const visit = await operator.serve(voter, 0, between);
    expectThat(visit.outcome === 'identified', `the visit ended: ${visit.outcome}`);
    expectThat(visit.method === 'fingerprint', `identified by: ${visit.method}`);
    const after = cabled.receipts().whole;
    expectThat(after === before + 1, `${after - before} receipts came out`);
  };
  for (let number = 1; number <= Number(values.voters); number += 1)
    await check(`voter ${number}: chip, finger, receipt`, () => serve());
  const printerState = () => desk.snapshot.devices.printer.status;
  await check('the paper is near its end: the desk says so, and goes on', async () => {
    cabled.printer.endPaperAfter(NEAR_END_MILLIMETRES);
    await desk.until('the low paper', ({ devices }) => devices.printer.status.state === 'attention');
    await serve();
    expectThat(printerState().state === 'attention', `the printer is ${printerState().state} afterwards`);
  });
  await check('no paper: nothing is begun, and with a new roll the receipt comes out whole', async () => {
    cabled.printer.endPaperAfter(0);
    const { torn } = cabled.receipts();
    let stopped = 0;
    await serve(async (step) => {
      if (step !== 'printer-problem') return;
      stopped += 1;
      const state = printerState();
      expectThat(
        state.state === 'failed' && state.problem.code === 'paper-out',
        `the printer is said to be ${JSON.stringify(state)}`,
      );
      expectThat(cabled.receipts().torn === torn, 'a receipt was begun without paper');
    });
    expectThat(stopped === 1, `the desk stopped ${stopped} times`);
  });
  await check(
    'the paper ends within a receipt: the hand-over waits, and the receipt comes out whole',
    async () => {
      let stopped = 0;
      await serve(async (step) => {
        // The paper lasts until the receipt has begun.
        if (step === 'verified' && stopped === 0) cabled.printer.endPaperAfter(WITHIN_RECEIPT_MILLIMETRES);
        if (step === 'printer-problem') stopped += 1;
      });
      expectThat(stopped === 1, `the desk stopped ${stopped} times`);
    },
  );
  if (printerKind === 'usb') {
    await check(
      'the printer is pulled out within a receipt: the hand-over waits, and the receipt comes out whole',
      async () => {
        let stopped = 0;
        await serve(async (step) => {
          if (step === 'verified' && stopped === 0) cabled.pullPrinterWithinReceipt();
          if (step !== 'printer-problem') return;
          stopped += 1;
          await desk.until('the printer to be missed', () => {
            const state = printerState();
            return state.state === 'failed' && state.problem.code === 'absent';
          });
        });
        expectThat(stopped === 1, `the desk stopped ${stopped} times`);
      },
    );
  }
  await check('the scanner is pulled out, and the desk says so', async () => {
    const before = desk.snapshot.devices['fingerprint-scanner'].status;
    expectThat(before.state === 'ready', `the scanner was ${before.state} before`);
    await cabled.pullScanner();
    await desk.until(
      'the scanner to be missed',
      ({ devices }) => devices['fingerprint-scanner'].status.state === 'failed',
    );
  });
}
await host.stop();
await cabled.close();
await stopService(service);
await rm(data, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify({ type: 'done' })}\n`);
process.exit(0);

function connectWindow(kind: WindowKind, port: MessagePortLike): void {
  const window = host.openWindow(kind, (message) => port.post(message));
  port.onMessage((message) => window.receive(message));
}

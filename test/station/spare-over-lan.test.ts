import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { simulatedPeople } from '../../fixtures/election/simulated-people.ts';
import type { SyntheticVoter } from '../../fixtures/election/synthetic-person.ts';
import { MockLane } from '../../scripts/mock-day/lane.ts';
import { MockOperator } from '../../scripts/mock-day/operator.ts';
import { prepare } from '../../scripts/mock-day/play-day.ts';
import { PROVISIONED_FILE } from '../../scripts/start/prepare-election.ts';
import { freePort } from '../../scripts/start/prepare-lanes.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { laneOfListNumber, shareOutList } from '../../src/domain/lanes/list-shares.ts';
import { unwrap } from '../../src/domain/result.ts';
import {
  type FingerprintWorkers,
  startFingerprintWorkers,
} from '../../src/fingerprint/fingerprint-workers.ts';
import { FINGERS, makeElection, removeElection, type TestElection } from './harness.ts';

/** Commands in processes of their own on laptops with homes of their own, and the tables that they make. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const ROOT = join(import.meta.dirname, '../..');
const TIZME = join(ROOT, 'scripts/tizme.js');

let election: TestElection;
let workers: FingerprintWorkers;
const ports = new Map<number, number>();
const running = new Set<MockLane>();
beforeAll(async () => {
  election = await makeElection();
  workers = startFingerprintWorkers({ size: 1 });
  for (const name of ['enrolments', 'sticks']) mkdirSync(at(name));
  writeFileSync(at('passphrases'), 'a long passphrase\n'.repeat(3));
  writeFileSync(at('pins'), `${pinOf('chair')}\n${pinOf('secretary')}\n`);
});
afterEach(async () => {
  for (const lane of running) await lane.stop();
  running.clear();
});
afterAll(async () => {
  await workers.close();
  removeElection(election);
});

const at = (...names: readonly string[]): string => join(election.directory, ...names);
const pinOf = (id: string): string =>
  assertDefined(
    election.election.roster.find((person) => person.id === id),
    id,
  ).pin;

function start(home: string, ...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [TIZME, ...args, '--json'], {
    cwd: ROOT,
    env: { ...process.env, TIZME_DATA: at(home) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function answerOf(child: ChildProcess): Promise<Record<string, unknown>> {
  const lines: string[] = [];
  const said: string[] = [];
  child.stdout?.on('data', (piece: Buffer) => lines.push(piece.toString('utf8')));
  child.stderr?.on('data', (piece: Buffer) => said.push(piece.toString('utf8')));
  await once(child, 'close');
  const last = lines.join('').trimEnd().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(said.join(''));
  return JSON.parse(last) as Record<string, unknown>;
}

const run = (home: string, ...args: readonly string[]) => answerOf(start(home, ...args));

async function makeStation(lanes: readonly number[]): Promise<void> {
  const { electionPackage } = election;
  const { station } = electionPackage.content;
  await run(
    'office',
    ...['package', 'keys', '--out', at('keys'), '--origin', 'tizme.example/lan'],
    ...['--member', 'a', '--member', 'b', '--member', 'c', '--passphrase-file', at('passphrases')],
  );
  const trust = ['--trust', at('keys', 'commission.json')];
  for (const lane of lanes) {
    ports.set(lane, await freePort());
    mkdirSync(at('sticks', `lane-${lane}`));
    const enrolled = await run(
      `laptop-${lane}`,
      ...['provision', 'enrol', ...trust, '--station', String(station.number), '--lane', String(lane)],
      ...['--address', `127.0.0.1:${ports.get(lane)}`, '--share-on', at('sticks', `lane-${lane}`)],
      ...['--out', at('enrolments', `${lane}.json`)],
    );
    expect(enrolled).toMatchObject({ ok: true, lane });
  }
  const built = await run(
    'office',
    ...['package', 'build', '--election', at('package'), '--out', at('out'), ...trust],
    ...['--enrolments', at('enrolments'), '--passphrase-file', at('passphrases')],
    ...['--sign', at('keys', 'member-a.key.json'), '--sign', at('keys', 'member-b.key.json')],
  );
  expect(built).toMatchObject({ built: 1, signed: 2 });
  for (const lane of lanes) {
    const made = await run(
      `laptop-${lane}`,
      ...['provision', 'lane', at('out', `station-${station.number}-v1.tizme`), '--people', at('package')],
    );
    expect(made).toMatchObject({ ok: true, lane });
  }
}

function lastReceiptOf({ lane }: Table): string | undefined {
  const { desk } = lane.desk.snapshot;
  return desk.kind === 'idle' ? desk.last?.receiptNumbers.at(-1) : undefined;
}

/** What the table shows for the spare. */
function pairingOf(door: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    door.once('close', () => reject(new Error(said)));
    door.stdout?.on('data', (piece: Buffer) => {
      said += piece.toString('utf8');
      const text = /--lan "(.+)"\n/.exec(said)?.[1];
      if (text !== undefined) resolve(text);
    });
  });
}

interface Table {
  readonly lane: MockLane;
  readonly operator: MockOperator;
}

async function openTable(home: string, lane: number, day: 'begins' | 'goes-on' = 'begins'): Promise<Table> {
  const host = JSON.parse(readFileSync(at(home, PROVISIONED_FILE), 'utf8')) as Record<string, string>;
  const { electionPackage, election: synthetic } = election;
  const mock = await MockLane.provisioned({
    electionPackage: { ...electionPackage, registerFile: join(host.packageDirectory ?? '', 'register.db') },
    directory: host.dataDirectory ?? '',
    lane,
    people: simulatedPeople(synthetic, FINGERS),
    workers,
    migrationsDirectory: join(ROOT, 'migrations'),
    ...{ collector: null, exportDirectory: null, fontsDirectory: null, network: null },
    port: assertDefined(ports.get(lane), 'a port'),
    ...{ seed: 1, speed: 20 },
    startMs: Date.parse(`${synthetic.options.electionDate}T08:00:00+06:00`),
  });
  running.add(mock);
  const operator = new MockOperator(mock, synthetic.roster, () => true);
  if (day === 'begins') await prepare(mock, operator);
  else unwrap(await mock.desk.call('unlock', { approvals: operator.approvals('chair', 'secretary') }));
  return { lane: mock, operator };
}

async function begin({ lane, operator }: Table): Promise<void> {
  await lane.desk.until('this table to own', ({ lanes }) => lanes?.standing === 'owning');
  unwrap(await lane.desk.call('openStation', { approvals: operator.approvals('chair', 'secretary') }));
}

async function close({ lane }: Table): Promise<void> {
  running.delete(lane);
  await lane.stop();
}

test('a blank laptop becomes table 2 from table 1 over the network, while table 3 goes on', async () => {
  await makeStation([1, 2, 3]);
  const tables = [
    await openTable('laptop-1', 1),
    await openTable('laptop-2', 2),
    await openTable('laptop-3', 3),
  ];
  for (const table of tables) await begin(table);
  const [one, two, three] = tables as [Table, Table, Table];
  const shares = shareOutList(
    election.election.voters.map(({ voter }) => ({ listNumber: voter.listNumber, address: voter.address })),
    [1, 2, 3],
  );
  const [served, next] = election.election.voters.filter(
    ({ voter, awkward }) => awkward === null && laneOfListNumber(shares, [1, 2, 3], voter.listNumber) === 2,
  ) as [SyntheticVoter, SyntheticVoter];
  expect(await two.operator.serve(served, 0)).toMatchObject({ outcome: 'identified' });
  expect(lastReceiptOf(two)).toBe('2-0001');

  // Table 2 dies. Two people close table 1 for a moment, and let a spare in.
  await close(two);
  await close(one);
  const begunMs = performance.now();
  const people = ['--person', 'chair', '--person', 'secretary', '--secrets-file', at('pins')];
  const door = start(
    'laptop-1',
    'provision',
    'admit',
    '--lan',
    '--lane',
    '2',
    '--listen',
    '127.0.0.1:0',
    ...people,
  );
  const admitted = answerOf(door);
  const pairing = await pairingOf(door);
  // Who has another code is told nothing.
  const stranger = await run(
    'stranger',
    'provision',
    'spare',
    '--lan',
    `${pairing.slice(0, -1)}${pairing.endsWith('0') ? '1' : '0'}`,
  );
  expect(stranger).toMatchObject({ ok: false, code: 'wrong-code' });
  mkdirSync(at('sticks', 'spare'));
  const spare = await run(
    'spare',
    ...['provision', 'spare', '--lan', pairing, '--trust', at('keys', 'commission.json')],
    ...['--share-on', at('sticks', 'spare'), '--people', at('package')],
  );
  expect(spare).toMatchObject({ ok: true, lane: 2 });
  expect(await admitted).toMatchObject({ ok: true, lane: 2, device: spare.device });

  const again = await openTable('laptop-1', 1, 'goes-on');
  const instead = await openTable('spare', 2);
  for (const { lane } of [again, instead, three])
    await lane.desk.until(
      'all three to be connected',
      ({ lanes }) => lanes?.lanes.every(({ up }) => up) === true,
    );
  await begin(instead);
  expect(await instead.operator.serve(next, 0)).toMatchObject({ outcome: 'identified' });
  // Numbers of its own, which table 1 has given to nobody else: the dead laptop may have printed any of its first.
  expect(lastReceiptOf(instead)).toBe('2-20001');
  console.log(
    `from blank to the first identification: ${((performance.now() - begunMs) / 1000).toFixed(1)} s, without people`,
  );
  // What the dead laptop did is known at the spare: nobody is served twice.
  expect(await instead.operator.serve(served, 0)).toMatchObject({ outcome: 'already-identified' });
  for (const { lane } of [again, instead, three]) expect(lane.desk.snapshot.lanes?.matters).toEqual([]);
});

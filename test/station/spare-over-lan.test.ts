import type { ChildProcess } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { SyntheticVoter } from '../../fixtures/election/synthetic-person.ts';
import type { MockLane } from '../../scripts/mock-day/lane.ts';
import { MockOperator } from '../../scripts/mock-day/operator.ts';
import { prepare } from '../../scripts/mock-day/play-day.ts';
import { BecomeTable } from '../../scripts/provision/become-table.ts';
import { freePort } from '../../scripts/start/prepare-lanes.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { laneOfListNumber, shareOutList } from '../../src/domain/lanes/list-shares.ts';
import { err, unwrap } from '../../src/domain/result.ts';
import {
  type FingerprintWorkers,
  startFingerprintWorkers,
} from '../../src/fingerprint/fingerprint-workers.ts';
import { until } from '../../src/sync/lanes/testing/lanes-bench.ts';
import { makeElection, removeElection, type TestElection } from './harness.ts';
import { answerOf, LaptopsByCommand, printedBy } from './laptops-by-command.ts';

/** Commands in processes of their own on laptops with homes of their own, and the tables that they make. */

let election: TestElection;
let laptops: LaptopsByCommand;
let workers: FingerprintWorkers;
const ports = new Map<number, number>();
const running = new Set<MockLane>();
beforeAll(async () => {
  election = await makeElection();
  laptops = new LaptopsByCommand(election);
  workers = startFingerprintWorkers({ size: 1 });
  for (const name of ['enrolments', 'sticks']) mkdirSync(at(name));
  writeFileSync(at('passphrases'), 'a long passphrase\n'.repeat(3));
  writeFileSync(at('pins'), `${laptops.pinOf('chair')}\n${laptops.pinOf('secretary')}\n`);
});
afterEach(async () => {
  for (const lane of running) await lane.stop();
  running.clear();
});
afterAll(async () => {
  await workers.close();
  removeElection(election);
});

const at = (...names: readonly string[]): string => laptops.at(...names);

async function makeStation(lanes: readonly number[]): Promise<void> {
  await laptops.drawKeys('tizme.example/lan');
  for (const lane of lanes) {
    const port = await freePort();
    ports.set(lane, port);
    const share = at('sticks', `lane-${lane}`);
    mkdirSync(share);
    const enrolled = await laptops.enrol(`laptop-${lane}`, lane, share, '--address', `127.0.0.1:${port}`);
    expect(enrolled.json).toMatchObject({ ok: true, lane });
  }
  expect((await laptops.buildPackage()).json).toMatchObject({ built: 1, signed: 2 });
  for (const lane of lanes)
    expect((await laptops.makeLane(`laptop-${lane}`)).json).toMatchObject({ ok: true, lane });
}

function lastReceiptOf({ lane }: Table): string | undefined {
  const { desk } = lane.desk.snapshot;
  return desk.kind === 'idle' ? desk.last?.receiptNumbers.at(-1) : undefined;
}

/** What the table shows for the spare. */
function pairingOf(door: ChildProcess): Promise<string> {
  return printedBy(door, /--lan "(.+)"\n/);
}

interface Table {
  readonly lane: MockLane;
  readonly operator: MockOperator;
}

async function openTable(home: string, lane: number, day: 'begins' | 'goes-on' = 'begins'): Promise<Table> {
  const { election: synthetic } = election;
  const mock = await laptops.openTable(home, lane, workers, assertDefined(ports.get(lane), 'a port'));
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
  const door = laptops.start(
    'laptop-1',
    ...['provision', 'admit', '--lan', '--lane', '2', '--listen', '127.0.0.1:0', ...people],
  );
  const admitted = answerOf(door);
  const pairing = await pairingOf(door);
  // Who has another code is told nothing.
  const stranger = await laptops.run(
    'stranger',
    'provision',
    'spare',
    '--lan',
    `${pairing.slice(0, -1)}${pairing.endsWith('0') ? '1' : '0'}`,
    ...['--share-on', at('sticks')],
  );
  expect(stranger.json).toMatchObject({ ok: false, code: 'wrong-code' });
  mkdirSync(at('sticks', 'spare'));
  const spare = await laptops.run(
    'spare',
    ...['provision', 'spare', '--lan', pairing, ...laptops.trust],
    ...['--share-on', at('sticks', 'spare'), '--people', at('package')],
  );
  expect(spare.json).toMatchObject({ ok: true, lane: 2 });
  expect((await admitted).json).toMatchObject({ ok: true, lane: 2, device: spare.json.device });

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

/** Signed by two of the commission: a voter has a new photo, which fits into no message, and is then struck off. */
async function signChanges(struck: SyntheticVoter): Promise<string> {
  const photo = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16))
    .update(Buffer.alloc(150_000))
    .toString('base64');
  const changes = [
    { op: 'put', request: 1, voter: struck.voter, photo, templates: [] },
    { op: 'standing', request: 2, personalNumber: struck.voter.personalNumber, standing: 'struck-off' },
  ];
  writeFileSync(at('changes.json'), JSON.stringify(changes));
  mkdirSync(at('signed'));
  const signed = await laptops.run(
    'office',
    ...['package', 'changes', at('changes.json'), '--out', at('signed')],
    ...['--package', laptops.packageFile, ...laptops.trust, '--passphrase-file', at('passphrases')],
    ...['--key', at('keys', 'member-a.key.json'), '--key', at('keys', 'member-c.key.json')],
  );
  expect(signed.json).toMatchObject({ ok: true });
  const [name = ''] = readdirSync(at('signed'));
  return at('signed', name);
}

test('a table that serves voters lets a blank laptop in: same digits, list and changes, and the old key is out', async () => {
  // The day before goes on: tables 1 and 2 live, the laptop of table 3 is dead. Table 1 carried changes out.
  const voters = election.election.voters.filter(({ awkward }) => awkward === null);
  const shares = shareOutList(
    election.election.voters.map(({ voter }) => ({ listNumber: voter.listNumber, address: voter.address })),
    [1, 2, 3],
  );
  const of = (lane: number): readonly SyntheticVoter[] =>
    voters.filter(({ voter }) => laneOfListNumber(shares, [1, 2, 3], voter.listNumber) === lane);
  const [atOne, alsoAtOne] = of(1) as [SyntheticVoter, SyntheticVoter];
  const [struck, third] = of(3) as [SyntheticVoter, SyntheticVoter];
  const people = ['--person', 'chair', '--person', 'secretary', '--secrets-file', at('pins')];
  const changes = await signChanges(struck);
  expect((await laptops.run('laptop-1', 'provision', 'delta', changes, ...people)).json).toMatchObject({
    ok: true,
  });
  const one = await openTable('laptop-1', 1, 'goes-on');
  const two = await openTable('spare', 2, 'goes-on');
  const approvals = one.operator.approvals('chair', 'secretary');
  // Table 3 says nothing any more: two people answer for that.
  for (const { lane } of [one, two])
    unwrap(await lane.desk.call('resumeLane', { lastReceipt: 0, approvals }));
  expect(await one.lane.desk.call('letSpareIn', { lane: 1, approvals })).toMatchObject({ ok: false });
  unwrap(await one.lane.desk.call('letSpareIn', { lane: 3, approvals }));
  expect(await one.lane.desk.call('letSpareIn', { lane: 3, approvals })).toEqual(
    err({ code: 'already-done' }),
  );
  const begunMs = performance.now();
  const address = await doorAddress(one);

  mkdirSync(at('sticks', 'spare-3'));
  const blank = new BecomeTable({
    ...{ data: at('spare-3'), people: at('package'), practiceStick: at('sticks', 'spare-3') },
    multicast: false,
  });
  blank.look();
  unwrap(blank.become({ address, stick: at('sticks', 'spare-3') }));
  await until('the digits on the blank laptop', () => blank.view().step.state === 'comparing');
  const seen = await one.lane.desk.until('the digits', ({ spareDoor }) => spareDoor?.state === 'comparing');
  expect(seen.spareDoor).toMatchObject({ ...digitsOf(blank), lane: 3, agreed: false });
  // Nothing waits for it: a voter is served between the two.
  expect(await one.operator.serve(atOne, 0)).toMatchObject({ outcome: 'identified' });
  unwrap(blank.compare(true));
  unwrap(await one.lane.desk.call('compareSpare', { same: true }));
  await one.lane.desk.until('the spare to be admitted', ({ spareDoor }) => spareDoor?.state === 'admitted');
  await until('the blank laptop to be done', () => blank.view().step.state === 'done');
  expect(blank.view().step).toMatchObject({ state: 'done', lane: 3 });
  expect(await one.operator.serve(alsoAtOne, 0)).toMatchObject({ outcome: 'identified' });
  unwrap(await one.lane.desk.call('shutSpareDoor', {}));
  expect(one.lane.desk.snapshot.spareDoor).toBeNull();

  const instead = await openTable('spare-3', 3);
  expect(instead.lane.desk.snapshot.custody.package?.changes).toBe(1);
  await begin(instead);
  expect(await instead.operator.serve(third, 0)).toMatchObject({ outcome: 'identified' });
  console.log(
    `from blank to the first identification, from a live table: ${((performance.now() - begunMs) / 1000).toFixed(1)} s, without people`,
  );
  expect(await instead.operator.serve(struck, 0)).toMatchObject({ outcome: 'struck-off' });
  // Both tables take it for table 3, the one that only heard of it too; the laptop before it is let in nowhere.
  for (const { lane } of [one, two])
    await lane.desk.until('table 3 to be connected', ({ lanes }) =>
      (lanes?.lanes ?? []).every(({ up }) => up),
    );
  const dead = await openTable('laptop-3', 3, 'goes-on');
  expect(dead.lane.desk.snapshot.lanes?.lanes.filter(({ lane, up }) => up && lane !== 3)).toEqual([]);
  for (const { lane } of [one, two, instead]) expect(lane.desk.snapshot.lanes?.matters).toEqual([]);
});

test('a laptop without a screen compares digits by its command; who says no, or nothing, gets nothing', async () => {
  const one = await openTable('laptop-1', 1, 'goes-on');
  const { desk } = one.lane;
  const approvals = one.operator.approvals('chair', 'secretary');
  unwrap(await desk.call('letSpareIn', { lane: 2, approvals }));
  const address = await doorAddress(one);
  mkdirSync(at('sticks', 'spare-2'));
  const command = (): ChildProcess =>
    laptops.startWithKeyboard(
      'spare-2',
      ...['provision', 'spare', '--lan', address, '--share-on', at('sticks', 'spare-2')],
      ...[...laptops.trust, '--people', at('package')],
    );
  for (const answer of ['no\n', '']) {
    const child = command();
    const said = answerOf(child);
    await desk.until('the digits', ({ spareDoor }) => spareDoor?.state === 'comparing');
    child.stdin?.end(answer);
    expect((await said).json).toMatchObject({ ok: false, code: 'codes-differ' });
    await doorAddress(one);
  }
  const child = command();
  const printed = printedBy(child, /Digits: (\d{3} \d{3})/);
  const said = answerOf(child);
  const digits = (await printed).replace(' ', '');
  const { spareDoor } = await desk.until('the digits', (now) => now.spareDoor?.state === 'comparing');
  expect(spareDoor).toMatchObject({ digits });
  unwrap(await desk.call('compareSpare', { same: true }));
  child.stdin?.write('yes\n');
  expect((await said).json).toMatchObject({ ok: true, lane: 2 });
  await desk.until('the spare to be admitted', (now) => now.spareDoor?.state === 'admitted');
  child.stdin?.end();
  unwrap(await desk.call('shutSpareDoor', {}));
});

async function doorAddress({ lane }: Table): Promise<string> {
  const { spareDoor } = await lane.desk.until('the door', (now) => now.spareDoor?.state === 'waiting');
  return spareDoor?.state === 'waiting' ? (spareDoor.addresses[0] ?? '') : '';
}

function digitsOf(blank: BecomeTable): { readonly digits: string } {
  const { step } = blank.view();
  return { digits: step.state === 'comparing' ? step.digits : 'none' };
}

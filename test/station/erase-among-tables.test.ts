import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assertDefined } from '../../src/domain/assert.ts';
import { err, unwrap } from '../../src/domain/result.ts';
import {
  type FingerprintWorkers,
  startFingerprintWorkers,
} from '../../src/fingerprint/fingerprint-workers.ts';
import { readCertificate } from '../../src/station/custody/erasure.ts';
import { tablesFromCopies } from '../../src/station/lanes/tables-of-station.ts';
import type { OpenedVault } from '../../src/station/station-dependencies.ts';
import { makeElection, removeElection, type TestElection } from './harness.ts';
import { openLaneAt } from './lane-at.ts';
import { PackagedTables } from './packaged-tables.ts';
import type { Table } from './two-tables.ts';

/** The list at one table is destroyed when the station is through with the day, and not before. */

let election: TestElection;
let workers: FingerprintWorkers;
beforeAll(async () => {
  election = await makeElection();
  workers = startFingerprintWorkers({ size: 1 });
});
afterAll(async () => {
  await workers.close();
  removeElection(election);
});

const two = ({ operator }: Table) => operator.approvals('chair', 'secretary');
const voter = (index: number) =>
  assertDefined(election.election.voters.filter(({ awkward }) => awkward === null)[index], 'a voter');
const eraseAt = (table: Table, gone: number[] = []) =>
  table.lane.desk.call('eraseList', { gone, approvals: two(table) });

async function bothOpen(tables: PackagedTables): Promise<[Table, Table]> {
  const both = await tables.prepared();
  for (const table of both) unwrap(await table.lane.desk.call('openStation', { approvals: two(table) }));
  for (const { lane } of both)
    await lane.desk.until(
      'the other table to be known as open',
      ({ lanes }) => lanes?.lanes.every(({ day }) => day === null || day === 'open') === true,
    );
  return both;
}

async function closeDay(table: Table): Promise<void> {
  const { desk } = table.lane;
  unwrap(await desk.call('enterInside', { inside: 0, approvals: table.operator.approvals('chair') }));
  unwrap(await desk.call('printReport', { kind: 'closing', language: 'ky' }));
  unwrap(await desk.call('closeStation', { reason: 'receipts are waiting', approvals: two(table) }));
}

/** The first table's databases, with its program closed. */
async function look<T>(tables: PackagedTables, table: Table, at: (vault: OpenedVault) => T): Promise<T> {
  const { directory, registerFile } = tables.laptop(1);
  const vault = unwrap(await openLaneAt({ directory, registerFile }).unlock(two(table)));
  try {
    return at(vault);
  } finally {
    vault.close();
  }
}

test('another table is open: refused, whatever is said of it, and both go on; once it is closed the list goes', async () => {
  const tables = await PackagedTables.make(election, workers, 'both');
  const [one, other] = await bothOpen(tables);
  expect(await other.operator.serve(voter(0), 0)).toMatchObject({ outcome: 'identified' });
  await closeDay(one);
  const open = err({ code: 'table-still-open', tables: [2] });
  expect(await eraseAt(one)).toEqual(open);
  expect(await eraseAt(one, [2])).toEqual(open);
  expect(one.lane.desk.snapshot.phase).toBe('closed');
  expect(one.lane.desk.snapshot.lanes?.lanes).toMatchObject([
    { lane: 1, day: null },
    { lane: 2, day: 'open', up: true },
  ]);
  expect(existsSync(tables.laptop(1).registerFile)).toBe(true);
  expect(await other.operator.serve(voter(1), 0)).toMatchObject({ outcome: 'identified' });

  // Its cable is out: nobody here knows how far it is.
  unwrap(await other.lane.desk.call('plugNetwork', { plugged: false }));
  await one.lane.desk.until('the other table to be gone', ({ lanes }) => lanes?.lanes[1]?.up === false);
  expect(await eraseAt(one)).toEqual(err({ code: 'table-not-closed', tables: [2] }));
  await closeDay(other);
  expect(await eraseAt(one)).toEqual(err({ code: 'table-not-closed', tables: [2] }));
  unwrap(await other.lane.desk.call('plugNetwork', { plugged: true }));
  await one.lane.desk.until('word of the closing', ({ lanes }) => lanes?.lanes[1]?.day === 'closed');
  unwrap(await eraseAt(one));
  expect(one.lane.desk.snapshot.phase).toBe('locked');
  // Of a table whose list is gone it is known that it was closed.
  await other.lane.desk.until('the first table to be gone', ({ lanes }) => lanes?.lanes[0]?.up === false);
  unwrap(await eraseAt(other));
  await tables.close();
});

test('a table that died during the day: two people answer for it, on the screen or at the command line', async () => {
  const tables = await PackagedTables.make(election, workers, 'dead');
  const [one, other] = await bothOpen(tables);
  await other.lane.stop();
  await closeDay(one);
  await one.lane.desk.until('the other table to be gone', ({ lanes }) => lanes?.lanes[1]?.up === false);
  expect(await eraseAt(one)).toEqual(err({ code: 'table-not-closed', tables: [2] }));
  expect(one.lane.desk.snapshot.phase).toBe('closed');
  await one.lane.stop();
  // With the program closed the copies of the other logs say the same.
  expect(await look(tables, one, (vault) => tablesFromCopies(vault, 1))).toEqual([
    { lane: 2, day: 'open', up: false },
  ]);
  await one.lane.restart();
  unwrap(await one.lane.desk.call('unlock', { approvals: two(one) }));
  unwrap(await eraseAt(one, [2]));
  await one.lane.stop();
  // In the ledger and on the certificate.
  const said = await look(tables, one, ({ ledger }) =>
    unwrap(ledger.events(null, -1)).map((event) => unwrap(ledger.openCentre(event)) as { type?: unknown }),
  );
  expect(said.find(({ type }) => type === 'register-erased')).toMatchObject({ gone: [2] });
  expect(readCertificate(tables.laptop(1).directory)?.certificate).toMatchObject({
    ...{ gone: [2], people: ['chair', 'secretary'] },
  });
  await tables.close();
});

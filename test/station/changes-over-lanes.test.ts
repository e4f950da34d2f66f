import { createCipheriv } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SyntheticVoter } from '../../fixtures/election/synthetic-person.ts';
import { runPackage } from '../../scripts/commands/package.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import {
  type FingerprintWorkers,
  startFingerprintWorkers,
} from '../../src/fingerprint/fingerprint-workers.ts';
import { makeElection, removeElection, type TestElection } from './harness.ts';
import { PackagedTables } from './packaged-tables.ts';

/** Two laptops that one package made the tables of a station: changes that one takes, the other gets. */

let election: TestElection;
let workers: FingerprintWorkers;
let tables: PackagedTables;
let stick: string;

beforeAll(async () => {
  election = await makeElection();
  workers = startFingerprintWorkers({ size: 1 });
  stick = join(election.directory, 'plugged-in');
  mkdirSync(stick);
  tables = await PackagedTables.make(election, workers, 'way', [stick]);
});
afterAll(async () => {
  await tables.close();
  await workers.close();
  removeElection(election);
});

/** As two members of the central commission sign them. */
async function sign(personalNumber: string, request: number, after: readonly string[]): Promise<string> {
  return signChanges([{ op: 'standing', request, personalNumber, standing: 'struck-off' }], request, after);
}

async function signChanges(
  content: readonly unknown[],
  request: number,
  after: readonly string[],
): Promise<string> {
  const at = (...names: readonly string[]): string => join(election.directory, 'way', ...names);
  const changes = at(`changes-${request}.json`);
  writeFileSync(changes, JSON.stringify(content));
  const out = at('signed');
  mkdirSync(out, { recursive: true });
  const [name = ''] = readdirSync(at('packages')).filter((file) => file.endsWith('.tizme'));
  const said: string[] = [];
  const code = await runPackage(
    [
      ...['changes', changes, '--package', at('packages', name), '--out', out],
      ...['--trust', at('keys', 'commission.json'), '--passphrase-file', at('passphrases')],
      ...['first', 'third'].flatMap((id) => ['--key', at('keys', `member-${id}.key.json`)]),
      ...after.flatMap((file) => ['--after', file]),
    ],
    { out() {}, progress: (line) => said.push(line) },
  );
  expect(code, said.join('\n')).toBe(0);
  return join(out, `station-9901-changes-${after.length + 1}.tizme-changes`);
}

test('one table takes them from the stick, the other gets them over the network, also those that it missed', async () => {
  const [one, two] = await tables.prepared();
  const voters = election.election.voters.filter(({ awkward }) => awkward === null);
  const [first, second] = [assertDefined(voters[0], 'a voter'), assertDefined(voters[1], 'another')];

  const signed = await sign(first.voter.personalNumber, 1, []);
  copyFileSync(signed, join(stick, 'station-9901-changes-1.tizme-changes'));
  const approvals = one.operator.approvals('chair', 'secretary');
  expect(unwrap(await one.lane.desk.call('takeChanges', { approvals }))).toMatchObject({ taken: 1 });
  await two.lane.desk.until('the changes', ({ custody }) => custody.package?.changes === 1);

  // Switched off while the next ones come: it has them when it is back.
  await two.lane.stop();
  const next = await sign(second.voter.personalNumber, 2, [signed]);
  copyFileSync(next, join(stick, 'station-9901-changes-2.tizme-changes'));
  expect(unwrap(await one.lane.desk.call('takeChanges', { approvals }))).toMatchObject({ taken: 1 });
  await two.lane.restart();
  unwrap(await two.lane.desk.call('unlock', { approvals: two.operator.approvals('chair') }));
  await two.lane.desk.until('the changes', ({ custody }) => custody.package?.changes === 2);

  for (const { lane, operator } of [one, two])
    unwrap(await lane.desk.call('openStation', { approvals: operator.approvals('chair', 'secretary') }));
  expect(await two.operator.serve(second, 0)).toMatchObject({ outcome: 'struck-off' });

  // Larger than any message between tables: it goes in pieces, and the tables go on talking.
  const third = assertDefined(voters[2], 'a third');
  const photo = noise(900_000).toString('base64');
  const large = await signChanges([putOf(third, 3, photo)], 3, [signed, next]);
  expect(statSync(large).size).toBeGreaterThan(512 * 1024);
  copyFileSync(large, join(stick, 'station-9901-changes-3.tizme-changes'));
  const beforehand = two.lane.desk.snapshot.lanes?.lanes.every(({ up }) => up);
  expect(beforehand).toBe(true);
  expect(unwrap(await one.lane.desk.call('takeChanges', { approvals }))).toMatchObject({ taken: 1 });
  await two.lane.desk.until('the large changes', ({ custody }) => custody.package?.changes === 3);
  expect(two.lane.desk.snapshot.lanes?.lanes.every(({ up }) => up)).toBe(true);
  const fourth = assertDefined(voters[3], 'a fourth');
  expect(await two.operator.serve(fourth, 0)).toMatchObject({ outcome: 'identified' });
  expect(await one.operator.serve(fourth, 0)).toMatchObject({ outcome: 'already-identified' });
});

/** Nothing that could be packed: the same at each run. */
function noise(bytes: number): Buffer {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

/** The whole record of a voter once more, with another photo. */
function putOf({ voter }: SyntheticVoter, request: number, photo: string): unknown {
  return { op: 'put', request, voter, photo, templates: [] };
}

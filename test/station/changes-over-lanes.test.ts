import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { simulatedPeople } from '../../fixtures/election/simulated-people.ts';
import { runPackage } from '../../scripts/commands/package.ts';
import { MockLane } from '../../scripts/mock-day/lane.ts';
import { MockOperator } from '../../scripts/mock-day/operator.ts';
import { type PackagedLane, takePackagePath } from '../../scripts/mock-day/package-path.ts';
import { prepare } from '../../scripts/mock-day/play-day.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import {
  type FingerprintWorkers,
  startFingerprintWorkers,
} from '../../src/fingerprint/fingerprint-workers.ts';
import { FINGERS, makeElection, removeElection, type TestElection } from './harness.ts';

/** Two laptops that one package made the tables of a station: changes that one takes, the other gets. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const io = { out() {}, progress() {} };
let election: TestElection;
let workers: FingerprintWorkers;
let lanes: ReadonlyMap<number, PackagedLane>;
let stick: string;
const running: MockLane[] = [];

beforeAll(async () => {
  election = await makeElection();
  workers = startFingerprintWorkers({ size: 1 });
  stick = join(election.directory, 'plugged-in');
  mkdirSync(stick);
  const taken = await takePackagePath(
    {
      ...{ election: election.election, electionPackage: election.electionPackage },
      ...{ directory: join(election.directory, 'way'), lanes: 2, collector: null, journalRecipient: null },
    },
    io,
  );
  lanes = unwrap(taken).lanes;
});
afterEach(async () => {
  for (const lane of running.splice(0)) await lane.stop();
});
afterAll(async () => {
  for (const { cable } of lanes.values()) await cable?.close();
  await workers.close();
  removeElection(election);
});

async function openTable(lane: number): Promise<{ lane: MockLane; operator: MockOperator }> {
  const { directory, registerFile, port } = assertDefined(lanes.get(lane), 'a lane');
  const mock = await MockLane.open({
    ...{ electionPackage: election.electionPackage, directory, lane, workers },
    fromPackage: { registerFile, port },
    sticks: [stick],
    people: simulatedPeople(election.election, FINGERS),
    migrationsDirectory: join(import.meta.dirname, '../../migrations'),
    ...{ collector: null, exportDirectory: null, fontsDirectory: null, seed: 1, network: null, speed: 20 },
    startMs: Date.parse(`${election.election.options.electionDate}T07:00:00+06:00`),
  });
  running.push(mock);
  return { lane: mock, operator: new MockOperator(mock, election.election.roster, () => true) };
}

/** As two members of the central commission sign them. */
async function sign(personalNumber: string, request: number, after: readonly string[]): Promise<string> {
  const at = (...names: readonly string[]): string => join(election.directory, 'way', ...names);
  const changes = at(`changes-${request}.json`);
  writeFileSync(
    changes,
    JSON.stringify([{ op: 'standing', request, personalNumber, standing: 'struck-off' }]),
  );
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
  const [one, two] = [await openTable(1), await openTable(2)];
  for (const { lane, operator } of [one, two]) await prepare(lane, operator);
  for (const { lane } of [one, two])
    await lane.desk.until('the lanes to be connected', (now) => now.lanes?.standing === 'owning');
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
});

import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type StationsOfOneElection,
  stationsOfOneElection,
} from '../../fixtures/election/stations-of-one-election.ts';
import { MIGRATIONS, TestCentre } from '../../src/collector/test-centre.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import type { Voter } from '../../src/domain/voter.ts';
import { entryDigest } from '../../src/register/national-index/index-entry.ts';
import { type NationalIndex, openNationalIndex } from '../../src/register/national-index/national-index.ts';
import { participationKey, participationTokens } from '../../src/register/participation-tokens.ts';
import { openRegister } from '../../src/register/register.ts';
import { visitorKeyOf, visitorReference } from '../../src/register/visitors/visitor-keys.ts';
import { randomKey } from '../../src/store/keys.ts';
import { openReadOnly } from '../../src/store/open-store.ts';
import {
  closeWorkers,
  quick,
  removeElection,
  type TestElection,
  TestLane,
  writeTestElection,
} from './harness.ts';
import { becomeLane, makePackage, type ProvisionedLane, type TestPackage } from './provisioned-lane.ts';

/**
 * Somebody holds the centre's database with its key, after a day, a laptop of one station, unlocked by its commission,
 * with everything that is on it, and both numbers of every document in the country. What can they say of the voters
 * of another station?
 */

const MIGRATIONS_OF_REGISTERS = join(import.meta.dirname, '../../migrations/register');

interface Station {
  readonly test: TestElection;
  readonly made: TestPackage;
  readonly lane: ProvisionedLane;
  /** Who was identified there, by personal number. */
  readonly came: Set<string>;
}

let cast: StationsOfOneElection;
const secret = randomKey();
const stations: Station[] = [];
let centre: TestCentre;
let loot: Awaited<ReturnType<typeof plunder>>;

beforeAll(async () => {
  cast = stationsOfOneElection({ voters: 24, seed: 3 }, 2);
  centre = new TestCentre();
  const twin = twinNumber();
  const places = cast.stations.map(({ station: { number, district, name } }) => ({
    ...{ number, districtNumber: district, name, address: name.ky },
  }));
  for (const election of cast.stations) {
    const written = await writeTestElection(election);
    const made = await makePackage(written, {
      tokenSecret: secret,
      index: {
        electionId: election.procedure.electionId,
        mock: true,
        stations: places,
        // Each station's package has the same voters of the whole country in its index.
        voters: cast.stations.flatMap(({ voters }, at) =>
          voters
            .map(({ voter }) => voter)
            .filter(({ standing }) => standing === 'active')
            .filter(({ personalNumber }) => at === 0 || personalNumber !== twin),
        ),
      },
    });
    const lane = await becomeLane(written, await made.open(), made.laptop);
    stations.push({ test: written, made, lane, came: new Set() });
  }
  for (const station of stations) await playDay(station);
  loot = await plunder();
});
afterAll(async () => {
  await centre.dispose();
  for (const { test: written } of stations) removeElection(written);
  await closeWorkers();
});

const twinNumber = (): string => assertDefined(cast.twice ?? undefined, 'a twin').voter.personalNumber;
const stationAt = (index: number): Station => assertDefined(stations[index], 'a station');

/** Four voters and the one who stands on both lists come, and everything is sent. */
async function playDay({ lane, test: written, came }: Station): Promise<void> {
  const desk = await TestLane.open(lane.test, {
    ...quick(),
    ...{ directory: lane.directory, collectorUrl: 'http://collector.test', fetch: centre.fetch },
  });
  const twin = written.election.voters.find(({ voter }) => voter.personalNumber === twinNumber());
  const people = [0, 1, 2, 3].map((n) => desk.ordinary(n));
  for (const person of new Set([...people, assertDefined(twin, 'the twin')])) {
    await desk.identify(person);
    came.add(person.voter.personalNumber);
  }
  await desk.desk.until('everything to be sent', ({ upload }) => upload.pending === 0);
  await desk.stop();
}

/** The centre's whole database, and every key, hash and token that lies on the first station's unlocked laptop. */
async function plunder() {
  const { made, lane } = stationAt(0);
  const file = join(centre.folder, 'stolen.db');
  for (const end of ['', '-wal']) {
    const from = join(centre.folder, `collector.db${end}`);
    if (existsSync(from)) copyFileSync(from, `${file}${end}`);
  }
  const database = unwrap(openReadOnly({ file, key: centre.databaseKey, migrations: MIGRATIONS }));
  const tables = database.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'");
  const cells = tables.flatMap(({ name }) =>
    database.all<Record<string, unknown>>(`SELECT * FROM "${name}"`).flatMap((row) => Object.values(row)),
  );
  database.close();
  const pieces = cells.map((cell) => (cell instanceof Uint8Array ? cell : Buffer.from(String(cell), 'utf8')));
  const dump = Buffer.concat(pieces.flatMap((piece) => [piece, Buffer.of(0)]));

  const opened = await made.open();
  const keys: Uint8Array[] = [new Uint8Array(32), Buffer.from(opened.packageKey)];
  const locked = await TestLane.locked(lane.test, { ...quick(), directory: lane.directory });
  await locked.stop();
  await locked.withVault(({ laneStore, receiptCodeKey }) => {
    keys.push(receiptCodeKey);
    for (const { value } of laneStore.all<{ value: Uint8Array }>('SELECT value FROM lane_secret'))
      keys.push(new Uint8Array(value));
    for (const { key } of laneStore.all<{ key: Uint8Array | null }>('SELECT key FROM ledger_part_key'))
      if (key !== null) keys.push(new Uint8Array(key));
  });
  const { register, index, indexKey } = openOwnRegister(lane, keys);
  keys.push(indexKey, visitorKeyOf(indexKey), ...keys.slice(0, 12).map((key) => participationKey(key)));
  const own = new Map(
    opened.voters.map(({ voter, participation }) => [voter.personalNumber, participation as string]),
  );
  keys.push(...[...own.values()].map((token) => Buffer.from(token, 'base64url')));
  return { dump, keys, own, register, index, indexKey, electionId: opened.manifest.electionId };
}

/** The keys in the lane's own database open its register; which is which the attacker tries. */
function openOwnRegister({ test: written }: ProvisionedLane, keys: readonly Uint8Array[]) {
  const { registerFile } = written.electionPackage;
  for (const databaseKey of keys.filter(({ length }) => length === 32)) {
    const opened = openRegister({
      ...{ file: registerFile, databaseKey: Uint8Array.from(databaseKey) },
      ...{ migrations: MIGRATIONS_OF_REGISTERS, expected: null },
    });
    if (!opened.ok) continue;
    const register = [...opened.value.voters()].map(({ personalNumber }) => personalNumber);
    const reference = assertDefined(opened.value.nationalIndex() ?? undefined, 'the index');
    const { electionId, mock } = opened.value.info();
    opened.value.close();
    const index: NationalIndex = unwrap(
      openNationalIndex({
        ...{ file: join(registerFile, '../national.index'), reference },
        expected: { electionId, mock },
      }),
    );
    return { register, index, indexKey: new Uint8Array(reference.key) };
  }
  throw new Error('an unlocked laptop opens its own register');
}

/** Every person of the country, as the attacker has them. */
const everybody = (): Voter[] => cast.stations.flatMap(({ voters }) => voters.map(({ voter }) => voter));

/** Each known key, by each formula that the program makes something of a person with, in each spelling. */
function* guesses(key: Uint8Array, { personalNumber, documents }: Voter): Generator<Uint8Array> {
  yield Buffer.from(participationTokens(key, loot.electionId)(personalNumber), 'base64url');
  for (const { number } of documents) {
    yield entryDigest(key, personalNumber, number).subarray(0, 16);
    const { locator, half } = visitorReference(key, personalNumber, number);
    yield locator;
    yield half;
  }
}

function isInDatabase(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes);
  return [
    buffer,
    ...(['hex', 'base64', 'base64url'] as const).map((form) => Buffer.from(buffer.toString(form))),
  ].some((form) => loot.dump.includes(form));
}

describe('whoever holds the centre’s database, an unlocked laptop and both numbers of everybody', () => {
  test('knows who of the laptop’s own list was identified, wherever it was, and nobody else', () => {
    const [here, there] = [stationAt(0), stationAt(1)];
    expect(here.came.size).toBeGreaterThanOrEqual(4);
    expect(there.came.size).toBe(5);
    // The laptop's list is an open book: its tokens are found at the centre, also of who voted elsewhere.
    const learned = new Set(
      [...loot.own]
        .filter(([, token]) => isInDatabase(Buffer.from(token, 'base64url')))
        .map(([number]) => number),
    );
    expect(learned).toEqual(here.came);

    let tried = 0;
    for (const voter of everybody()) {
      if (loot.own.has(voter.personalNumber)) continue;
      for (const key of loot.keys)
        for (const guess of guesses(key, voter)) {
          tried += 1;
          if (loot.dump.includes(Buffer.from(guess))) learned.add(voter.personalNumber);
        }
      // And of the few keys that were made for more than one event, in every spelling.
      for (const key of loot.keys.slice(0, 40))
        for (const guess of guesses(key, voter)) if (isInDatabase(guess)) learned.add(voter.personalNumber);
    }
    expect(tried).toBeGreaterThan(2_000);
    expect(learned).toEqual(here.came);

    // The attack isn't idle: with what tokens were drawn from, which is on no laptop, it finds exactly who came there.
    const drawn = participationTokens(secret, loot.electionId);
    const found = everybody().filter(({ personalNumber }) =>
      isInDatabase(Buffer.from(drawn(personalNumber), 'base64url')),
    );
    expect(new Set(found.map(({ personalNumber }) => personalNumber))).toEqual(
      new Set([...here.came, ...there.came]),
    );
  });

  test('finds nobody’s number or surname in the database', () => {
    for (const { personalNumber, documents, name } of everybody())
      for (const text of [personalNumber, name.surname ?? '', ...documents.map(({ number }) => number)])
        if (text.length > 6) expect(loot.dump.includes(text), 'a name or number at the centre').toBe(false);
  });

  test('learns from the index where somebody votes, by both numbers, and nothing of whether they came', () => {
    const { index } = loot;
    const there = stationAt(1);
    const said = (number: string) =>
      everybody()
        .filter(({ personalNumber, documents }) => personalNumber === number && documents.length > 0)
        .map(({ personalNumber, documents }) =>
          unwrap(index.lookUp(personalNumber, documents[0]?.number ?? '')),
        );
    const others = everybody().filter(
      ({ personalNumber, documents, standing }) =>
        !loot.own.has(personalNumber) && documents.length > 0 && standing === 'active',
    );
    const came = others.filter(({ personalNumber }) => there.came.has(personalNumber));
    const stayed = others.filter(({ personalNumber }) => !there.came.has(personalNumber));
    expect(came.length).toBe(4);
    expect(stayed.length).toBeGreaterThan(4);
    // One answer for all of them, whether they came or not: the index was made before the day.
    const answers = [...came, ...stayed].map(({ personalNumber }) => {
      const [answer] = said(personalNumber);
      return JSON.stringify([answer?.station.number, answer?.standing]);
    });
    expect(new Set(answers)).toEqual(
      new Set([JSON.stringify([there.test.election.station.number, 'active'])]),
    );
    // With one number alone there is nothing.
    for (const { personalNumber } of others) expect(unwrap(index.lookUp(personalNumber, ''))).toBeNull();
  });
});

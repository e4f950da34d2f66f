import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openElectionRegister } from '../../fixtures/election/election-package.ts';
import { mockCentreFiles } from '../../fixtures/election/mock-centre.ts';
import { TestCentre } from '../../src/collector/test-centre.ts';
import { VISITORS_OF_A_LANE } from '../../src/collector/visitors/visitor-desk.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import { systemTimer } from '../../src/domain/timer.ts';
import { createDeviceSeed, deviceKeyFromSeed } from '../../src/ledger/device-key.ts';
import { readReleaseKeys } from '../../src/register/visitors/release-keys.ts';
import { openClaim, sealClaim } from '../../src/register/visitors/visitor-claim.ts';
import { openVisitorFile } from '../../src/register/visitors/visitor-file.ts';
import {
  recordKeyOf,
  releaseOf,
  visitorKeyOf,
  visitorReference,
} from '../../src/register/visitors/visitor-keys.ts';
import { openVisitorRecord } from '../../src/register/visitors/visitor-record.ts';
import { createAgeKeys } from '../../src/store/age-sealing.ts';
import { askVisitor, drawQuestionId } from '../../src/sync/visitors/ask-visitor.ts';
import { closeWorkers, makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';

let election: TestElection;
let files: { readonly file: string; readonly keyFile: string };
let centre: TestCentre;
beforeAll(async () => {
  election = await makeElection({ anyPrecinct: true, voters: 40 });
  files = assertDefined(mockCentreFiles(election.electionPackage.directory) ?? undefined, 'a centre');
  expect(existsSync(files.keyFile)).toBe(true);
});
afterEach(() => centre.dispose());
afterAll(async () => {
  await closeWorkers();
  removeElection(election);
});

/** What an unlocked laptop has: the key of the national index, and every other one. */
async function keysOfAnUnlockedLaptop(): Promise<{ readonly index: Uint8Array; readonly all: Uint8Array[] }> {
  const register = unwrap(openElectionRegister(election.electionPackage));
  const index = assertDefined(register.nationalIndex() ?? undefined, 'an index').key;
  register.close();
  const { database, templates } = election.electionPackage.keys;
  const all = [new Uint8Array(32), index, visitorKeyOf(index), database, templates];
  const lane = await TestLane.locked(election, quick());
  await lane.stop();
  await lane.withVault(({ laneStore, receiptCodeKey }) => {
    all.push(receiptCodeKey);
    for (const { value } of laneStore.all<{ value: Uint8Array }>('SELECT value FROM lane_secret'))
      all.push(new Uint8Array(value));
  });
  return { index, all };
}

/** Everybody of the country with both numbers of each document: more than anybody should have. */
function everybody(): { readonly personalNumber: string; readonly documentNumber: string }[] {
  return election.election.visitors
    .filter(({ homeStation }) => homeStation !== null)
    .flatMap(({ personalNumber, documents }) =>
      documents.map(({ number }) => ({ personalNumber, documentNumber: number })),
    );
}

describe('the records of visitors at the centre', () => {
  test('stay closed to whoever has them, an unlocked laptop and every number there is', async () => {
    centre = new TestCentre();
    const { index, all } = await keysOfAnUnlockedLaptop();
    const file = unwrap(openVisitorFile(files.file));
    const { electionId } = file.header;
    const people = everybody();
    expect(people.length).toBeGreaterThan(1);
    for (const { personalNumber, documentNumber } of people) {
      const { locator, half } = visitorReference(visitorKeyOf(index), personalNumber, documentNumber);
      // That there is a record, the national index says as well; it can't be opened.
      const { sealed } = assertDefined(file.find(locator) ?? undefined, 'a sealed record');
      for (const key of all) {
        for (const guess of [key, half, releaseOf(key, locator)])
          expect(openVisitorRecord(recordKeyOf(half, guess), sealed, { electionId, locator }).ok).toBe(false);
        expect(file.token(locator, key)).toBeNull();
      }
    }
    // The attack isn't idle: with the centre's half it opens each of them.
    const { release } = unwrap(readReleaseKeys(files.keyFile));
    for (const { personalNumber, documentNumber } of people) {
      const { locator, half } = visitorReference(visitorKeyOf(index), personalNumber, documentNumber);
      const { sealed } = assertDefined(file.find(locator) ?? undefined, 'a sealed record');
      const key = recordKeyOf(half, releaseOf(release, locator));
      const { voter } = unwrap(openVisitorRecord(key, sealed, { electionId, locator }));
      expect(voter.personalNumber).toBe(personalNumber);
    }
    file.close();
  });

  test('stay closed to the centre’s own people, who have its half, the file and every number', () => {
    centre = new TestCentre();
    const file = unwrap(openVisitorFile(files.file));
    const { release, claims } = unwrap(readReleaseKeys(files.keyFile));
    const bytes = readFileSync(files.file);
    for (const { personalNumber, documentNumber } of everybody()) {
      // Without the stations' key there is not even a place to look at.
      for (const key of [release, new Uint8Array(32), new Uint8Array(Buffer.from(claims.slice(0, 32)))])
        expect(file.find(visitorReference(key, personalNumber, documentNumber).locator)).toBeNull();
      for (const number of [personalNumber, documentNumber]) expect(bytes.includes(number)).toBe(false);
    }
    file.close();
  });

  test('a claim in the centre’s database tells nobody who took part, nor that two are of one person', async () => {
    centre = new TestCentre();
    const { index } = await keysOfAnUnlockedLaptop();
    const [person] = everybody();
    const { personalNumber, documentNumber } = assertDefined(person, 'somebody');
    const { locator } = visitorReference(visitorKeyOf(index), personalNumber, documentNumber);
    const register = unwrap(openElectionRegister(election.electionPackage));
    register.close();
    const keys = await createAgeKeys();
    const [first, second] = [
      await sealClaim(keys.recipient, locator),
      await sealClaim(keys.recipient, locator),
    ];
    const ends = (claim: string): string => Buffer.from(claim, 'base64').subarray(-40).toString('hex');
    expect(ends(first)).not.toBe(ends(second));
    for (const claim of [first, second])
      expect(Buffer.from(claim, 'base64').includes(Buffer.from(locator))).toBe(false);
    expect(await openClaim((await createAgeKeys()).identity, first)).toMatchObject({ ok: false });
    expect(Buffer.from(unwrap(await openClaim(keys.identity, first))).equals(Buffer.from(locator))).toBe(
      true,
    );
  });

  test('are given out one at a time, to a lane that signs, sealed to that question, and each is on record', async () => {
    centre = new TestCentre({ visitors: files });
    const key = deviceKeyFromSeed(createDeviceSeed());
    const [person] = everybody();
    const { personalNumber, documentNumber } = assertDefined(person, 'somebody');
    const { index } = await keysOfAnUnlockedLaptop();
    const { locator } = visitorReference(visitorKeyOf(index), personalNumber, documentNumber);
    const { electionId: name } = election.election.procedure;
    const { homeStation } = assertDefined(
      election.election.visitors.find((visitor) => visitor.personalNumber === personalNumber),
      'the visitor',
    );
    const identity = { election: name, station: '9931', device: 'stolen', mock: true };
    const asking = {
      ...{ collectorUrl: 'http://centre.test', fetch: centre.fetch, timer: systemTimer(), identity },
      sign: (bytes: Uint8Array) => key.sign(bytes),
    };
    const ask = (options = asking) => askVisitor(options, drawQuestionId(), locator);
    expect(await ask()).toEqual({ ok: false, error: 'unknown-device' });
    const { publicKey } = key;
    unwrap(await centre.store.register([{ ...identity, publicKey, origin: 'provisioned' }]));
    const stranger = deviceKeyFromSeed(createDeviceSeed());
    expect(await ask({ ...asking, sign: (bytes) => stranger.sign(bytes) })).toEqual({
      ok: false,
      error: 'bad-signature',
    });
    // A station where the procedure identifies no visitors.
    const elsewhere = { ...identity, device: 'other', station: '1' };
    unwrap(await centre.store.register([{ ...elsewhere, publicKey, origin: 'provisioned' }]));
    expect(await ask({ ...asking, identity: elsewhere })).toEqual({ ok: false, error: 'not-allowed' });
    const home = { ...identity, device: 'home', station: String(homeStation) };
    unwrap(await centre.store.register([{ ...home, publicKey, origin: 'provisioned' }]));
    expect(await ask({ ...asking, identity: home })).toEqual({ ok: false, error: 'own-district' });

    const answers = [];
    for (let round = 0; round < VISITORS_OF_A_LANE.inARow + 5; round += 1) answers.push(await ask());
    expect(answers.filter(({ ok }) => ok)).toHaveLength(VISITORS_OF_A_LANE.inARow);
    expect(answers.at(-1)).toEqual({ ok: false, error: 'busy' });
    centre.clock.advance(VISITORS_OF_A_LANE.everyMs);
    const id = drawQuestionId();
    expect((await askVisitor(asking, id, locator)).ok).toBe(true);
    centre.clock.advance(VISITORS_OF_A_LANE.everyMs);
    expect(await askVisitor(asking, id, locator)).toEqual({ ok: false, error: 'asked-before' });
    const lines = readFileSync(`${files.file}.asked`, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const outcomes = lines.map((line) => (JSON.parse(line) as { outcome: string }).outcome);
    expect(outcomes.filter((outcome) => outcome === 'found')).toHaveLength(VISITORS_OF_A_LANE.inARow + 1);
    expect(outcomes).toContain('not-allowed');
    expect(outcomes).toContain('own-district');
    expect(lines.join('\n')).not.toContain(Buffer.from(locator).toString('base64'));
  });
});

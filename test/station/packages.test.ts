import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createRandom } from '../../fixtures/random.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { err, unwrap } from '../../src/domain/result.ts';
import { openPackage } from '../../src/packages/open-package.ts';
import { SourceVoterCheck } from '../../src/register/check-source-voter.ts';
import { participationTokens } from '../../src/register/participation-tokens.ts';
import type { SourceVoter } from '../../src/register/register-source.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';
import {
  becomeLane,
  ENVELOPE,
  makePackage,
  type ProvisionedLane,
  type TestPackage,
} from './provisioned-lane.ts';

/** From a sealed package to a voter at the desk, on real files. */

let election: TestElection;
let made: TestPackage;
let provisioned: ProvisionedLane;
beforeAll(async () => {
  election = await makeElection();
  made = await makePackage(election);
  provisioned = await becomeLane(election, await made.open(), made.laptop);
});
afterAll(() => removeElection(election));

const stickFile = (): string => {
  const [name] = readdirSync(provisioned.stick);
  return join(provisioned.stick, name ?? '');
};

describe('a laptop that became a lane from its package', () => {
  test('without its stick nobody opens it, with the stick one person alone doesn’t, and two do', async () => {
    const lane = await TestLane.locked(provisioned.test, { ...quick(), directory: provisioned.directory });
    const away = `${stickFile()}.away`;
    renameSync(stickFile(), away);
    expect(await lane.desk.call('unlock', { approvals: lane.two() })).toMatchObject(
      err({ code: 'laptop-share-missing' }),
    );
    renameSync(away, away.slice(0, -'.away'.length));
    expect(await lane.desk.call('unlock', { approvals: lane.by('chair') })).toMatchObject(
      err({ code: 'two-people-needed' }),
    );
    unwrap(await lane.desk.call('unlock', { approvals: lane.two() }));
    await lane.stop();
  });

  test('opens as any other, and each identification carries the voter’s own token to the centre', async () => {
    const lane = await TestLane.open(provisioned.test, { ...quick(), directory: provisioned.directory });
    const voter = lane.ordinary(0);
    await lane.identify(voter);
    await lane.stop();
    const tokens = participationTokens(made.tokenSecret, election.election.procedure.electionId);
    await lane.withVault(({ ledger }) => {
      const centre = unwrap(ledger.events(null, 10_000)).map(
        (event) => unwrap(ledger.openCentre(event)) as Record<string, unknown>,
      );
      const identified = centre.filter(({ type }) => type === 'identified');
      expect(identified.map(({ token }) => token)).toEqual([tokens(voter.voter.personalNumber)]);
      expect(JSON.stringify(identified)).not.toContain(voter.voter.personalNumber);
    });
  });

  test('a member who is absent is stood in for by an envelope, which goes on record', async () => {
    const lane = await TestLane.locked(provisioned.test, { ...quick(), directory: provisioned.directory });
    lane.clock.advance(24 * 3_600_000);
    const wrong = [...lane.by('chair'), { personId: ENVELOPE.id, pin: '000000000000' }];
    expect(await lane.desk.call('unlock', { approvals: wrong })).toMatchObject(err({ code: 'wrong-pin' }));
    lane.clock.advance(3_600_000);
    const right = [...lane.by('chair'), { personId: ENVELOPE.id, pin: ENVELOPE.code }];
    unwrap(await lane.desk.call('unlock', { approvals: right }));
    const events = await lane.readLedger();
    const opened = events.filter(({ type }) => type === 'envelope-opened');
    expect(opened.map(({ fields }) => fields)).toMatchObject([
      { envelope: ENVELOPE.id, people: ['chair', ENVELOPE.id] },
    ]);
  });

  test('an envelope opens the desk and agrees to nothing else', async () => {
    const again = await makePackage(election, { name: 'again.tizme' });
    const { directory, test: own } = await becomeLane(election, await again.open(), again.laptop);
    const lane = await TestLane.open(own, { ...quick(), directory });
    const approvals = [...lane.by('chair'), { personId: ENVELOPE.id, pin: ENVELOPE.code }];
    expect(await lane.desk.call('closeStation', { reason: '', approvals })).toMatchObject({ ok: false });
    await lane.stop();
  });
});

describe('the last day of a package', () => {
  test('is compared with the day that two people confirmed, when the station opens', async () => {
    const expired = await makePackage(election, {
      name: 'expired.tizme',
      about: { expires: '2020-01-01' },
    });
    const { directory, test: own } = await becomeLane(election, await expired.open(), expired.laptop);
    const lane = await TestLane.prepared(own, { ...quick(), directory });
    expect(await lane.desk.call('openStation', { approvals: lane.two() })).toMatchObject(
      err({ code: 'package-expired' }),
    );
    await lane.stop();
  });
});

test('mutated packages never leave half a lane behind', async () => {
  const random = createRandom('half a lane');
  const bytes = readFileSync(made.file);
  const file = join(election.directory, 'mutated.tizme');
  for (let round = 0; round < 300; round += 1) {
    const mutated = Buffer.from(bytes);
    const at = random.integer(bytes.length);
    mutated[at] = (mutated[at] ?? 0) ^ (1 << random.integer(8));
    writeFileSync(file, mutated);
    const opened = await openPackage(
      file,
      { commission: made.commission, day: null },
      { kind: 'sealed-to', identity: made.laptop.identity },
    );
    expect(opened.ok).toBe(false);
  }
});

test('a list that was signed when blanks were looked at less strictly opens all the same; a new one is not built so', async () => {
  // No-break space, zero-width joiner: seen by nobody.
  const surname = 'Асанов\u00a0уулу\u200d';
  const options = {
    name: 'blanks.tizme',
    voters: ([first, ...others]: readonly SourceVoter[]) => {
      const { voter, ...more } = assertDefined(first, 'a voter');
      return [{ voter: { ...voter, name: { ...voter.name, surname } }, ...more }, ...others];
    },
  };
  await expect(makePackage(election, options)).rejects.toThrow('row-refused');
  const ofOlderProgram = vi.spyOn(SourceVoterCheck.prototype, 'problemOf').mockReturnValue(null);
  const own = await makePackage(election, options);
  ofOlderProgram.mockRestore();
  const made = await becomeLane(election, await own.open(), own.laptop);
  const lane = await TestLane.open(made.test, { ...quick(), directory: made.directory });
  await lane.stop();
  await lane.withVault(({ register }) => {
    const list = unwrap(register);
    expect([...list.all()].filter((line) => line.name.surname === surname).length).toBe(1);
    expect(list.verifyContent()).toBe(true);
  });
});

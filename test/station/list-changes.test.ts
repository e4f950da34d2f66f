import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TokenIndex } from '../../src/collector/doubles/token-index.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { err, unwrap } from '../../src/domain/result.ts';
import { changesFileName } from '../../src/packages/changes/change-file.ts';
import type { ListChange } from '../../src/register/deltas/list-delta.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';
import { laptopFromPackage, laptopOf } from './packaged-laptop.ts';
import { makePackage } from './provisioned-lane.ts';
import { Changes, putOf, strike } from './signed-changes.ts';

/** What two people do with a laptop that is a lane: on real files, through the screens' own calls. */

let election: TestElection;
beforeAll(async () => {
  election = await makeElection();
});
afterAll(() => removeElection(election));

describe('changes of the list from a stick', () => {
  test('are carried out by two people, in order, each once, and the screen says what they did', async () => {
    const laptop = await laptopFromPackage(election);
    const changes = new Changes(laptop);
    const lane = await TestLane.open(laptop.test, { ...quick(), ...laptop.setup });
    const [one, other] = [lane.ordinary(0), lane.ordinary(1)];
    expect(await lane.desk.call('takeChanges', { approvals: lane.two() })).toMatchObject(
      err({ code: 'nothing-on-stick' }),
    );
    const first = await changes.file([strike(5, one.voter.personalNumber)]);
    await changes.onStick([
      // Taken back by a later request; an earlier one of the other voter comes too late.
      { ...strike(6, one.voter.personalNumber), standing: 'active' } as ListChange,
      strike(7, other.voter.personalNumber),
      { ...strike(4, other.voter.personalNumber), standing: 'active' } as ListChange,
    ]);
    // The first of them is missing.
    expect(unwrap(await lane.desk.call('lookAtStick', {})).changes).toMatchObject([
      { sequence: 2, changes: 3, state: 'refused', refused: 'gap' },
    ]);
    expect(unwrap(await lane.desk.call('takeChanges', { approvals: lane.two() }))).toMatchObject({
      taken: 0,
      refused: { sequence: 2, why: 'gap' },
    });
    writeFileSync(join(laptop.stick, changesFileName(9901, 1)), first);
    writeFileSync(join(laptop.stick, 'cut.tizme-changes'), first.slice(0, -7));
    expect(await lane.desk.call('takeChanges', { approvals: lane.by('chair') })).toMatchObject(
      err({ code: 'member-needed' }),
    );
    expect(unwrap(await lane.desk.call('takeChanges', { approvals: lane.two() }))).toEqual({
      taken: 2,
      effects: { added: 0, corrected: 0, moved: 0, removed: 2, atHome: 0, restored: 1 },
      overtaken: 1,
      refused: { sequence: null, why: 'damaged' },
    });
    expect(lane.desk.snapshot.custody.package?.changes).toBe(2);
    expect(unwrap(await lane.desk.call('takeChanges', { approvals: lane.two() }))).toMatchObject({
      taken: 0,
    });
    expect(await lane.serve(one)).toMatchObject({ outcome: 'identified' });
    expect(await lane.serve(other)).toMatchObject({ outcome: 'struck-off' });
    const events = await lane.readLedger();
    const changed = events.filter(({ type }) => type === 'list-changed').map(({ fields }) => fields);
    expect(changed).toMatchObject([
      { sequence: 1, changes: 1, effects: { removed: 1 }, people: ['chair', 'secretary'], fromLane: null },
      { sequence: 2, changes: 2, effects: { removed: 1, restored: 1 } },
    ]);
    // Sealed as it lies in the log, too: whoever reads the log reads no list.
    expect(String(changed[0]?.sealed)).not.toContain(one.voter.personalNumber);
  });

  test('that too few signed, or of another station, or that can not be carried out, say why', async () => {
    const laptop = await laptopFromPackage(election);
    const lane = await TestLane.prepared(laptop.test, { ...quick(), ...laptop.setup });
    const take = async () => unwrap(await lane.desk.call('takeChanges', { approvals: lane.two() })).refused;
    const known = lane.ordinary(0).voter.personalNumber;
    const unsigned = await new Changes(laptop).onStick([strike(1, known)], { signers: 1 });
    expect(await take()).toEqual({ sequence: null, why: 'not-signed' });
    rmSync(unsigned);
    const others = await new Changes(await laptopFromPackage(election)).file([strike(1, known)]);
    const foreign = join(laptop.stick, 'foreign.tizme-changes');
    writeFileSync(foreign, others);
    expect(await take()).toEqual({ sequence: null, why: 'other-package' });
    rmSync(foreign);
    // A stick that goes from station to station: what is for others is no news here, and nothing is wrong with it.
    writeFileSync(join(laptop.stick, changesFileName(9902, 1)), others);
    expect(unwrap(await lane.desk.call('lookAtStick', {})).changes).toEqual([]);
    expect(await lane.desk.call('takeChanges', { approvals: lane.two() })).toMatchObject(
      err({ code: 'nothing-on-stick' }),
    );
    await new Changes(laptop).onStick([strike(1, '10101199099999')]);
    expect(await take()).toEqual({ sequence: 1, why: 'impossible' });
    expect(lane.desk.snapshot.custody.package?.changes).toBe(0);
    await lane.stop();
  });

  test('a voter who came by a change and votes twice is found by the centre as any other', async () => {
    const full = await laptopFromPackage(election);
    const person = assertDefined(
      election.election.voters.find(({ awkward }) => awkward === null),
      'a voter',
    );
    const { personalNumber } = person.voter;
    // The same election at another station, whose list came without this voter.
    const without = await makePackage(election, {
      name: 'without.tizme',
      tokenSecret: full.made.tokenSecret,
      voters: (voters) => voters.filter(({ voter }) => voter.personalNumber !== personalNumber),
    });
    const lacking = await laptopOf(election, without);
    const known = assertDefined(
      (await full.made.open()).voters.find(({ voter }) => voter.personalNumber === personalNumber),
      'the voter in the other package',
    );
    const here = await TestLane.open(lacking.test, { ...quick(), ...lacking.setup });
    await new Changes(lacking).onStick([await putOf(lacking, known, 1)]);
    expect(unwrap(await here.desk.call('takeChanges', { approvals: here.two() }))).toMatchObject({
      effects: { added: 1 },
      refused: null,
    });
    await here.identify(person);
    const there = await TestLane.open(full.test, { ...quick(), ...full.setup });
    await there.identify(person);
    const index = new TokenIndex();
    const shared: boolean[] = [];
    for (const [at, lane] of [here, there].entries()) {
      await lane.stop();
      const log = index.addLog({ device: `lane-${at}`, epoch: 1, station: String(at) });
      await lane.withVault(({ ledger, register }) => {
        expect(unwrap(register).verifyContent()).toBe(true);
        for (const event of unwrap(ledger.events(null, 10_000))) {
          const { type, token } = unwrap(ledger.openCentre(event)) as { type?: string; token?: string };
          if (type !== 'identified') continue;
          const bytes = new Uint8Array(Buffer.from(assertDefined(token, 'a token'), 'base64url'));
          const act = { seq: event.seq, isUndo: false, settles: 0, token: bytes };
          shared.push(index.isShared(index.add(log, act)));
        }
      });
    }
    expect(shared).toEqual([false, true]);
  });

  test('a sealed token that was moved to another voter is refused with the whole file', async () => {
    const laptop = await laptopFromPackage(election);
    const lane = await TestLane.prepared(laptop.test, { ...quick(), ...laptop.setup });
    const [known] = (await laptop.made.open()).voters;
    const put = await putOf(laptop, assertDefined(known, 'a voter'), 1);
    if (put.op !== 'put') throw new Error('a put');
    const { voter } = put;
    const stranger = {
      ...{ ...voter, id: 'stranger', listNumber: 999, documents: [] },
      personalNumber: `${voter.personalNumber.slice(0, 9)}99999`,
    };
    await new Changes(laptop).onStick([{ ...put, voter: stranger }]);
    expect(unwrap(await lane.desk.call('takeChanges', { approvals: lane.two() }))).toMatchObject({
      taken: 0,
      refused: { sequence: 1, why: 'impossible' },
    });
    await lane.stop();
  });
});

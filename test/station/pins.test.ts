import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertDefined } from '../../src/domain/assert.ts';
import { err, unwrap } from '../../src/domain/result.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';
import { laptopFromPackage } from './packaged-laptop.ts';

/** What two people do with a laptop that is a lane: on real files, through the screens' own calls. */

let election: TestElection;
beforeAll(async () => {
  election = await makeElection();
});
afterAll(() => removeElection(election));

describe('PINs', () => {
  test('one’s own is changed with the old one, and the old one opens nothing any more', async () => {
    const laptop = await laptopFromPackage(election);
    const lane = await TestLane.prepared(laptop.test, { ...quick(), ...laptop.setup });
    const [old] = lane.by('chair');
    const chair = assertDefined(old, 'the chair');
    expect(await lane.desk.call('changePin', { ...chair, pin: '000000', newPin: '24681012' })).toMatchObject(
      err({ code: 'wrong-pin' }),
    );
    unwrap(await lane.desk.call('changePin', { ...chair, newPin: '24681012' }));
    const mine = { personId: 'chair', pin: '24681012' };
    expect(await lane.desk.call('changePin', { ...mine, newPin: mine.pin })).toEqual(
      err({ code: 'pin-not-new' }),
    );
    expect(await lane.desk.call('acceptCheck', { check: 'clock', approvals: [chair] })).toMatchObject(
      err({ code: 'wrong-pin' }),
    );
    expect(lane.desk.snapshot.practicePins).not.toHaveProperty('chair');
    await lane.restart();
    // The pass of the day was under the old one: the chair comes back with somebody else.
    expect(await lane.desk.call('unlock', { approvals: [mine] })).toMatchObject(
      err({ code: 'two-people-needed' }),
    );
    expect(await lane.desk.call('unlock', { approvals: [chair, ...lane.by('secretary')] })).toMatchObject(
      err({ code: 'wrong-pin' }),
    );
    lane.clock.advance(3_600_000);
    unwrap(await lane.desk.call('unlock', { approvals: [mine, ...lane.by('secretary')] }));
    await lane.stop();
  });

  test('a forgotten one is set by two others, never by oneself or an operator; it is on record', async () => {
    const laptop = await laptopFromPackage(election);
    const lane = await TestLane.prepared(laptop.test, { ...quick(), ...laptop.setup });
    const renew = (...ids: string[]) =>
      lane.desk.call('renewPin', { personId: 'member-3', newPin: '86421357', approvals: lane.by(...ids) });
    expect(await renew('chair')).toMatchObject(err({ code: 'two-people-needed' }));
    expect(await renew('chair', 'member-3')).toMatchObject(err({ code: 'two-people-needed' }));
    expect(await renew('chair', 'operator-1')).toMatchObject(err({ code: 'two-people-needed' }));
    unwrap(await renew('chair', 'secretary'));
    await lane.restart();
    lane.clock.advance(24 * 3_600_000);
    unwrap(
      await lane.desk.call('unlock', {
        approvals: [{ personId: 'member-3', pin: '86421357' }, ...lane.by('secretary')],
      }),
    );
    const events = await lane.readLedger();
    expect(events.filter(({ type }) => type === 'pin-renewed').map(({ fields }) => fields)).toMatchObject([
      { person: 'member-3', people: ['chair', 'secretary'] },
    ]);
  });
});

import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PRACTICE_PIN_COST } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import { err, unwrap } from '../../src/domain/result.ts';
import { authorityOf } from '../../src/packages/commission.ts';
import { signDelta } from '../../src/register/deltas/signed-delta.ts';
import { changeList } from '../../src/station/provision/change-list.ts';
import { recordEvent } from '../../src/station/provision/record-event.ts';
import { renewPin } from '../../src/station/provision/renew-pin.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';
import { becomeLane, makePackage } from './provisioned-lane.ts';

/** What two people do by command, on a laptop whose desk is shut: on real files. */

let election: TestElection;
beforeAll(async () => {
  election = await makeElection();
});
afterAll(() => removeElection(election));

test('a forgotten PIN is replaced by two others, never by oneself, and goes on record', async () => {
  const own = await makePackage(election, { name: 'forgotten.tizme' });
  const made = await becomeLane(election, await own.open(), own.laptop);
  const lane = await TestLane.locked(made.test, { ...quick(), directory: made.directory });
  await lane.stop();
  const renew = (people: readonly string[]) =>
    lane.withVault((vault) =>
      renewPin({
        ...{ vault, people, directory: made.directory },
        record: (event, alongside) => recordEvent(vault, event, lane.clock, alongside),
        ...{ person: 'member-3', pin: '24681357', cost: PRACTICE_PIN_COST },
      }),
    );
  expect(await renew(['chair', 'member-3'])).toEqual(err('two-others-needed'));
  expect(await renew(['chair'])).toEqual(err('two-others-needed'));
  unwrap(await renew(['chair', 'secretary']));
  await lane.start();
  const before = [...lane.by('chair'), ...lane.by('member-3')];
  expect(await lane.desk.call('unlock', { approvals: before })).toMatchObject(err({ code: 'wrong-pin' }));
  const approvals = [...lane.by('chair'), { personId: 'member-3', pin: '24681357' }];
  unwrap(await lane.desk.call('unlock', { approvals }));
  // The new one counts where people agree, too.
  unwrap(await lane.desk.call('confirmClock', { approvals }));
  const events = await lane.readLedger();
  expect(events.find(({ type }) => type === 'pin-renewed')?.fields).toMatchObject({
    person: 'member-3',
    people: ['chair', 'secretary'],
  });
});

test('changes that came after the package are carried out on the lane once, if the members signed them', async () => {
  const own = await makePackage(election, { name: 'to-change.tizme' });
  const opened = await own.open();
  const made = await becomeLane(election, opened, own.laptop);
  const lane = await TestLane.locked(made.test, { ...quick(), directory: made.directory });
  await lane.stop();
  const voter = lane.ordinary(0).voter;
  const { electionId, station, register } = opened.manifest;
  const delta = (seeds: readonly Uint8Array[]): string =>
    signDelta(
      {
        ...{ format: 'tizme-list-delta-v1', electionId, mock: true, stationNumber: station.number },
        ...{ sequence: 1, previous: register, contentHash: null },
        changes: [
          { op: 'standing', request: 1, personalNumber: voter.personalNumber, standing: 'struck-off' },
        ],
      },
      seeds,
    );
  const change = (text: string) =>
    lane.withVault((vault) =>
      changeList({
        ...{ vault, files: [Buffer.from(text)], authority: authorityOf(own.commission), fromLane: null },
        people: ['chair', 'secretary'],
        migrations: join(import.meta.dirname, '../../migrations/register'),
        record: (event) => recordEvent(vault, event, lane.clock),
      }),
    );
  const seeds = own.members.map(({ seed }) => seed);
  expect(await change(delta(seeds.slice(0, 1)))).toMatchObject({ refused: { code: 'delta-not-signed' } });
  expect(await change(delta(seeds.slice(1)))).toMatchObject({
    applied: [{ sequence: 1, isNew: true, applied: 1, effects: { removed: 1 } }],
    refused: null,
  });
  expect(await change(delta(seeds.slice(1)))).toMatchObject({ applied: [{ sequence: 1, isNew: false }] });
  await lane.withVault(({ register: changed }) => {
    const list = unwrap(changed);
    expect(list.byId(voter.id)?.standing).toBe('struck-off');
    expect(list.verifyContent()).toBe(true);
  });
  const events = await lane.readLedger();
  expect(events.filter(({ type }) => type === 'list-changed').map(({ fields }) => fields)).toMatchObject([
    { sequence: 1, changes: 1, people: ['chair', 'secretary'] },
  ]);
});

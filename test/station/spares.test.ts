import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PRACTICE_PIN_COST } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import { err, unwrap } from '../../src/domain/result.ts';
import type { LaneEntry } from '../../src/packages/manifest.ts';
import { openPackage } from '../../src/packages/open-package.ts';
import { admitSpare } from '../../src/station/provision/admit-spare.ts';
import { makeChairKit, openChairKit } from '../../src/station/provision/chair-kit.ts';
import {
  createLaptopKeys,
  type LaptopKeys,
  laneEntryOfLaptop,
} from '../../src/station/provision/laptop-keys.ts';
import { provisionFromPackage } from '../../src/station/provision/provision-from-package.ts';
import { recordEvent } from '../../src/station/provision/record-event.ts';
import { receiptsOfSpare } from '../../src/station/provision/spare-receipts.ts';
import { randomKey } from '../../src/store/keys.ts';
import type { RosterLane } from '../../src/sync/lanes/transport/lane-roster.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';
import { becomeLane, ENVELOPE, makePackage, type TestPackage } from './provisioned-lane.ts';

/** A laptop in the place of another one, as its package and the chair’s stick make it, on real files. */

let election: TestElection;
let made: TestPackage;
beforeAll(async () => {
  election = await makeElection();
  made = await makePackage(election);
});
afterAll(() => removeElection(election));

describe('a spare', () => {
  test('becomes the lane from the chair’s stick, with no network: from blank to the first voter', async () => {
    const opened = await made.open();
    const kit = await makeChairKit({
      electionId: opened.manifest.electionId,
      station: opened.manifest.station.number,
      packageVersion: 1,
      packageKey: opened.packageKey,
      people: opened.people,
      cost: PRACTICE_PIN_COST,
    });
    const pin = election.election.roster.find(({ id }) => id === 'secretary')?.pin ?? '';
    const member = { id: 'secretary', pin };
    expect(await openChairKit(kit, ENVELOPE, { ...member, pin: '999999' })).toMatchObject(
      err({ code: 'wrong-pin' }),
    );
    expect(await openChairKit(kit, { ...ENVELOPE, code: '111111111111' }, member)).toMatchObject(
      err({ code: 'wrong-code' }),
    );

    const begunMs = performance.now();
    const identity = unwrap(await openChairKit(kit, ENVELOPE, member));
    const spare = await createLaptopKeys();
    const fromStick = unwrap(
      await openPackage(
        made.file,
        { commission: made.commission, day: null },
        { kind: 'package-key', identity },
      ),
    );
    const people = ['secretary', ENVELOPE.id];
    const receiptsFrom = receiptsOfSpare({ admitter: null, earlier: 0 });
    const { directory, test: own } = await becomeLane(election, fromStick, spare, {
      ...{ lane: 1, people, receiptsFrom },
    });
    const lane = await TestLane.open(own, { ...quick(), directory });
    // In numbers of its own: whatever the laptop before it printed, no receipt's number is given twice.
    expect(await lane.identify(lane.ordinary(1))).toBe('1-10001');
    const seconds = (performance.now() - begunMs) / 1000;
    console.log(`from blank to the first identification: ${seconds.toFixed(1)} s, without people`);
    await lane.restartAndReopen();
    expect(await lane.identify(lane.ordinary(2))).toBe('1-10002');
    const [first, ...others] = await lane.readLedger();
    expect(first).toMatchObject({
      type: 'spare-admitted',
      fields: {
        ...{ lane: 1, device: spare.device, people, receiptsFrom, packageVersion: 1 },
        revokes: { device: made.laptop.device },
      },
    });
    expect(others.some(({ type }) => type === 'identified')).toBe(true);
  });

  test('that nobody admitted is told that the package is not for it, and nothing is left behind', async () => {
    const opened = await made.open();
    const laptop = await createLaptopKeys();
    const base = join(election.directory, 'nobody');
    const refused = await provisionFromPackage({
      ...{ opened, laptop, share: randomKey(), directory: join(base, 'station') },
      packageDirectory: join(base, 'package'),
      migrations: join(import.meta.dirname, '../../migrations'),
      pinCost: PRACTICE_PIN_COST,
    });
    expect(refused).toMatchObject(err({ code: 'not-for-this-laptop' }));
    expect(existsSync(join(base, 'station'))).toBe(false);
    expect(existsSync(join(base, 'package'))).toBe(false);
  });
});

test('the tables that live are told of a spare by two people: the old laptop’s key is believed no longer', async () => {
  const [dead, spare] = [await createLaptopKeys(), await createLaptopKeys()];
  const own = await makePackage(election, {
    name: 'two-tables.tizme',
    otherLanes: [laneEntryOfLaptop(dead, 2, '10.0.0.2:4000')],
  });
  const made = await becomeLane(election, await own.open(), own.laptop);
  const lane = await TestLane.locked(made.test, { ...quick(), directory: made.directory });
  await lane.stop();
  const admit = (entry: LaneEntry) =>
    lane.withVault((vault) =>
      admitSpare({
        ...{ laneStore: vault.laneStore, ownLane: 1, spare: entry },
        record: (event, alongside) => recordEvent(vault, event, lane.clock, alongside),
        people: ['chair', 'secretary'],
      }),
    );
  expect(await admit(laneEntryOfLaptop(spare, 1, null))).toEqual(err('no-such-lane'));
  expect(await admit(laneEntryOfLaptop(spare, 7, null))).toEqual(err('no-such-lane'));
  expect(unwrap(await admit(laneEntryOfLaptop(spare, 2, null))).revoked).toBe(dead.device);
  expect(await admit(laneEntryOfLaptop(spare, 2, null))).toEqual(err('already-admitted'));
  await lane.withVault(({ laneNetwork }) => {
    const second = laneNetwork?.roster.lanes.find((one) => one.lane === 2);
    expect(second).toMatchObject({ device: spare.device, address: '10.0.0.2:4000' });
    expect(second?.certificate).toBe(spare.certificatePem);
    expect(JSON.stringify(laneNetwork?.roster.lanes)).not.toContain(dead.device);
    // What it wrote is still to be read: the key of its log, and no certificate.
    expect(laneNetwork?.roster.former).toEqual([
      { lane: 2, device: dead.device, ledgerKey: expect.any(String) },
    ]);
  });
  const events = await lane.readLedger();
  expect(events.find(({ type }) => type === 'spare-admitted')?.fields).toMatchObject({
    ...{ lane: 2, device: spare.device, people: ['chair', 'secretary'] },
    revokes: { device: dead.device },
  });
});

test('two spares from two copies of the chair’s stick: never the same receipts, and a table that lives refuses it', async () => {
  const laptops = await Promise.all([createLaptopKeys(), createLaptopKeys(), createLaptopKeys()]);
  const [dead, first, second] = laptops as [LaptopKeys, LaptopKeys, LaptopKeys];
  const own = await makePackage(election, {
    name: 'two-copies.tizme',
    otherLanes: [laneEntryOfLaptop(dead, 2, '10.0.0.2:4000')],
  });
  const opened = await own.open();
  const people = ['secretary', ENVELOPE.id];
  // Each copy believes that it made none before; the second time people read a number off a receipt.
  const spareOf = async (laptop: LaptopKeys, lastOnPaper: number) => {
    const receiptsFrom = receiptsOfSpare({ admitter: null, earlier: 0, lastOnPaper });
    const made = await becomeLane(election, opened, laptop, { lane: 2, people, receiptsFrom });
    const lane = await TestLane.open(made.test, { ...quick(), directory: made.directory });
    const receipts = [await lane.identify(lane.ordinary(1)), await lane.identify(lane.ordinary(2))];
    const entry = { ...laneEntryOfLaptop(laptop, 2, null), receiptsFrom };
    await lane.stop();
    return { receipts, entry };
  };
  const one = await spareOf(first, 0);
  const other = await spareOf(second, 10_002);
  expect(one.receipts).toEqual(['2-10001', '2-10002']);
  expect(other.receipts).toEqual(['2-120001', '2-120002']);

  const table = await becomeLane(election, opened, own.laptop);
  const lane = await TestLane.locked(table.test, { ...quick(), directory: table.directory });
  await lane.stop();
  const admit = (spare: RosterLane) =>
    lane.withVault((vault) =>
      admitSpare({
        ...{ laneStore: vault.laneStore, ownLane: 1, spare, people: ['chair', 'secretary'] },
        record: (event, alongside) => recordEvent(vault, event, lane.clock, alongside),
      }),
    );
  unwrap(await admit(one.entry));
  // Somebody said 0 though there were receipts: refused while the first stands there, and with it long gone.
  const wrongly = { ...other.entry, receiptsFrom: one.entry.receiptsFrom };
  expect(await admit(wrongly)).toEqual(err('receipts-given'));
  unwrap(await admit(other.entry));
  const third = { ...laneEntryOfLaptop(await createLaptopKeys(), 2, null), receiptsFrom: 10_000 };
  expect(await admit(third)).toEqual(err('receipts-given'));
  await lane.withVault(({ laneNetwork }) => {
    expect(laneNetwork?.roster.lanes.find((one) => one.lane === 2)).toMatchObject({
      ...{ device: second.device, receiptsFrom: 120_000 },
    });
    expect(laneNetwork?.roster.former?.map(({ receiptsFrom }) => receiptsFrom)).toEqual([undefined, 10_000]);
  });
  const admitted = (await lane.readLedger()).filter(({ type }) => type === 'spare-admitted');
  expect(admitted.map(({ fields }) => fields)).toMatchObject([
    { entry: { device: first.device, receiptsFrom: 10_000 } },
    { entry: { device: second.device, receiptsFrom: 120_000 } },
  ]);
});

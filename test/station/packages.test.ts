import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PRACTICE_PIN_COST } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import { createRandom } from '../../fixtures/random.ts';
import { err, unwrap } from '../../src/domain/result.ts';
import { authorityOf } from '../../src/packages/commission.ts';
import type { LaneEntry } from '../../src/packages/manifest.ts';
import { openPackage } from '../../src/packages/open-package.ts';
import { signDelta } from '../../src/register/deltas/signed-delta.ts';
import { participationTokens } from '../../src/register/participation-tokens.ts';
import { readLaneFile } from '../../src/station/lane/lane-file.ts';
import { findFontFiles } from '../../src/station/paper/fonts.ts';
import { readPdfText } from '../../src/station/paper/pdf/read-pdf-text.ts';
import { DayProjection } from '../../src/station/projection/day-projection.ts';
import { admitSpare } from '../../src/station/provision/admit-spare.ts';
import { makeChairKit, openChairKit } from '../../src/station/provision/chair-kit.ts';
import { changeList } from '../../src/station/provision/change-list.ts';
import { eraseLane } from '../../src/station/provision/erase-lane.ts';
import { writeErasureCertificatePdf } from '../../src/station/provision/erasure-certificate-pdf.ts';
import { createLaptopKeys, laneEntryOfLaptop } from '../../src/station/provision/laptop-keys.ts';
import { provisionFromPackage } from '../../src/station/provision/provision-from-package.ts';
import { recordEvent } from '../../src/station/provision/record-event.ts';
import { renewPin } from '../../src/station/provision/renew-pin.ts';
import { receiptsOfSpare } from '../../src/station/provision/spare-receipts.ts';
import { randomKey } from '../../src/store/keys.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';
import {
  becomeLane,
  ENVELOPE,
  makePackage,
  type ProvisionedLane,
  type TestPackage,
} from './provisioned-lane.ts';

/** From a sealed package to a voter at the desk, on real files. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

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

describe('participation tokens', () => {
  test('say nothing to whoever holds the centre’s database, an unlocked laptop and every personal number', async () => {
    // Two stations of one election: the attacker has the first one's laptop, unlocked, and wants the second's voters.
    const other = await makeElection({ seed: 4 });
    const secret = made.tokenSecret;
    const opened = await made.open();
    const otherOpened = await (await makePackage(other, { tokenSecret: secret })).open();
    const electionId = opened.manifest.electionId;
    const centre = new Set(otherOpened.voters.map(({ participation }) => participation as string));
    const numbers = [...opened.voters, ...otherOpened.voters].map(({ voter }) => voter.personalNumber);

    // Everything on the laptop: its tokens, and every key and hash that lies in its folders or its ledger.
    const lane = await TestLane.locked(provisioned.test, { ...quick(), directory: provisioned.directory });
    await lane.stop();
    const keys: Uint8Array[] = [
      new Uint8Array(32),
      ...opened.voters.map(({ participation }) => Buffer.from(participation, 'base64url')),
    ];
    await lane.withVault(({ laneStore, receiptCodeKey }) => {
      keys.push(receiptCodeKey);
      for (const { value } of laneStore.all<{ value: Uint8Array }>('SELECT value FROM lane_secret'))
        keys.push(new Uint8Array(value));
      for (const { key } of laneStore.all<{ key: Uint8Array | null }>('SELECT key FROM ledger_part_key'))
        if (key !== null) keys.push(new Uint8Array(key));
    });
    // Its own voters are an open book: the register names each one's token.
    const own = new Map(
      opened.voters.map(({ voter, participation }) => [voter.personalNumber, participation]),
    );
    expect(own.size).toBe(opened.voters.length);
    // Those of the other station: each known key, with the very formula that tokens are drawn by, over every number.
    let found = 0;
    for (const key of keys) {
      const guess = participationTokens(key, electionId);
      for (const number of numbers) if (centre.has(guess(number))) found += 1;
    }
    expect(found).toBe(0);
    // The formula isn't idle: with the secret that never left the centre's builder, it finds every one.
    const truth = participationTokens(secret, otherOpened.manifest.electionId);
    expect(otherOpened.voters.every(({ voter }) => centre.has(truth(voter.personalNumber)))).toBe(true);
    removeElection(other);
  });

  test('of two elections have nothing in common, and none is in the package in clear', async () => {
    const [first, second] = [
      participationTokens(made.tokenSecret, 'a'),
      participationTokens(made.tokenSecret, 'b'),
    ];
    const random = createRandom(9);
    const numbers = Array.from({ length: 500 }, () => String(random.integer(10 ** 9)));
    const all = new Set([...numbers.map(first), ...numbers.map(second)]);
    expect(all.size).toBe(1000);
    const bytes = readFileSync(made.file);
    for (const { participation } of (await made.open()).voters)
      expect(bytes.includes(participation)).toBe(false);
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

describe('after the election', () => {
  test('the list is destroyed for good by two people, with a certificate, and the figures stay', async () => {
    const own = await makePackage(election, { name: 'to-erase.tizme' });
    const opened = await own.open();
    const made = await becomeLane(election, opened, own.laptop);
    const lane = await TestLane.open(made.test, { ...quick(), directory: made.directory });
    await lane.identify(lane.ordinary(0));
    const { registerFile } = made.test.electionPackage;
    const { identity } = unwrap(readLaneFile(made.directory));
    const erase = () =>
      lane.withVault((vault) =>
        eraseLane({
          ...{ vault, identity, registerFile, people: ['chair', 'secretary'], clock: lane.clock },
          record: (event, alongside) => recordEvent(vault, event, lane.clock, alongside),
        }),
      );
    unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
    await lane.stop();
    // A day that isn't closed needs its list.
    expect(await erase()).toEqual(err('not-closed'));
    expect(existsSync(registerFile)).toBe(true);

    await lane.start();
    unwrap(await lane.desk.call('unlock', { approvals: lane.two() }));
    unwrap(await lane.desk.call('printReport', { kind: 'closing', language: 'ky' }));
    unwrap(await lane.desk.call('closeStation', { reason: 'one receipt is waiting', approvals: lane.two() }));
    await lane.stop();
    const keys = await lane.withVault(({ laneStore }) =>
      laneStore
        .all<{ value: Uint8Array }>(`SELECT value FROM lane_secret WHERE name LIKE 'register-%'`)
        .map(({ value }) => Buffer.from(value)),
    );
    expect(keys.length).toBe(2);

    const certificate = unwrap(await erase());
    expect(certificate).toMatchObject({
      ...{ voters: 24, identified: 1, register: opened.manifest.register, people: ['chair', 'secretary'] },
      device: own.laptop.device,
    });
    expect(existsSync(registerFile)).toBe(false);
    await lane.withVault(({ laneStore, ledger, register, procedure }) => {
      expect(register).toEqual(err('register-erased'));
      expect(laneStore.all('SELECT 1 FROM lane_package')).toEqual([]);
      // Figures and the chain are there; who it was is not.
      expect(new DayProjection(laneStore).figures(procedure).identified).toBe(1);
      expect(ledger.audit().ok).toBe(true);
      const events = unwrap(ledger.events(null, 10_000));
      const privately = events.slice(0, -1).map((event) => ledger.openPrivate(event));
      expect(privately.every((part) => !part.ok)).toBe(true);
      const centre = events.map((event) => unwrap(ledger.openCentre(event)) as Record<string, unknown>);
      expect(centre.at(-1)).toMatchObject({ type: 'register-erased', voters: 24 });
      expect(centre.filter(({ type }) => type === 'identified').length).toBe(1);
    });
    // The station says why it can't be opened any more.
    await lane.start();
    expect(await lane.desk.call('unlock', { approvals: lane.two() })).toMatchObject(
      err({ code: 'register-erased' }),
    );
    await lane.stop();
    const names = ['A', 'B'];
    for (const language of ['ky', 'ru', 'en'] as const) {
      const pdf = await writeErasureCertificatePdf(findFontFiles(undefined), certificate, names, language);
      const text = readPdfText(pdf).join('\n');
      expect(text).toContain(certificate.register.slice(0, 20));
    }
  });
});

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
        ...{ vault, ownLane: 1, spare: entry, clock: lane.clock },
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

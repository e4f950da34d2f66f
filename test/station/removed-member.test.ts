import { spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { combine } from 'shamir-secret-sharing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PRACTICE_PIN_COST } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { err, unwrap } from '../../src/domain/result.ts';
import type { Approval } from '../../src/domain/roles.ts';
import { readShare } from '../../src/station/lane/device-share.ts';
import { readLaneFile } from '../../src/station/lane/lane-file.ts';
import type { KeyMoveStep } from '../../src/station/lane/move-keys.ts';
import { recordEvent } from '../../src/station/provision/record-event.ts';
import { renewPin } from '../../src/station/provision/renew-pin.ts';
import { replacePackage } from '../../src/station/provision/replace-package.ts';
import type { OpenedVault } from '../../src/station/station-dependencies.ts';
import { settableClock } from '../../src/store/clock.ts';
import { openStore } from '../../src/store/open-store.ts';
import { openWithPin, parseUnlockRecord, type UnlockRecord, unlock } from '../../src/store/unlock.ts';
import {
  makeElection,
  quick,
  type RecordedEvent,
  readEvents,
  removeElection,
  type TestElection,
  TestLane,
} from './harness.ts';
import type { KeyMoveOrder } from './killed-key-move.ts';
import { openLaneAt } from './lane-at.ts';
import { type Laptop, laptopFromPackage } from './packaged-laptop.ts';
import { ENVELOPE, makePackage } from './provisioned-lane.ts';

/** Somebody is removed for cause, and kept whatever could be copied: on real files. */

const MIGRATIONS = join(import.meta.dirname, '../../migrations');
const REMOVED = 'member-3';
const ENVELOPE_PERSON: Approval = { personId: ENVELOPE.id, pin: ENVELOPE.code };
const NEW_MEMBER: Approval = { personId: 'member-new', pin: '975310' };
/** Of somebody who chose it. */
const OWN: Approval = { personId: 'member-4', pin: '31415926' };

let election: TestElection;
let pins: ReadonlyMap<string, string>;
beforeAll(async () => {
  election = await makeElection();
  pins = new Map(election.electionPackage.content.roster.map(({ id, pin }) => [id, pin]));
});
afterAll(() => removeElection(election));

const by = (...ids: readonly string[]): Approval[] =>
  ids.map((personId) => ({ personId, pin: assertDefined(pins.get(personId), 'a PIN') }));
const TWO = ['chair', 'secretary'] as const;

let laptop: Laptop;
/** Everything that lay on the disk while the removed one was a member. */
let kept: string;

const at = (directory: string, onKeyMove?: (step: KeyMoveStep) => void) =>
  openLaneAt({
    directory,
    registerFile: join(directory, '..', 'package', 'register.db'),
    ...(onKeyMove === undefined ? {} : { onKeyMove }),
  });
const here = () => at(laptop.directory);
const put = (
  vault: OpenedVault,
  event: Parameters<typeof recordEvent>[1],
  also: Parameters<typeof recordEvent>[3],
) => recordEvent(vault, event, settableClock({ wallMs: Date.parse('2027-01-20T06:30:00+06:00') }), also);

beforeEach(async () => {
  laptop = await laptopFromPackage(election);
  const { directory, registerFile } = laptop;
  const second = await makePackage(election, {
    name: `${laptop.stick.split('/').at(-1)}-v2.tizme`,
    after: laptop.made,
    about: { version: 2, build: '2'.repeat(64) },
    people: (people) => [
      ...people.filter(({ id }) => id !== REMOVED),
      { id: NEW_MEMBER.personId, name: 'Жаңы мүчө', role: 'member', pin: NEW_MEMBER.pin },
    ],
  });
  // On the pass of that morning the removed one comes back alone: it is copied, too.
  const vault = unwrap(await here().unlock(by('chair', REMOVED)));
  unwrap(
    await renewPin({
      ...{ vault, directory, person: OWN.personId, pin: OWN.pin, people: ['chair', REMOVED] },
      ...{ cost: PRACTICE_PIN_COST, record: (event, also) => put(vault, event, also) },
    }),
  );
  kept = `${directory}-kept`;
  cpSync(directory, kept, { recursive: true });
  const { identity, practicePins } = unwrap(readLaneFile(directory));
  unwrap(
    await replacePackage({
      ...{ vault, identity, practicePins, directory, registerFile, migrations: MIGRATIONS },
      ...{ file: second.file, people: TWO, pinCost: PRACTICE_PIN_COST },
      record: (event, also) => put(vault, event, also),
    }),
  );
  vault.close();
});

const recordIn = (directory: string): UnlockRecord =>
  unwrap(parseUnlockRecord(JSON.parse(readFileSync(join(directory, 'unlock.json'), 'utf8'))));

/** The key that old shares give, of the removed one together with somebody who helps. */
async function oldKey(): Promise<Uint8Array> {
  const deviceSecret = unwrap(readShare(laptop.directory));
  return unwrap(await unlock(recordIn(kept), { members: membersOf(by('chair', REMOVED)), deviceSecret })).key;
}
const membersOf = (approvals: readonly Approval[]) => approvals.map(({ personId: id, pin }) => ({ id, pin }));

const opensLedger = (directory: string, key: Uint8Array): boolean => {
  const store = openStore({
    file: join(directory, 'ledger.db'),
    key,
    migrations: join(MIGRATIONS, 'station'),
  });
  if (store.ok) store.value.close();
  return store.ok;
};

async function eventsOf(approvals: readonly Approval[]): Promise<RecordedEvent[]> {
  const vault = unwrap(await here().unlock(approvals));
  const events = readEvents(vault.ledger);
  vault.close();
  return events;
}

describe('somebody who was removed for cause', () => {
  test('counts no longer, with every old file and the laptop: the next two who stay draw fresh keys', async () => {
    unwrap(await here().unlock(by(...TWO))).close();
    // Everybody who is named opens it, with the PIN of the letter, the new member and the envelope as well.
    for (const pair of [by(...TWO), [...by('chair'), NEW_MEMBER], [ENVELOPE_PERSON, NEW_MEMBER]])
      unwrap(await here().unlock(pair)).close();
    const record = recordIn(laptop.directory);
    expect(record.former).toBeUndefined();
    expect(record.shares.map(({ memberId }) => memberId).toSorted()).toEqual(
      ['chair', 'envelope-1', 'member-new', 'secretary', ...others(record)].toSorted(),
    );
    expect(await here().unlock(by('chair', REMOVED))).toEqual(err({ code: 'member-needed' }));
    // The key that the old shares give opens what was copied then, and nothing that is here.
    const key = await oldKey();
    expect(opensLedger(kept, key)).toBe(true);
    expect(opensLedger(laptop.directory, key)).toBe(false);
    // Nor does an old share help with the new record: there is no line through both.
    expect(await withOldShares(record)).toBe('nothing');
    expect(readdirSync(laptop.directory).filter((name) => /next|former|unfinished/.test(name))).toEqual([]);

    const moved = (await eventsOf(by(...TWO))).filter(({ type }) => type === 'keys-moved');
    expect(moved.map(({ fields }) => fields)).toMatchObject([
      { removed: [REMOVED], withoutShare: [OWN.personId], people: TWO },
    ]);
  });

  test('who puts the old file back, or the pass of that morning, is told what it is, and nothing is called damaged', async () => {
    unwrap(await here().unlock(by(...TWO))).close();
    const current = readFileSync(join(laptop.directory, 'unlock.json'));
    cpSync(join(kept, 'unlock.json'), join(laptop.directory, 'unlock.json'));
    expect(await here().unlock(by('chair', REMOVED))).toEqual(err({ code: 'unlock-file-older' }));
    expect(await here().unlock(by(...TWO))).toEqual(err({ code: 'unlock-file-older' }));
    cpSync(join(kept, 'reopen.json'), join(laptop.directory, 'reopen.json'));
    expect(await here().unlock(by(REMOVED))).toEqual(err({ code: 'unlock-file-older' }));
    expect(readdirSync(laptop.directory).some((name) => name.startsWith('ledger-damage'))).toBe(false);
    writeFileSync(join(laptop.directory, 'unlock.json'), current);
    unwrap(await here().unlock(by(...TWO))).close();
  });

  test('before the key was moved, a pass of that morning that is put back lets nobody in alone', async () => {
    cpSync(join(kept, 'reopen.json'), join(laptop.directory, 'reopen.json'));
    for (const id of [REMOVED, 'chair'])
      expect(await here().unlock(by(id))).toEqual(err({ code: 'two-people-needed' }));
    unwrap(await here().unlock(by(...TWO))).close();
    expect(opensLedger(laptop.directory, await oldKey())).toBe(false);
  });

  test('who stayed away with a PIN of one’s own is let in again by two others', async () => {
    const first = unwrap(await here().unlock(by(...TWO)));
    expect(first.problem).toBe('pin-renewal-needed');
    first.close();
    expect(await here().unlock([...by('chair'), OWN])).toEqual(err({ code: 'pin-renewal-needed' }));
    const vault = unwrap(await here().unlock(by(...TWO)));
    expect(vault.problem).toBe(null);
    unwrap(
      await renewPin({
        ...{ vault, directory: laptop.directory, person: OWN.personId, pin: '27182818', people: TWO },
        ...{ cost: PRACTICE_PIN_COST, record: (event, also) => put(vault, event, also) },
      }),
    );
    vault.close();
    unwrap(await here().unlock([...by('chair'), { ...OWN, pin: '27182818' }])).close();
  });

  test('who is there and typed a PIN of one’s own keeps it', async () => {
    const vault = unwrap(await here().unlock([...by('chair'), OWN]));
    expect(vault.problem).toBe(null);
    vault.close();
    unwrap(await here().unlock([...by('secretary'), OWN])).close();
  });

  test.each<KeyMoveStep>(['begun', 'copied', 'record', 'moved', 'recorded', 'done'])(
    'the process is killed at “%s”: two who stay open it, and afterwards the old files open nothing',
    async (step) => {
      expect(await killedAt(step)).toBe('SIGKILL');
      const key = await oldKey();
      const isThere = step === 'begun' || step === 'copied' || step === 'record';
      expect(opensLedger(laptop.directory, key)).toBe(isThere);
      unwrap(await here().unlock(by(...TWO))).close();
      expect(opensLedger(laptop.directory, key)).toBe(false);
      expect(recordIn(laptop.directory).former).toBeUndefined();
      unwrap(await here().unlock([...by('chair'), NEW_MEMBER])).close();
      expect((await eventsOf(by(...TWO))).filter(({ type }) => type === 'keys-moved')).toHaveLength(1);
      expect(await here().unlock(by('chair', REMOVED))).toEqual(err({ code: 'member-needed' }));
      const vault = unwrap(await here().unlock(by(...TWO)));
      expect(vault.ledger.audit().ok).toBe(true);
      expect(vault.ledger.missing).toBe(null);
      vault.close();
      expect(readdirSync(laptop.directory).filter((name) => /next|unfinished/.test(name))).toEqual([]);
    },
  );

  test('killed again and again, at each step in turn, it comes to its end', async () => {
    for (const step of ['record', 'copied', 'record', 'moved', 'recorded'] as const) await killedAt(step);
    const vault = unwrap(await here().unlock(by(...TWO)));
    expect(vault.ledger.audit().ok).toBe(true);
    vault.close();
    expect(opensLedger(laptop.directory, await oldKey())).toBe(false);
  });

  test('a disk that refuses leaves the lane open under the key before, says so, and it is tried again', async () => {
    for (const [step, refuse] of [
      // Another program writes into it.
      ['begun', () => writeFileSync(join(laptop.directory, 'ledger.db-wal'), 'busy')],
      ['record', () => rmSync(join(laptop.directory, 'ledger.db.next'))],
    ] as const) {
      const before = readFileSync(join(laptop.directory, 'unlock.json'), 'utf8');
      const vault = unwrap(
        await at(laptop.directory, (now) => (now === step ? refuse() : null)).unlock(by(...TWO)),
      );
      expect(vault.problem).toBe('keys-not-moved');
      expect(vault.ledger.audit().ok).toBe(true);
      vault.close();
      expect(readFileSync(join(laptop.directory, 'unlock.json'), 'utf8')).toBe(before);
      expect(opensLedger(laptop.directory, await oldKey())).toBe(true);
      expect(existsSync(join(laptop.directory, 'reopen.json'))).toBe(false);
    }
    unwrap(await here().unlock(by(...TWO))).close();
    expect(opensLedger(laptop.directory, await oldKey())).toBe(false);
  });

  test('on the screens: the commission unlocks as ever, and reads whose PIN is to be set', async () => {
    const lane = await TestLane.locked(laptop.test, { ...quick(), ...laptop.setup });
    unwrap(await lane.desk.call('unlock', { approvals: by(...TWO) }));
    expect(lane.desk.snapshot.notices).toContainEqual({ kind: 'error', code: 'pin-renewal-needed' });
    unwrap(
      await lane.desk.call('renewPin', { personId: OWN.personId, newPin: '27182818', approvals: by(...TWO) }),
    );
    await lane.restart();
    lane.clock.advance(3_600_000);
    unwrap(await lane.desk.call('unlock', { approvals: [...by('chair'), { ...OWN, pin: '27182818' }] }));
    await lane.stop();
    expect(existsSync(join(laptop.directory, 'ledger.key-check'))).toBe(true);
  });
});

/** Others whom the election names, and who have a share. */
function others(record: UnlockRecord): string[] {
  const known = ['chair', 'envelope-1', 'member-new', 'secretary', OWN.personId, REMOVED];
  return record.shares.map(({ memberId }) => memberId).filter((id) => !known.includes(id));
}

/** The removed one’s old share with the new one of somebody who helps, in the new record. */
async function withOldShares(record: UnlockRecord): Promise<string> {
  const deviceSecret = unwrap(readShare(laptop.directory));
  const open = async (from: UnlockRecord, { personId, pin }: Approval) => {
    const sealed = assertDefined(
      from.shares.find(({ memberId }) => memberId === personId),
      'a share',
    );
    return unwrap(await openWithPin(sealed, { pin, deviceSecret }));
  };
  const [helper, removed] = [
    assertDefined(by('chair')[0], 'a helper'),
    assertDefined(by(REMOVED)[0], 'the removed'),
  ];
  const shares = [await open(record, helper), await open(recordIn(kept), removed)];
  const mixed = {
    ...record,
    shares: [...record.shares, ...recordIn(kept).shares.filter(({ memberId }) => memberId === REMOVED)],
  };
  const opened = await unlock(mixed, { members: membersOf([helper, removed]), deviceSecret });
  const another = await open(record, assertDefined(by('secretary')[0], 'another'));
  // Shares of two splits may be at the same place by chance: then nothing comes of them at all.
  const first = await combine([...shares, another]).catch(() => null);
  const opens = opened.ok || (first !== null && opensLedger(laptop.directory, first));
  return opens ? 'the ledger' : 'nothing';
}

async function killedAt(step: KeyMoveStep): Promise<NodeJS.Signals | null> {
  const order: KeyMoveOrder = {
    ...{ directory: laptop.directory, registerFile: laptop.registerFile, approvals: by(...TWO), step },
  };
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'killed-key-move.ts'), JSON.stringify(order)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(election.directory, 'compiled') },
    },
  );
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.on('close', (_, signal) => resolve(signal));
  });
  expect(await text(child.stdout)).toContain(step);
  return ended;
}

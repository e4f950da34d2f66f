import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PRACTICE_PIN_COST } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import { TokenIndex } from '../../src/collector/doubles/token-index.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { err, ok, unwrap } from '../../src/domain/result.ts';
import type { Approval } from '../../src/domain/roles.ts';
import { changesFileName, sealChanges } from '../../src/packages/changes/change-file.ts';
import { sealChangeToken } from '../../src/packages/changes/change-token.ts';
import { deltaSha256, encodeDelta, type ListChange } from '../../src/register/deltas/list-delta.ts';
import { signDelta } from '../../src/register/deltas/signed-delta.ts';
import { participationTokens } from '../../src/register/participation-tokens.ts';
import type { SourceVoter } from '../../src/register/register-source.ts';
import { readLaneFile } from '../../src/station/lane/lane-file.ts';
import { readPackageNote } from '../../src/station/lane/package-note.ts';
import { createVault } from '../../src/station/lane/vault.ts';
import { TryLimiter } from '../../src/station/people/try-limiter.ts';
import { recordEvent } from '../../src/station/provision/record-event.ts';
import { replacePackage } from '../../src/station/provision/replace-package.ts';
import { settableClock } from '../../src/store/clock.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';
import { becomeLane, ENVELOPE, makePackage, type TestPackage } from './provisioned-lane.ts';

/** What two people do with a laptop that is a lane: on real files, through the screens' own calls. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const MIGRATIONS = join(import.meta.dirname, '../../migrations');
let election: TestElection;
let packages = 0;
beforeAll(async () => {
  election = await makeElection();
});
afterAll(() => removeElection(election));

interface Laptop {
  readonly made: TestPackage;
  readonly directory: string;
  readonly registerFile: string;
  readonly test: TestElection;
  /** A stick that somebody plugs in. */
  readonly stick: string;
  readonly setup: { readonly directory: string; readonly sticks: readonly string[] };
}

/** A laptop that became a lane from version 1 of its package. */
async function laptopFromPackage(): Promise<Laptop> {
  return laptopOf(await makePackage(election, { name: `lane-${packages}-v1.tizme` }));
}

async function laptopOf(made: TestPackage): Promise<Laptop> {
  packages += 1;
  const lane = await becomeLane(election, await made.open(), made.laptop, undefined, made.trust);
  const stick = join(election.directory, `plugged-in-${packages}`);
  mkdirSync(stick);
  return {
    ...{ made, stick, directory: lane.directory, test: lane.test },
    registerFile: lane.test.electionPackage.registerFile,
    setup: { directory: lane.directory, sticks: [stick] },
  };
}

const renamed = 'Түзөтүлгөн';
/** Version 2: one name is right now, and somebody new is in the commission. */
function newer(laptop: Laptop, version = 2): ReturnType<typeof makePackage> {
  return makePackage(election, {
    name: `${laptop.stick.split('/').at(-1)}-v${version}.tizme`,
    after: laptop.made,
    about: { version, build: String(version).repeat(64) },
    voters: ([first, ...others]) => {
      const { voter, ...more } = assertDefined(first, 'a voter');
      const name = { ...voter.name, surname: renamed };
      return [{ voter: { ...voter, name }, ...more }, ...others];
    },
    people: (people) => [
      ...people.filter(({ id }) => id !== 'member-3'),
      { id: 'member-new', name: 'Жаңы мүчө', role: 'member', pin: '975310' },
    ],
  });
}

async function onStick(laptop: Laptop, made: TestPackage): Promise<string> {
  const file = join(laptop.stick, assertDefined(made.file.split('/').at(-1), 'a name'));
  cpSync(made.file, file);
  return file;
}

const NEW_MEMBER: Approval = { personId: 'member-new', pin: '975310' };

describe('a newer package', () => {
  test('takes the place of the one before, the week before and on the morning; the older one is refused', async () => {
    const laptop = await laptopFromPackage();
    const lane = await TestLane.prepared(laptop.test, { ...quick(), ...laptop.setup });
    const eventsBefore = lane.desk.snapshot.opening.checks.length;
    expect(eventsBefore).toBeGreaterThan(0);
    expect(lane.desk.snapshot.custody.package).toMatchObject({ version: 1, index: 'whole', changes: 0 });
    const file = await onStick(laptop, await newer(laptop));
    const [found] = unwrap(await lane.desk.call('lookAtStick', {})).packages;
    expect(found).toMatchObject({
      file,
      version: 2,
      voters: 24,
      signedBy: ['first', 'second'],
      refused: null,
    });

    expect(await lane.desk.call('replacePackage', { file, approvals: lane.by('chair') })).toMatchObject(
      err({ code: 'member-needed' }),
    );
    expect(await lane.desk.call('replacePackage', { file, approvals: lane.two() })).toEqual(
      ok({ version: 2, voters: 24 }),
    );
    expect(lane.desk.snapshot.phase).toBe('locked');

    // The host starts another station: who sits there is read anew.
    await lane.restart();
    expect(lane.desk.snapshot.people.map(({ id }) => id)).toContain('member-new');
    expect(lane.desk.snapshot.people.map(({ id }) => id)).not.toContain('member-3');
    expect(await lane.desk.call('unlock', { approvals: lane.by('chair', 'member-3') })).toMatchObject({
      ok: false,
    });
    lane.clock.advance(3_600_000);
    unwrap(await lane.desk.call('unlock', { approvals: [...lane.by('chair'), NEW_MEMBER] }));
    expect(lane.desk.snapshot.custody.package).toMatchObject({ version: 2, index: 'whole' });
    // What was confirmed, checked, drawn and printed was about the list before.
    expect(lane.desk.snapshot.opening.missing).toEqual([
      'clock',
      'checks',
      'draw',
      'operator',
      'zero-report',
    ]);
    // Of the old list nothing is left.
    expect(existsSync(laptop.registerFile)).toBe(false);
    expect(readdirSync(laptop.directory).filter((name) => name.startsWith('next-'))).toEqual([]);

    const first = await onStick(laptop, laptop.made);
    const look = unwrap(await lane.desk.call('lookAtStick', {})).packages;
    expect(look.map(({ refused }) => refused).sort()).toEqual(['package-older', 'package-same']);
    expect(await lane.desk.call('replacePackage', { file: first, approvals: lane.two() })).toMatchObject(
      err({ code: 'package-older' }),
    );
    const again = await lane.desk.call('replacePackage', { file, approvals: lane.two() });
    expect(again).toMatchObject(err({ code: 'package-same' }));

    const events = await lane.readLedger();
    expect(events.find(({ type }) => type === 'package-replaced')?.fields).toMatchObject({
      ...{ from: 1, version: 2, voters: 24, people: ['chair', 'secretary'] },
    });
    expect(events.filter(({ type }) => type === 'report-made').length).toBe(1);
    await lane.withVault(({ register, ledger }) => {
      expect(unwrap(register).search(renamed, 5).total).toBe(1);
      expect(unwrap(register).verifyContent()).toBe(true);
      expect(ledger.audit().ok).toBe(true);
    });
  });

  test('during the day is refused with what to do, and the day goes on', async () => {
    const laptop = await laptopFromPackage();
    const lane = await TestLane.open(laptop.test, { ...quick(), ...laptop.setup });
    await lane.identify(lane.ordinary(0));
    const file = await onStick(laptop, await newer(laptop));
    expect(unwrap(await lane.desk.call('lookAtStick', {})).packages).toMatchObject([
      { version: 2, refused: 'package-during-day' },
    ]);
    expect(await lane.desk.call('replacePackage', { file, approvals: lane.two() })).toMatchObject(
      err({ code: 'package-during-day' }),
    );
    await lane.identify(lane.ordinary(1));
    const events = await lane.readLedger();
    expect(events.filter(({ type }) => type === 'identified').length).toBe(2);
    expect(events.some(({ fields }) => fields.code === 'package-during-day')).toBe(true);
  });

  test('that is not wholly as it was signed, or not for this laptop, leaves everything as it is', async () => {
    const laptop = await laptopFromPackage();
    const stranger = await laptopFromPackage();
    const lane = await TestLane.prepared(laptop.test, { ...quick(), ...laptop.setup });
    const file = await onStick(laptop, await newer(laptop));
    const bytes = readFileSync(file);
    bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 4;
    writeFileSync(file, bytes);
    const replace = (which: string) =>
      lane.desk.call('replacePackage', { file: which, approvals: lane.two() });
    expect(await replace(file)).toMatchObject(err({ code: 'package-damaged' }));
    const others = await onStick(laptop, await newer(stranger));
    expect(await replace(others)).toMatchObject(err({ code: 'package-not-signed' }));
    expect(await replace('/etc/passwd')).toMatchObject(err({ code: 'no-stick' }));
    expect(lane.desk.snapshot.phase).toBe('preparing');
    expect(lane.desk.snapshot.custody.package?.version).toBe(1);
    await lane.stop();
  });

  test('a PIN of one’s own stays through it, and an envelope opens the new package', async () => {
    const laptop = await laptopFromPackage();
    const lane = await TestLane.prepared(laptop.test, { ...quick(), ...laptop.setup });
    const own = { personId: 'chair', pin: '31415926' };
    const [chair] = lane.by('chair');
    unwrap(await lane.desk.call('changePin', { ...assertDefined(chair, 'the chair'), newPin: own.pin }));
    const file = await onStick(laptop, await newer(laptop));
    const approvals = [own, ...lane.by('secretary')];
    unwrap(await lane.desk.call('replacePackage', { file, approvals }));
    await lane.restart();
    unwrap(
      await lane.desk.call('unlock', { approvals: [own, { personId: ENVELOPE.id, pin: ENVELOPE.code }] }),
    );
    await lane.stop();
  });

  test('a power cut at any moment of it leaves the one before or the new one, whole', async () => {
    const laptop = await laptopFromPackage();
    const second = await newer(laptop);
    const lane = await TestLane.locked(laptop.test, { ...quick(), ...laptop.setup });
    await lane.stop();
    const { identity, practicePins } = unwrap(readLaneFile(laptop.directory));
    const root = join(laptop.directory, '..');
    const disks: { readonly step: string; readonly copy: string }[] = [];
    await lane.withVault((vault) =>
      replacePackage({
        ...{ vault, identity, practicePins, directory: laptop.directory, registerFile: laptop.registerFile },
        ...{ migrations: MIGRATIONS, file: second.file, people: ['chair', 'secretary'] },
        pinCost: PRACTICE_PIN_COST,
        record: (event, alongside) => recordEvent(vault, event, lane.clock, alongside),
        // The disk as it is in that very moment, write-ahead log and all.
        onStep: (step) => {
          const copy = `${root}-cut-at-${step}`;
          cpSync(root, copy, { recursive: true });
          disks.push({ step, copy });
        },
      }),
    );
    const found: Record<string, number> = {};
    for (const { step, copy } of disks) {
      const directory = join(copy, 'station');
      const open = async () => {
        const { identity: now } = unwrap(readLaneFile(directory));
        return createVault({
          ...{ directory, identity: now, registerFile: join(copy, 'package', 'register.db') },
          stationMigrations: join(MIGRATIONS, 'station'),
          registerMigrations: join(MIGRATIONS, 'register'),
          clock: settableClock({ wallMs: Date.parse('2027-01-20T07:00:00+06:00') }),
          tries: new TryLimiter(lane.clock, { read: () => new Map(), write: () => {} }),
          pinCost: PRACTICE_PIN_COST,
        }).unlock(lane.two());
      };
      let vault = await open();
      // Files that were still to be moved were moved: the station begins again, and finds the new people.
      if (!vault.ok && vault.error.code === 'station-restarting') vault = await open();
      const { register, packageVersion, ledger, close } = unwrap(vault);
      expect(unwrap(register).verifyContent()).toBe(true);
      expect(unwrap(register).search(renamed, 5).total).toBe(packageVersion === 2 ? 1 : 0);
      expect(ledger.audit().ok).toBe(true);
      const ids = unwrap(readLaneFile(directory)).identity.people.map(({ id }) => id);
      expect(ids.includes('member-new')).toBe(packageVersion === 2);
      expect(unwrap(readPackageNote(directory)).packageVersion).toBe(packageVersion);
      found[step] = packageVersion ?? 0;
      close();
    }
    expect(found).toEqual({ list: 1, files: 1, commit: 1, settle: 2, done: 2 });
    for (const { copy } of disks) rmSync(copy, { recursive: true });
  });
});

/** Changes of a laptop's list as the central commission makes and signs them. */
class Changes {
  readonly #laptop: Laptop;
  #previous: string | null = null;
  #sequence = 0;

  constructor(laptop: Laptop) {
    this.#laptop = laptop;
  }

  /** The next file, sealed to whoever can open the package. */
  async file(changes: readonly ListChange[], { signers = 2 } = {}): Promise<Uint8Array> {
    const { manifest } = await this.#laptop.made.open();
    this.#sequence += 1;
    const delta = {
      ...{ format: 'tizme-list-delta-v1' as const, electionId: manifest.electionId, mock: true },
      ...{ stationNumber: manifest.station.number, sequence: this.#sequence, contentHash: null },
      previous: this.#previous ?? manifest.register,
      changes: [...changes],
    };
    this.#previous = Buffer.from(deltaSha256(encodeDelta(delta))).toString('hex');
    const seeds = this.#laptop.made.members.slice(0, signers).map(({ seed }) => seed);
    return sealChanges([assertDefined(manifest.changesTo, 'a recipient')], signDelta(delta, seeds));
  }

  async onStick(changes: readonly ListChange[], options?: { signers: number }): Promise<string> {
    const bytes = await this.file(changes, options);
    const file = join(this.#laptop.stick, changesFileName(9901, this.#sequence));
    writeFileSync(file, bytes);
    return file;
  }
}

async function putOf(
  { made }: Laptop,
  { voter, photo, templates }: SourceVoter,
  request: number,
): Promise<ListChange> {
  const { manifest } = await made.open();
  const token = participationTokens(made.tokenSecret, manifest.electionId)(voter.personalNumber);
  return {
    ...{ op: 'put', request },
    voter: {
      ...voter,
      ballotStyles: [...voter.ballotStyles],
      documents: [...voter.documents],
      changes: [...voter.changes],
    },
    photo: photo === null ? null : Buffer.from(photo).toString('base64'),
    templates: templates.map(({ position, source, record }) => ({
      ...{ position, source },
      record: Buffer.from(record).toString('base64'),
    })),
    participation: await sealChangeToken(
      assertDefined(manifest.changesTo, 'a recipient'),
      manifest.electionId,
      voter.personalNumber,
      token,
    ),
  };
}

const strike = (request: number, personalNumber: string): ListChange => ({
  ...{ op: 'standing', request, personalNumber, standing: 'struck-off' },
});

describe('changes of the list from a stick', () => {
  test('are carried out by two people, in order, each once, and the screen says what they did', async () => {
    const laptop = await laptopFromPackage();
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
    const laptop = await laptopFromPackage();
    const lane = await TestLane.prepared(laptop.test, { ...quick(), ...laptop.setup });
    const take = async () => unwrap(await lane.desk.call('takeChanges', { approvals: lane.two() })).refused;
    const known = lane.ordinary(0).voter.personalNumber;
    const unsigned = await new Changes(laptop).onStick([strike(1, known)], { signers: 1 });
    expect(await take()).toEqual({ sequence: null, why: 'not-signed' });
    rmSync(unsigned);
    const others = await new Changes(await laptopFromPackage()).file([strike(1, known)]);
    const foreign = join(laptop.stick, 'foreign.tizme-changes');
    writeFileSync(foreign, others);
    expect(await take()).toEqual({ sequence: null, why: 'other-station' });
    rmSync(foreign);
    await new Changes(laptop).onStick([strike(1, '10101199099999')]);
    expect(await take()).toEqual({ sequence: 1, why: 'impossible' });
    expect(lane.desk.snapshot.custody.package?.changes).toBe(0);
    await lane.stop();
  });

  test('a voter who came by a change and votes twice is found by the centre as any other', async () => {
    const full = await laptopFromPackage();
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
    const lacking = await laptopOf(without);
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
          shared.push(index.isShared(index.add(log, event.seq, false, bytes)));
        }
      });
    }
    expect(shared).toEqual([false, true]);
  });

  test('a sealed token that was moved to another voter is refused with the whole file', async () => {
    const laptop = await laptopFromPackage();
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

describe('PINs', () => {
  test('one’s own is changed with the old one, and the old one opens nothing any more', async () => {
    const laptop = await laptopFromPackage();
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
    const laptop = await laptopFromPackage();
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

describe('the end of a list', () => {
  test('two people destroy it from the screen after closing; the certificate can be had again and again', async () => {
    const laptop = await laptopFromPackage();
    const lane = await TestLane.open(laptop.test, { ...quick(), ...laptop.setup });
    await lane.identify(lane.ordinary(0));
    expect(await lane.desk.call('eraseList', { approvals: lane.two() })).toMatchObject(
      err({ code: 'wrong-phase' }),
    );
    unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
    unwrap(await lane.desk.call('printReport', { kind: 'closing', language: 'ky' }));
    unwrap(await lane.desk.call('closeStation', { reason: 'one receipt is waiting', approvals: lane.two() }));
    expect(await lane.desk.call('eraseList', { approvals: lane.by('chair') })).toMatchObject(
      err({ code: 'member-needed' }),
    );
    unwrap(await lane.desk.call('eraseList', { approvals: lane.two() }));
    expect(lane.desk.snapshot.phase).toBe('locked');
    expect(lane.desk.snapshot.custody.erased).toMatchObject({ voters: 24, identified: 1 });
    expect(existsSync(laptop.registerFile)).toBe(false);
    // Nothing of the laptop opens a package any more, not even with two PINs.
    await lane.withVault(({ laneStore, register }) => {
      expect(register).toEqual(err('register-erased'));
      for (const table of ['lane_package', 'lane_custody'])
        expect(laneStore.all(`SELECT 1 FROM ${table}`)).toEqual([]);
    });
    await lane.restart();
    unwrap(await lane.desk.call('printErasure', { language: 'ru' }));
    expect(unwrap(await lane.desk.call('erasureCertificate', { language: 'en' })).fileName).toMatch(/\.pdf$/);
    // A power cut before it was written: it is made again from the log.
    rmSync(join(laptop.directory, 'erasure.json'));
    await lane.restart();
    expect(lane.desk.snapshot.custody.erased).toBe(null);
    expect(await lane.desk.call('unlock', { approvals: lane.two() })).toMatchObject(
      err({ code: 'register-erased' }),
    );
    expect(lane.desk.snapshot.custody.erased).toMatchObject({ voters: 24, identified: 1 });
    await lane.stop();
  });
});

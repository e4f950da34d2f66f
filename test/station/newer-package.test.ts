import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PRACTICE_PIN_COST } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { err, ok, unwrap } from '../../src/domain/result.ts';
import type { Approval } from '../../src/domain/roles.ts';
import { readLaneFile } from '../../src/station/lane/lane-file.ts';
import { readPackageNote } from '../../src/station/lane/package-note.ts';
import { recordEvent } from '../../src/station/provision/record-event.ts';
import { replacePackage } from '../../src/station/provision/replace-package.ts';
import { readJournalSettings, writeJournalSettings } from '../../src/station/stick/journal-settings.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';
import { openLaneAt } from './lane-at.ts';
import { type Laptop, laptopFromPackage } from './packaged-laptop.ts';
import { ENVELOPE, makePackage, type TestPackage } from './provisioned-lane.ts';

/** What two people do with a laptop that is a lane: on real files, through the screens' own calls. */

const MIGRATIONS = join(import.meta.dirname, '../../migrations');
let election: TestElection;
beforeAll(async () => {
  election = await makeElection();
});
afterAll(() => removeElection(election));

/** Who reads the second copy of the log from version 2 on. */
const NEW_RECIPIENT = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
const renamed = 'Түзөтүлгөн';
/** Version 2: one name is right now, and somebody new is in the commission. */
function newer(laptop: Laptop, version = 2): ReturnType<typeof makePackage> {
  return makePackage(election, {
    name: `${laptop.stick.split('/').at(-1)}-v${version}.tizme`,
    after: laptop.made,
    journalRecipients: [NEW_RECIPIENT],
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
    const laptop = await laptopFromPackage(election);
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
    const laptop = await laptopFromPackage(election);
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
    const laptop = await laptopFromPackage(election);
    const stranger = await laptopFromPackage(election);
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

  test('names who reads the stick from now on; which stick it is stays', async () => {
    const laptop = await laptopFromPackage(election);
    const settings = { stick: laptop.stick, recipients: [`age1${'q'.repeat(58)}`] };
    writeJournalSettings(laptop.directory, settings);
    const lane = await TestLane.locked(laptop.test, { ...quick(), ...laptop.setup });
    unwrap(await lane.desk.call('unlock', { approvals: lane.two() }));
    const file = await onStick(laptop, await newer(laptop));
    unwrap(await lane.desk.call('replacePackage', { file, approvals: lane.two() }));
    await lane.stop();
    expect(readJournalSettings(laptop.directory)).toEqual({ ...settings, recipients: [NEW_RECIPIENT] });
  });

  test('a PIN of one’s own stays through it, and an envelope opens the new package', async () => {
    const laptop = await laptopFromPackage(election);
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

  test('who is not named any more doesn’t come back alone on the pass of that morning', async () => {
    const laptop = await laptopFromPackage(election);
    const { directory, registerFile } = laptop;
    const second = await newer(laptop);
    const lane = await TestLane.locked(laptop.test, { ...quick(), ...laptop.setup });
    await lane.stop();
    const { identity, practicePins } = unwrap(readLaneFile(directory));
    const open = (...ids: readonly string[]) =>
      openLaneAt({ directory, registerFile }).unlock(lane.by(...ids));
    // With the program closed, as the command does it: member-3 is one of the two who put it in force.
    const vault = unwrap(await open('chair', 'member-3'));
    unwrap(
      await replacePackage({
        ...{ vault, identity, practicePins, directory, registerFile },
        ...{ migrations: MIGRATIONS, file: second.file, people: ['chair', 'member-3'] },
        pinCost: PRACTICE_PIN_COST,
        record: (event, alongside) => recordEvent(vault, event, lane.clock, alongside),
      }),
    );
    vault.close();
    expect(await open('member-3')).toMatchObject({ ok: false });
    expect(await open('chair', 'member-3')).toEqual(err({ code: 'member-needed' }));
    unwrap(await open('chair', 'secretary')).close();
  });

  test('a power cut at any moment of it leaves the one before or the new one, whole', async () => {
    const laptop = await laptopFromPackage(election);
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
      const registerFile = join(copy, 'package', 'register.db');
      const open = () => openLaneAt({ directory, registerFile }).unlock(lane.two());
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

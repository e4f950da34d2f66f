import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runLedger } from '../../scripts/commands/ledger.ts';
import { unwrap } from '../../src/domain/result.ts';
import { systemTimer } from '../../src/domain/timer.ts';
import { DayProjection } from '../../src/station/projection/day-projection.ts';
import { recordEvent } from '../../src/station/provision/record-event.ts';
import { identifiedNumbers, identifiedText } from '../../src/station/stick/identified-numbers.ts';
import { readJournalSettings } from '../../src/station/stick/journal-settings.ts';
import { StickJournal } from '../../src/station/stick/stick-journal.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';

let election: TestElection;
let lane: TestLane;
beforeAll(async () => {
  election = await makeElection();
});
afterEach(() => lane.stop());
afterAll(() => removeElection(election));

const ledgerFile = () => join(lane.directory, 'ledger.db');

const PLACE = { place: { epoch: expect.any(Number), seq: expect.any(Number) } };

interface DamageReport {
  readonly code: string;
  readonly faults?: readonly { readonly place?: { readonly epoch: number; readonly seq: number } }[];
}

const damageReports = (): DamageReport[] =>
  Array.from(
    { length: readdirSync(lane.directory).filter((name) => name.startsWith('ledger-damage-')).length },
    (_, index) => JSON.parse(readFileSync(join(lane.directory, `ledger-damage-${index + 1}.json`), 'utf8')),
  );

/** Each change alone keeps the lane from opening, and the report beside the ledger names exactly that. */
async function expectNamed(
  changes: readonly (readonly [sql: string, faults: readonly object[]])[],
): Promise<void> {
  const whole = readFileSync(ledgerFile());
  for (const [change, faults] of changes) {
    await lane.withVault(({ laneStore }) => {
      const run = (): unknown => change.split('; ').map((statement) => laneStore.run(statement));
      unwrap(laneStore.transaction(run));
    });
    await lane.restart();
    expect(await lane.desk.call('unlock', { approvals: lane.two() })).toEqual({
      ok: false,
      error: { code: 'ledger-damaged' },
    });
    await lane.stop();
    const { code, faults: found } = damageReports().at(-1) ?? {};
    expect([change, code, found]).toEqual([change, 'tables-differ-from-log', faults]);
    writeFileSync(ledgerFile(), whole);
  }
}

async function dayWith(voters: number): Promise<void> {
  lane = await TestLane.open(election, quick());
  for (let i = 0; i < voters; i += 1) await lane.identify(lane.ordinary(i));
}

describe('a lane whose disk is not what it was', () => {
  test('does not open with a flipped bit: the screen says so, and a file beside the ledger says where', async () => {
    await dayWith(2);
    await lane.stop();
    const bytes = readFileSync(ledgerFile());
    const at = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
    writeFileSync(ledgerFile(), bytes);
    await lane.restart();
    expect(await lane.desk.call('unlock', { approvals: lane.two() })).toEqual({
      ok: false,
      error: { code: 'ledger-damaged' },
    });
    const [report, ...more] = readdirSync(lane.directory).filter((name) => name.startsWith('ledger-damage-'));
    expect(more).toEqual([]);
    const text = readFileSync(join(lane.directory, report ?? ''), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ code: expect.stringMatching(/^(corrupt|chain-damaged)$/) });
    // Nothing was repaired: the bytes are the ones that lay there.
    expect(readFileSync(ledgerFile()).equals(bytes)).toBe(true);
  });

  test('does not open where a table was changed beside the log: whoever came could come again', async () => {
    await dayWith(2);
    await lane.serve(lane.awkward('under-age'));
    await lane.stop();
    const first = `(SELECT MIN(sequence) FROM handovers)`;
    const last = `(SELECT MAX(sequence) FROM handovers)`;
    const handover = (what: string, more: object = {}) => ({
      table: 'handovers',
      what,
      row: null,
      ...PLACE,
      ...more,
    });
    await expectNamed([
      [
        `DELETE FROM receipts WHERE handover_id = (SELECT id FROM handovers WHERE sequence = ${last})`,
        [{ table: 'receipts', what: 'missing', row: null, ...PLACE }],
      ],
      [
        `UPDATE handovers SET voter_id = 'another' WHERE sequence = ${first}`,
        [handover('changed', { columns: ['voter_id'] })],
      ],
      [
        `UPDATE handovers SET state = 'released' WHERE sequence = ${first}`,
        [handover('changed', { columns: ['state'] })],
      ],
      [
        `UPDATE handovers SET sex = 'male', hour = 23 WHERE sequence = ${last}`,
        [handover('changed', { columns: ['sex', 'hour'] })],
      ],
      [
        `UPDATE receipts SET reprints = 7 WHERE number = (SELECT min(number) FROM receipts)`,
        [{ table: 'receipts', what: 'changed', columns: ['reprints'], row: null, ...PLACE }],
      ],
      // Nobody would be let in any more, or again after the closing.
      [
        `UPDATE day_state SET value = '"closed"' WHERE key = 'phase'`,
        [{ table: 'day_state', what: 'changed', columns: ['value'], row: 'phase', ...PLACE }],
      ],
      // Two people would be asked once more whether the day is the right one.
      [
        `DELETE FROM day_state WHERE key = 'clockConfirmed'`,
        [{ table: 'day_state', what: 'missing', row: 'clockConfirmed', ...PLACE }],
      ],
      [
        `INSERT INTO day_state (key, value) VALUES ('paperMode', 'true')`,
        [{ table: 'day_state', what: 'not-in-log', row: 'paperMode', place: null }],
      ],
      [
        `UPDATE stops SET count = count + 1`,
        [{ table: 'stops', what: 'changed', columns: ['count'], row: 'under-age', ...PLACE }],
      ],
      [
        `INSERT INTO paper_lines (line, list_number, receipts) VALUES (3, 17, 1)`,
        [{ table: 'paper_lines', what: 'not-in-log', row: '3', place: null }],
      ],
      // A finger of this voter could not be tried again.
      [
        `INSERT INTO finger_mismatches (voter_id, position, count) VALUES ('another', 2, 3)`,
        [{ table: 'finger_mismatches', what: 'not-in-log', row: null, place: null }],
      ],
      [
        `INSERT INTO visitors (id, source, person) VALUES ('another', 'chip', '{}')`,
        [{ table: 'visitors', what: 'not-in-log', row: null, place: null }],
      ],
    ]);
    await lane.restartAndReopen();
    expect(lane.desk.snapshot.phase).toBe('open');
  });

  test('does not open with a PIN that nobody set: an old one that was put back is named by the event of the new one', async () => {
    await dayWith(1);
    await lane.stop();
    const before = await lane.withVault(({ pinHashes }) => pinHashes);
    await lane.restartAndReopen();
    const personId = lane.test.election.roster.find(({ role }) => role === 'operator')?.id ?? '';
    const [{ pin = '' } = {}] = lane.by(personId);
    unwrap(await lane.desk.call('changePin', { personId, pin, newPin: '97531864' }));
    await lane.stop();
    const old = before.get(personId) ?? '';
    const row = { table: 'person_pin', row: personId } as const;
    await expectNamed([
      [
        `UPDATE person_pin SET hash = '${old}' WHERE person_id = '${personId}'`,
        [{ ...row, what: 'changed', columns: ['hash'], ...PLACE }],
      ],
      [`DELETE FROM person_pin WHERE person_id = '${personId}'`, [{ ...row, what: 'missing', ...PLACE }]],
      // Of somebody who never changed it, and of somebody who does not sit here.
      [
        `UPDATE person_pin SET hash = '${old}' WHERE person_id = 'chair'`,
        [{ ...row, what: 'changed', columns: ['hash'], row: 'chair', ...PLACE }],
      ],
      [
        `INSERT INTO person_pin VALUES ('stranger', '${old}')`,
        [{ ...row, what: 'not-in-log', row: 'stranger', place: null }],
      ],
      // A newer package would give the letter's PIN back.
      [`DELETE FROM own_pin`, [{ ...row, table: 'own_pin', what: 'missing', ...PLACE }]],
    ]);
    await lane.withVault(({ ledger }) => {
      const [, , report] = damageReports().slice(-5);
      expect(report?.faults).toMatchObject([{ row: 'chair' }]);
      const [fault] = damageReports().at(-5)?.faults ?? [];
      const event = unwrap(ledger.openPrivate(fault?.place ?? { epoch: 0, seq: 0 }));
      expect(event).toMatchObject({ type: 'pin-changed', person: personId });
    });
    await lane.restartAndReopen();
    expect(lane.desk.snapshot.phase).toBe('open');
  });

  test('does not open where private parts were destroyed and nobody had the list erased: nothing could be compared', async () => {
    await dayWith(1);
    await lane.stop();
    await expectNamed([
      [
        `UPDATE ledger_part_key SET key = NULL WHERE part = 'private'; UPDATE handovers SET state = 'released'`,
        [{ table: 'ledger_part_key', what: 'erased-without-record', ...PLACE }],
      ],
    ]);
  });

  test('opens a log from before it had the PINs, and has them from then on', async () => {
    await dayWith(1);
    await lane.stop();
    const says = async (): Promise<boolean[]> => {
      const events = await lane.readLedger();
      return events.filter(({ type }) => type === 'program-started').map(({ fields }) => 'pins' in fields);
    };
    expect(await says()).toEqual([true]);
    await lane.restartAndReopen();
    expect(await says()).toEqual([true, false]);
    // As a program does that knows nothing of it.
    await lane.withVault((vault) => {
      const renewed = { type: 'pin-renewed', person: 'member-3', people: ['chair', 'secretary'] } as const;
      expect(recordEvent(vault, renewed, lane.clock)).toBe(true);
    });
    await lane.restartAndReopen();
    expect(await says()).toEqual([true, false, true]);
  });

  test('names what else can no longer be read: the procedure, a secret, a migration that it never had', async () => {
    await dayWith(1);
    await lane.stop();
    const whole = readFileSync(ledgerFile());
    const found: unknown[] = [];
    for (const change of [
      `UPDATE lane_procedure SET content = 'not JSON'`,
      `UPDATE lane_procedure SET content = '{}'`,
      `DELETE FROM lane_secret WHERE name = 'receipt-codes'`,
      `UPDATE schema_migration SET sha256 = 'another' WHERE number = 200`,
    ]) {
      await lane.withVault(({ laneStore }) => {
        unwrap(laneStore.transaction(() => laneStore.run(change)));
      });
      await lane.restart();
      expect(await lane.desk.call('unlock', { approvals: lane.two() })).toEqual({
        ok: false,
        error: { code: 'ledger-damaged' },
      });
      await lane.stop();
      const reports = readdirSync(lane.directory).filter((name) => name.startsWith('ledger-damage-'));
      const newest = `ledger-damage-${reports.length}.json`;
      const { found: _, ...report } = JSON.parse(readFileSync(join(lane.directory, newest), 'utf8'));
      found.push(report);
      writeFileSync(ledgerFile(), whole);
    }
    expect(found).toEqual([
      { code: 'table-damaged', table: 'lane_procedure' },
      { code: 'table-damaged', table: 'lane_procedure' },
      { code: 'table-damaged', table: 'lane_secret' },
      { code: 'migration-changed', migration: 200 },
    ]);
  });

  test('opens an old copy of its database only with a word about what is missing, in an epoch of its own', async () => {
    await dayWith(1);
    await lane.stop();
    copyFileSync(ledgerFile(), join(lane.directory, 'old-copy'));
    await lane.restartAndReopen();
    await lane.identify(lane.ordinary(1));
    await lane.stop();
    copyFileSync(join(lane.directory, 'old-copy'), ledgerFile());
    for (const end of ['-wal', '-shm']) {
      if (existsSync(`${ledgerFile()}${end}`)) truncateSync(`${ledgerFile()}${end}`);
    }
    await lane.restartAndReopen();
    expect(lane.desk.snapshot.notices).toContainEqual({ kind: 'error', code: 'ledger-restored' });
    await lane.stop();
    await lane.withVault(({ ledger }) => {
      const epochs = new Set(unwrap(ledger.events(null, 10_000)).map(({ epoch }) => epoch));
      expect(epochs.size).toBe(2);
    });
  });
});

test('a lost laptop’s day is on the stick: one member’s key opens it, and it verifies', async () => {
  await dayWith(2);
  await lane.stop();
  const identity = await generateIdentity();
  const stick = join(election.directory, 'stick');
  const key = join(election.directory, 'member.key');
  writeFileSync(key, `# a member\n${identity}\n`);
  const said: string[] = [];
  const io = {
    out: (line: string) => void said.push(line),
    progress: (line: string) => void said.push(line),
  };
  mkdirSync(stick);
  const recipient = await identityToRecipient(identity);
  expect(
    await runLedger(['journal', 'setup', lane.directory, '--stick', stick, '--member', recipient], io),
  ).toBe(0);
  const settings = readJournalSettings(lane.directory);
  if (settings === null || settings === 'malformed') throw new Error('settings');

  await lane.withVault(async ({ ledger, store, register }) => {
    const where = { election: 'e', station: 1, mock: true, at: 'noon' };
    const journal = new StickJournal({
      settings,
      ledger,
      timer: systemTimer(),
      onChange: () => {},
      identified: () => identifiedNumbers(new DayProjection(store), unwrap(register), 1),
      toText: (numbers) => identifiedText(numbers, where),
    });
    await journal.stop();
    expect(journal.problem()).toBe(null);
  });

  const opened = join(election.directory, 'opened');
  expect(await runLedger(['journal', 'open', stick, '--identity', key, '--to', opened], io)).toBe(0);
  expect(said.join('\n')).toContain('everything matches');
  const [device = ''] = readdirSync(opened);
  const numbers = readFileSync(join(opened, device, 'identified.txt'), 'utf8')
    .trim()
    .split('\n');
  const taken = [0, 1].map((n) => String(lane.ordinary(n).voter.listNumber));
  expect(numbers.slice(-2).toSorted()).toEqual(taken.toSorted());

  // Whatever is damaged on the stick is named, and keeps nobody from the rest.
  const folder = join(stick, 'tizme-journal', device);
  const piece = readdirSync(folder).find((name) => /^\d+-\d+\.age$/.test(name)) ?? '';
  const openAgain = async (): Promise<string> => {
    said.length = 0;
    expect(await runLedger(['journal', 'open', stick, '--identity', key, '--to', opened], io)).toBe(1);
    return said.join('\n');
  };
  const whole = readFileSync(join(folder, 'identified.age'));
  truncateSync(join(folder, 'identified.age'), whole.length - 9);
  expect(await openAgain()).toContain('FAULT identified.age does not open');
  expect(readFileSync(join(opened, device, 'events.jsonl'), 'utf8').length).toBeGreaterThan(1_000);
  writeFileSync(join(folder, 'identified.age'), whole);
  renameSync(join(folder, piece), join(folder, `7-${piece.split('-')[1]}`));
  expect(await openAgain()).toMatch(
    /FAULT 7-\d+\.age holds the events up to \d+ of epoch \d{10}: it had another name/,
  );
  rmSync(join(folder, `7-${piece.split('-')[1]}`));
  expect(await openAgain()).toContain('FAULT no piece of the journal could be opened');
});

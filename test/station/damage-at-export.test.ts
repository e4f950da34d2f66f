import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import { verifyExport } from '../../src/ledger/verify-export.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';

vi.setConfig({ testTimeout: 120_000 });

let election: TestElection;
let lane: TestLane;
beforeAll(async () => {
  election = await makeElection();
});
afterEach(() => lane.stop());
afterAll(() => removeElection(election));

/** A day that is being closed, two voters after it began. */
async function closingDay(): Promise<void> {
  lane = await TestLane.open(election, quick());
  for (let i = 0; i < 2; i += 1) await lane.identify(lane.ordinary(i));
  unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
}

const exported = (level: 'public' | 'full') => lane.desk.call('exportLog', { level, approvals: lane.two() });

/** Whoever has the database's key, while the program runs. */
function change(...statements: readonly string[]): void {
  const store = assertDefined(lane.faults.store ?? undefined, 'the store of an unlocked station');
  unwrap(store.transaction(() => statements.map((statement) => store.run(statement))));
}

const damageReports = (): object[] =>
  readdirSync(lane.directory)
    .filter((name) => name.startsWith('ledger-damage-'))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(join(lane.directory, name), 'utf8')));

describe('an export, of a lane that changed since its start', () => {
  test('is silent where nothing did', async () => {
    await closingDay();
    expect(unwrap(await exported('public'))).toMatchObject({ tablesDiffer: false });
    expect(damageReports()).toEqual([]);
    expect(lane.desk.snapshot.notices).not.toContainEqual({ kind: 'error', code: 'tables-differ' });
  });

  test('goes out where a table differs, for the log is whole: the finding is named, on record in it, and stays on the desk', async () => {
    await closingDay();
    const last = `(SELECT MAX(sequence) FROM handovers)`;
    change(`UPDATE handovers SET sex = 'x' WHERE sequence = ${last}`);
    const { directory, tablesDiffer } = unwrap(await exported('full'));
    expect(tablesDiffer).toBe(true);
    const place = { epoch: expect.any(Number), seq: expect.any(Number) };
    expect(damageReports()).toEqual([
      {
        found: expect.any(String),
        code: 'tables-differ-from-log',
        faults: [{ table: 'handovers', what: 'changed', columns: ['sex'], row: null, place }],
      },
    ]);
    expect(lane.desk.snapshot.notices[0]).toEqual({ kind: 'error', code: 'tables-differ' });
    // An act that goes well takes nothing back, and nothing was repaired: the next export finds it again.
    unwrap(await lane.desk.call('viewReport', { kind: 'closing' }));
    expect(lane.desk.snapshot.notices[0]).toEqual({ kind: 'error', code: 'tables-differ' });
    expect(unwrap(await exported('public')).tablesDiffer).toBe(true);
    expect(damageReports()).toHaveLength(2);
    expect(verifyExport(directory).ok).toBe(true);
    const problems = readFileSync(join(directory, 'events.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => Buffer.from(JSON.parse(line).private.bytes, 'base64').toString('latin1'))
      .filter((text) => text.includes('tables-differ'));
    expect(problems).toHaveLength(1);
    const made = `SELECT sex FROM handovers WHERE sequence = ${last}`;
    expect(lane.faults.store?.get(made)).toEqual({ sex: 'x' });
    const sex = lane.ordinary(1).voter.sex;
    change(`UPDATE handovers SET sex = '${sex}' WHERE sequence = ${last}`);
  });

  test('names a PIN that nobody set', async () => {
    await closingDay();
    const before = assertDefined(
      lane.faults.store?.get<{ hash: string }>(`SELECT hash FROM person_pin WHERE person_id = 'chair'`),
      'the chair’s PIN',
    );
    change(`UPDATE person_pin SET hash = hash || 'x' WHERE person_id = 'chair'`);
    expect(unwrap(await exported('public')).tablesDiffer).toBe(true);
    expect(damageReports()).toMatchObject([
      { faults: [{ table: 'person_pin', what: 'changed', columns: ['hash'], row: 'chair' }] },
    ]);
    change(`UPDATE person_pin SET hash = '${before.hash}' WHERE person_id = 'chair'`);
  });

  test('does not go out where the log itself is damaged: the screen says so, and a file names the events', async () => {
    await closingDay();
    // Two events change places, and back. The trigger that forbids it is SQL's.
    const exchange = `INSERT OR REPLACE INTO ledger_event SELECT place + 14 - 2 * seq, epoch, 14 - seq, hash, public_bytes,
      centre_key, centre_sealed, private_key, private_sealed, 14 - seq - (seq - first_seq), signature
      FROM ledger_event WHERE seq IN (5, 9)`;
    change(exchange);
    expect(await exported('public')).toEqual({ ok: false, error: { code: 'ledger-damaged' } });
    expect(existsSync(join(lane.directory, 'exports', 'public-1'))).toBe(false);
    expect(damageReports()).toMatchObject([
      {
        code: 'chain-damaged',
        faults: expect.arrayContaining([expect.objectContaining({ code: 'out-of-order', seq: 5 })]),
      },
    ]);
    expect(lane.desk.snapshot.notices[0]).toEqual({ kind: 'error', code: 'ledger-damaged' });
    change(exchange);
    const events = await lane.readLedger();
    expect(events.filter(({ fields }) => fields.code === 'ledger-damaged')).toHaveLength(1);
  });
});

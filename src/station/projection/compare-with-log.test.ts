import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../fixtures/random.ts';
import { assertDefined } from '../../domain/assert.ts';
import { unwrap } from '../../domain/result.ts';
import { createDeviceSeed, deviceKeyFromSeed } from '../../ledger/device-key.ts';
import { Ledger } from '../../ledger/ledger.ts';
import { settableClock } from '../../store/clock.ts';
import { readMigrations } from '../../store/migrations.ts';
import { openScratchStore } from '../../store/scratch-store.ts';
import type { WritableStore } from '../../store/store.ts';
import { privateFields, publicKind } from '../events.ts';
import { compareWithLog, type ProjectionFault } from './compare-with-log.ts';
import { projectEvent } from './project-event.ts';
import type { ProjectedRow } from './projected-tables.ts';
import { type RandomAct, RandomDay } from './testing/random-day.ts';

const MIGRATIONS = readMigrations(join(import.meta.dirname, '../../../migrations/station'));
const ACTS = 100;

/** A lane's database in memory, without a station around it. */
class Bench {
  readonly clock = settableClock({ wallMs: 1_800_000_000_000, monotonicMs: 0, bootId: 'b' });
  readonly store: WritableStore;
  readonly ledger: Ledger;

  /** Whoever has the key writes what he likes. */
  constructor(changes: readonly string[] = []) {
    this.store = openScratchStore([
      ...MIGRATIONS.map(({ sql }) => sql),
      'PRAGMA ignore_check_constraints = ON',
      'PRAGMA foreign_keys = OFF',
      'DROP INDEX handovers_one_effective',
      ...changes,
    ]);
    this.ledger = unwrap(
      Ledger.open(this.store, {
        ...{ election: 'e', station: '1', device: 'd', mock: true, clock: this.clock },
        key: deviceKeyFromSeed(createDeviceSeed()),
      }),
    );
  }

  provision(hashes: ReadonlyMap<string, string>): void {
    this.change(() => {
      for (const [person, hash] of hashes)
        this.store.run('INSERT INTO person_pin (person_id, hash) VALUES (?, ?)', [person, hash]);
    });
  }

  record({ events, pin }: RandomAct): void {
    this.clock.advance(61_000);
    const before = this.ledger.head()?.seq ?? 0;
    unwrap(
      this.ledger.commit(
        events.map((event) => ({
          ...{ kind: publicKind(event), period: 1, centre: { type: event.type } },
          private: privateFields(event, null),
        })),
        (store, stored) => {
          if (pin !== undefined) {
            store.run('UPDATE person_pin SET hash = ? WHERE person_id = ?', [pin.hash, pin.person]);
            store.run('INSERT OR IGNORE INTO own_pin (person_id) VALUES (?)', [pin.person]);
          }
          events.forEach((event, index) => {
            const { at, seq } = assertDefined(stored[index], 'what was committed');
            projectEvent(store, event, at.wallMs, seq);
          });
        },
      ),
    );
    expect(this.ledger.head()?.seq).toBe(before + events.length);
  }

  faults(): readonly ProjectionFault[] {
    return unwrap(compareWithLog(this.ledger, this.store)).faults;
  }

  /** What is found while the change stands; it is taken back then. */
  faultsAfter(change: () => void): readonly ProjectionFault[] {
    let found: readonly ProjectionFault[] = [];
    expect(() =>
      this.store.transaction((): void => {
        change();
        found = this.faults();
        throw new Error('taken back');
      }),
    ).toThrow('taken back');
    return found;
  }

  change(work: () => void): void {
    unwrap(this.store.transaction(work));
  }

  rows(table: string): ProjectedRow[] {
    return this.store.all(`SELECT * FROM ${table}`);
  }

  event(place: { readonly epoch: number; readonly seq: number }): Readonly<Record<string, unknown>> {
    return unwrap(this.ledger.openPrivate(place));
  }
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  day_state: ['key'],
  finger_mismatches: ['voter_id', 'position'],
  handovers: ['id'],
  own_pin: ['person_id'],
  paper_lines: ['line'],
  person_pin: ['person_id'],
  receipts: ['number'],
  stops: ['outcome'],
  visitors: ['id'],
};
const ROW_NAMED_BY: Readonly<Record<string, string>> = {
  ...{ day_state: 'key', paper_lines: 'line', stops: 'outcome' },
  ...{ own_pin: 'person_id', person_pin: 'person_id' },
};
const ALL_TABLES = Object.keys(KEYS);

const keyOf = (table: string, row: ProjectedRow): string =>
  (KEYS[table] ?? []).map((column) => row[column]).join('/');
const named = (table: string, row: ProjectedRow): string | null =>
  ROW_NAMED_BY[table] === undefined ? null : String(row[ROW_NAMED_BY[table]]);
const where = (table: string): string => (KEYS[table] ?? []).map((column) => `${column} = ?`).join(' AND ');
const keyValues = (table: string, row: ProjectedRow) =>
  (KEYS[table] ?? []).map((column) => row[column] ?? null);

function insert(store: WritableStore, table: string, row: ProjectedRow): void {
  const columns = Object.keys(row);
  store.run(
    `INSERT INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
    Object.values(row),
  );
}

function remove(store: WritableStore, table: string, row: ProjectedRow): void {
  store.run(`DELETE FROM ${table} WHERE ${where(table)}`, keyValues(table, row));
}

/** A row as it stood before some act, where it stands otherwise now or not at all. */
interface OldRow {
  readonly table: string;
  readonly row: ProjectedRow;
}

/** A day of acts that `compareWithLog` follows one by one; every row that an act wrote over or took away is kept. */
function playDay(seed: number): { readonly bench: Bench; readonly old: readonly OldRow[] } {
  const bench = new Bench();
  const day = new RandomDay(createRandom(seed).fork('day'));
  const old: OldRow[] = [];
  bench.provision(day.hashes);
  bench.record(day.start(true, false));
  for (let i = 0; i < ACTS; i += 1) {
    const before = ALL_TABLES.map((table) => [table, bench.rows(table)] as const);
    bench.record(day.act());
    expect(bench.faults()).toEqual([]);
    for (const [table, rows] of before) {
      const now = new Map(bench.rows(table).map((row) => [keyOf(table, row), row]));
      for (const row of rows)
        if (JSON.stringify(now.get(keyOf(table, row))) !== JSON.stringify(row)) old.push({ table, row });
    }
  }
  return { bench, old };
}

/** That the place which a fault gives is of an event about this very row. */
function expectAbout(
  bench: Bench,
  table: string,
  row: ProjectedRow,
  fault: ProjectionFault | undefined,
): void {
  const place = fault !== undefined && 'place' in fault ? fault.place : null;
  const event = bench.event(assertDefined(place ?? undefined, `the event that wrote the row of ${table}`));
  const handoverOf = (number: unknown): unknown =>
    bench.store.get<{ id: string }>('SELECT handover_id AS id FROM receipts WHERE number = ?', [
      String(number),
    ])?.id;
  switch (table) {
    case 'handovers':
      expect(event.handover).toBe(row.id);
      return;
    case 'receipts':
      expect(event.number ?? handoverOf(row.number)).toBe(row.number);
      return;
    case 'finger_mismatches':
      expect([event.voter, event.type]).toEqual(
        event.type === 'identified' ? [row.voter_id, 'identified'] : [undefined, 'finger-compared'],
      );
      return;
    case 'paper_lines':
      expect(event.line).toBe(row.line);
      return;
    case 'stops':
      expect(event.outcome).toBe(row.outcome);
      return;
    case 'visitors':
      expect(event.id).toBe(row.id);
      return;
    case 'person_pin':
    case 'own_pin':
      expect([row.person_id, undefined]).toContain(event.person);
      return;
    default:
      expect(table).toBe('day_state');
  }
}

/** What was done to which table, over all seeds. */
const tried = new Set<string>();

describe.each([1, 2, 3, 4])('a random day, seed %i', (seed) => {
  test('has no fault after any act; every row that is changed, removed, added or an old one is named', () => {
    const { bench, old } = playDay(seed);
    const random = createRandom(seed).fork('damage');
    const { store } = bench;
    const expectOne = (
      table: string,
      row: ProjectedRow,
      what: string,
      change: () => void,
      columns?: string[],
    ): void => {
      const found = bench.faultsAfter(change);
      expect(found).toEqual([
        {
          ...{ table, what, row: named(table, row), place: expect.toSatisfy(() => true) },
          ...(columns === undefined ? {} : { columns }),
        },
      ]);
      if (what === 'not-in-log' && !old.some((one) => one.table === table && one.row === row))
        expect(found).toMatchObject([{ place: null }]);
      else expectAbout(bench, table, row, found[0]);
      tried.add(`${table} ${what}`);
    };

    for (const table of ALL_TABLES) {
      const rows = bench.rows(table);
      for (const row of random.shuffle(rows).slice(0, 2)) {
        expectOne(table, row, 'missing', () => remove(store, table, row));
        for (const column of Object.keys(row).filter((one) => !(KEYS[table] ?? []).includes(one))) {
          const value = row[column] ?? null;
          const isText = typeof value === 'string';
          const set = `UPDATE ${table} SET ${column} = ${isText ? `${column} || '0'` : `CAST(coalesce(${column}, 0) + 100 AS INTEGER)`}`;
          const change = (): unknown => store.run(`${set} WHERE ${where(table)}`, keyValues(table, row));
          expectOne(table, row, 'changed', change, [column]);
        }
      }
      const some = rows[0];
      if (some === undefined) continue;
      const key = assertDefined(KEYS[table]?.[0], 'a key');
      const added: Record<string, ProjectedRow[string]> = {
        ...some,
        [key]: typeof some[key] === 'number' ? 99_999 : 'never-there',
      };
      // One receipt of each kind for a hand-over: the table itself refuses another.
      if (table === 'receipts') added.handover_id = 'never-there';
      expectOne(table, added, 'not-in-log', () => insert(store, table, added));
    }

    const someOfEach = ALL_TABLES.flatMap((name) =>
      random.shuffle(old.filter(({ table }) => table === name)).slice(0, 4),
    );
    for (const { table, row } of someOfEach) {
      const now = bench.rows(table).find((one) => keyOf(table, one) === keyOf(table, row));
      if (JSON.stringify(now) === JSON.stringify(row)) continue;
      const putBack = (): void => {
        remove(store, table, row);
        insert(store, table, row);
      };
      const differing = Object.keys(row).filter((column) => now !== undefined && now[column] !== row[column]);
      if (now === undefined) expectOne(table, row, 'not-in-log', putBack);
      // The row's own place among the receipts is another one then, which is not asked for once it differs.
      else expectOne(table, row, 'changed', putBack, differing);
      tried.add(`${table} old`);
    }
    expect(bench.faults()).toEqual([]);
    store.close();
  });
});

test('over all seeds nothing was left untried for want of a row', () => {
  for (const table of ALL_TABLES) {
    expect(tried).toContain(`${table} missing`);
    expect(tried).toContain(`${table} not-in-log`);
    // The one that has nothing beside its key.
    if (table !== 'own_pin') expect(tried).toContain(`${table} changed`);
  }
  for (const table of ['day_state', 'finger_mismatches', 'handovers', 'receipts', 'stops', 'person_pin'])
    expect(tried).toContain(`${table} old`);
});

describe('a lane of which more than a row is gone', () => {
  test('has a table less: named', () => {
    const bench = new Bench(['DROP TABLE stops']);
    expect(bench.faults()).toEqual([{ table: 'stops', what: 'no-table' }]);
  });

  test('has an event that no station writes there, signed with its own key: named by its place', () => {
    const bench = new Bench();
    const day = new RandomDay(createRandom(1));
    bench.provision(day.hashes);
    bench.record(day.start(true, false));
    bench.record({ events: day.visit(6) });
    const forged = { type: 'identified', handover: 'handover-1', voter: 'voter-1', operator: null };
    unwrap(bench.ledger.commit([{ kind: 'identification', period: 1, centre: {}, private: forged }]));
    const place = bench.ledger.head();
    expect(bench.faults()).toEqual([
      { table: 'ledger_event', what: 'does-not-follow', place: { epoch: place?.epoch, seq: place?.seq } },
    ]);
  });

  test('has its private parts erased: by two people, who put it on record, or by nobody', () => {
    const bench = new Bench();
    const day = new RandomDay(createRandom(1));
    bench.provision(day.hashes);
    bench.record(day.start(true, false));
    bench.record({
      events: [
        { type: 'register-erased', register: 'r', voters: 1, templates: 1, gone: [], people: ['chair'] },
      ],
    });
    unwrap(bench.ledger.erase('private'));
    bench.record(day.start(false, true));
    expect(bench.faults()).toEqual([]);
    // Once more, and no list to go with it.
    const { epoch, seq } = assertDefined(bench.ledger.head() ?? undefined, 'an event');
    unwrap(bench.ledger.erase('private'));
    expect(bench.faults()).toEqual([
      { table: 'ledger_part_key', what: 'erased-without-record', place: { epoch, seq } },
    ]);
  });

  test('shows the receipts in another order than they came in: the last one on paper is asked for', () => {
    const bench = new Bench();
    const day = new RandomDay(createRandom(1));
    bench.provision(day.hashes);
    bench.record(day.start(true, false));
    for (let i = 0; i < 3; i += 1) bench.record({ events: day.visit(9) });
    const [first] = bench.rows('receipts');
    const faults = bench.faultsAfter(() => {
      remove(bench.store, 'receipts', first ?? {});
      insert(bench.store, 'receipts', first ?? {});
    });
    expect(faults).toMatchObject([{ table: 'receipts', what: 'out-of-order' }]);
  });
});

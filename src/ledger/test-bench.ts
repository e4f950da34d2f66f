import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Result, unwrap } from '../domain/result.ts';
import { type SettableClock, settableClock } from '../store/clock.ts';
import { randomKey } from '../store/keys.ts';
import { type Migration, readMigrations } from '../store/migrations.ts';
import { openStore } from '../store/open-store.ts';
import type { SqlValue, WritableStore } from '../store/store.ts';
import type { StoreError } from '../store/store-error.ts';
import { createDeviceSeed, type DeviceKey, deviceKeyFromSeed } from './device-key.ts';
import { Ledger, type NewEvent } from './ledger.ts';
import type { LedgerOptions } from './open-ledger.ts';

/** Heads and outbox became smaller tables, and then no tables at all: an event has one row. */
const COMMIT_TABLES = 241;
const ONE_ROW_AN_EVENT = 260;

const MIGRATIONS: readonly Migration[] = [
  ...readMigrations(join(import.meta.dirname, '../../migrations/station')).filter(
    ({ number }) =>
      number < 10 ||
      (number >= 100 && number < 110) ||
      number === COMMIT_TABLES ||
      number === ONE_ROW_AN_EVENT,
  ),
  {
    number: 9999,
    name: 'test-projection',
    sql: 'CREATE TABLE counted (voter TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT;',
  },
];

/** A database in a folder of its own and the ledger in it, for tests: can be closed, opened again, and thrown away. */
export class TestBench {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'tizme-ledger-'));
  readonly file: string = join(this.folder, 'ledger.db');
  readonly key: DeviceKey;
  readonly clock: SettableClock = settableClock({ wallMs: 1_790_000_000_000 });
  readonly #databaseKey = randomKey();
  readonly #stores: WritableStore[] = [];

  /** @param device The key of a device that there is already, in a database of its own. */
  constructor(device: { readonly key: DeviceKey } = { key: deviceKeyFromSeed(createDeviceSeed()) }) {
    this.key = device.key;
  }

  /** @param options.before Only the migrations before this number, as an older program had them. */
  openStore({
    before = Number.MAX_SAFE_INTEGER,
    ...options
  }: {
    readonly maxPages?: number;
    readonly file?: string;
    readonly before?: number;
  } = {}): WritableStore {
    const migrations = MIGRATIONS.filter(({ number }) => number < before);
    const store = unwrap(openStore({ file: this.file, key: this.#databaseKey, migrations, ...options }));
    this.#stores.push(store);
    return store;
  }

  /** What a start on a damaged file finds. */
  tryOpenStore(): Result<WritableStore, StoreError> {
    const store = openStore({ file: this.file, key: this.#databaseKey, migrations: MIGRATIONS });
    if (store.ok) this.#stores.push(store.value);
    return store;
  }

  options(changes: Partial<LedgerOptions> = {}): LedgerOptions {
    const { key, clock } = this;
    return { election: 'mock-2026', station: '0101', device: 'lane-1', mock: true, key, clock, ...changes };
  }

  open(
    changes: Partial<LedgerOptions> = {},
    file = this.file,
  ): { readonly store: WritableStore; readonly ledger: Ledger } {
    const store = this.openStore({ file });
    return { store, ledger: unwrap(Ledger.open(store, this.options(changes))) };
  }

  /** The log of `from` once more, in a file as a program had it that kept signatures and outbox in tables of their own. */
  writeAsOlderProgram(from: WritableStore): string {
    const file = join(this.folder, 'older.db');
    const older = this.openStore({ file, before: COMMIT_TABLES });
    const copy = (table: string, columns: string, source = table, where = ''): void => {
      const names = columns.split(', ');
      for (const row of from.all<Record<string, SqlValue>>(`SELECT ${columns} FROM ${source} ${where}`)) {
        const values = names.map((name) => row[name] ?? null);
        older.run(`INSERT INTO ${table} (${columns}) VALUES (${names.map(() => '?').join(', ')})`, values);
      }
    };
    const sealed = 'centre_key, centre_sealed, private_key, private_sealed';
    unwrap(
      older.transaction(() => {
        copy('ledger_identity', 'id, election, station, device, public_key, mock');
        copy('ledger_part_key', 'id, part, key');
        copy('ledger_epoch', 'epoch, reason, opened_wall_ms');
        copy('ledger_event', `epoch, seq, hash, public_bytes, ${sealed}`);
        const ends = 'WHERE signature IS NOT NULL';
        copy('ledger_head', 'epoch, seq, first_seq, hash, signature', 'ledger_event', ends);
        copy('ledger_receipt', 'epoch, through_seq, receipt, received_wall_ms');
        older.run(
          `INSERT INTO ledger_outbox SELECT epoch, first_seq, seq FROM ledger_head AS head WHERE NOT EXISTS
             (SELECT 1 FROM ledger_receipt WHERE epoch = head.epoch AND through_seq >= head.seq)`,
        );
      }),
    );
    older.close();
    return file;
  }

  closeStores(): void {
    for (const store of this.#stores.splice(0)) store.close();
  }

  dispose(): void {
    this.closeStores();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function identification(voter: string): NewEvent {
  return {
    kind: 'identification',
    period: 3,
    centre: { type: 'identified', sex: 'female', ageGroup: '30-39', method: 'finger' },
    private: { voter, operator: 'operator-1' },
  };
}

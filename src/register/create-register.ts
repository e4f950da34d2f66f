import { err, ok, type Result } from '../domain/result.ts';
import type { IsoDate } from '../domain/voter.ts';
import { buildStore, type StoreBuilder } from '../store/build-store.ts';
import type { Migration } from '../store/migrations.ts';
import { SourceVoterCheck } from './check-source-voter.ts';
import { ContentHash, sha256 } from './content-hash.ts';
import { findDuplicates, VOTER_INDEXES } from './find-duplicates.ts';
import { RefusedRows } from './refused-rows.ts';
import type { RegisterError } from './register-error.ts';
import { RegisterRows } from './register-rows.ts';
import {
  NATIONAL,
  type RegisterInfo,
  type RegisterKeys,
  type RegisterSource,
  type SourceVoter,
} from './register-source.ts';

export interface CreateRegisterOptions {
  readonly file: string;
  readonly keys: RegisterKeys;
  /** `migrations/register`, or the same as a list. */
  readonly migrations: string | readonly Migration[];
  readonly source: RegisterSource;
  /** Rows of people who were born later are refused. */
  readonly latestBirth?: IsoDate;
  /** Told after each voter. */
  readonly onVoter?: (done: number) => void;
  /** Told when the rows are there and the indexes are being made: the last fifth of a long import. */
  readonly onIndexing?: () => void;
  /** The voters of a verified package: see `SourceCheckOptions`. */
  readonly isSigned?: boolean;
}

/**
 * Makes a register, all or nothing: it is written beside its place under another name in one transaction, and
 * moved there when it is whole. Every row that can't be taken over is found and listed, and one is enough to refuse
 * the whole. An existing register is never overwritten.
 */
export function createRegister(options: CreateRegisterOptions): Result<RegisterInfo, RegisterError> {
  const { file, keys, migrations } = options;
  const built = buildStore<RegisterInfo, RegisterError>({ file, key: keys.database, migrations }, (builder) =>
    new RegisterImport(builder, options).run(),
  );
  if (built.ok) return built;
  const { error } = built;
  switch (error.code) {
    case 'already-exists':
    case 'rows-refused':
    case 'other-election':
    case 'other-station':
    case 'mock-mismatch':
    case 'register-unfinished':
    case 'content-changed':
    case 'register-store':
      return err(error);
    default:
      return err({ code: 'register-store', store: error });
  }
}

/** Writes the rows of one register inside the transaction that makes its file. */
class RegisterImport {
  readonly #builder: StoreBuilder;
  readonly #options: CreateRegisterOptions;
  readonly #rows: RegisterRows;
  readonly #hash: ContentHash;
  readonly #refused = new RefusedRows();
  #women = 0;

  constructor(builder: StoreBuilder, options: CreateRegisterOptions) {
    this.#builder = builder;
    this.#options = options;
    this.#hash = new ContentHash(options.source.info);
    this.#rows = new RegisterRows(builder, options.source.info, options.keys);
  }

  run(): Result<RegisterInfo, RegisterError> {
    const { source, onVoter, onIndexing } = this.#options;
    const makeIndexes = this.#builder.withoutIndexes(VOTER_INDEXES);
    const check = new SourceVoterCheck({
      national: source.info.stationNumber === NATIONAL,
      stations: this.#writeStations(),
      findsEquals: false,
      latestBirth: this.#options.latestBirth ?? null,
      isSigned: this.#options.isSigned ?? false,
    });
    let read = 0;
    /** The line of each voter that was written, by key. */
    const lines: number[] = [0];
    for (const row of source.voters) {
      read += 1;
      if ('refused' in row) {
        const { line, problems, rest } = row.refused;
        this.#refused.add(line, rest === undefined ? problems : check.problemsOf(rest, problems));
        continue;
      }
      const line = row.line ?? read;
      const problems = check.problemsOf(row);
      if (problems.length > 0) this.#refused.add(line, problems);
      else this.#writeVoter(lines.push(line) - 1, row);
      onVoter?.(read);
    }
    this.#rows.flush();
    onIndexing?.();
    const duplicates = findDuplicates(this.#builder, this.#refused.count === 0 ? makeIndexes : null);
    // A row that is there twice as a whole is one row that is refused.
    for (const [voterKey, fields] of Map.groupBy(duplicates, (one) => one.voterKey)) {
      const names = new Set(fields.map(({ field }) => field));
      this.#refused.add(
        lines[voterKey] ?? 0,
        [...names].map((field) => ({ field, reason: 'duplicate' })),
      );
    }
    if (this.#refused.count > 0) return err(this.#refused.error());
    this.#rows.writeNames();
    return ok(this.#writeInfo(lines.length - 1));
  }

  #writeVoter(voterKey: number, entry: SourceVoter): void {
    const { voter, photo, templates } = entry;
    const digests = this.#rows.write(voterKey, entry);
    if (voter.sex === 'female') this.#women += 1;
    // A refused import has no hash.
    if (this.#refused.count > 0) return;
    this.#hash.add(voter, photo === null ? null : sha256(photo), templates.length === 0 ? [] : digests);
  }

  /** The numbers of the source's stations, or null where it has none. */
  #writeStations(): ReadonlySet<number> | null {
    const { stations, nationalIndex } = this.#options.source;
    const known = new Set<number>();
    for (const station of [...(stations ?? [])].sort((a, b) => a.number - b.number)) {
      if (known.has(station.number)) {
        this.#refused.add(known.size + 1, [{ field: 'stations', reason: 'duplicate' }]);
        continue;
      }
      known.add(station.number);
      this.#rows.writeStation(station);
      this.#hash.addStation(station);
    }
    if (nationalIndex !== undefined && nationalIndex !== null) {
      this.#rows.writeNationalIndex(nationalIndex);
    }
    return known.size === 0 ? null : known;
  }

  #writeInfo(voters: number): RegisterInfo {
    const contentHash = this.#hash.digest();
    const info: RegisterInfo = {
      ...this.#options.source.info,
      voters,
      women: this.#women,
      men: voters - this.#women,
      contentHash,
      packageHash: contentHash,
      deltaSequence: 0,
    };
    this.#rows.writeInfo(info);
    return info;
  }
}

import { err, ok, type Result } from '../../domain/result.ts';
import { recipientOf } from '../../packages/age-sealing.ts';
import { type ChangeFileFault, sealChanges } from '../../packages/changes/change-file.ts';
import type { AppliedDelta, DeltaError } from '../../register/deltas/apply-delta.ts';
import { openForChanges } from '../../register/deltas/open-for-changes.ts';
import type { Authority } from '../../register/deltas/signed-delta.ts';
import type { Migration } from '../../store/migrations.ts';
import type { WritableStore } from '../../store/store.ts';
import { keepChanges } from '../custody/kept-changes.ts';
import type { StationEvent } from '../events.ts';
import { readLanePackage } from '../lane/lane-package.ts';
import { DayProjection } from '../projection/day-projection.ts';
import type { OpenedVault } from '../station-dependencies.ts';
import { carryOutSealed } from './carry-out-sealed.ts';

export type ChangeListFault =
  | DeltaError
  | { readonly code: ChangeFileFault }
  /** The list's keys were destroyed, or the lane came without a package. */
  | { readonly code: 'register-erased' }
  | { readonly code: 'disk-failed' };

/**
 * Sealed changes go to the other tables in the log, so many bytes in an event: in base64, with what stands around them,
 * that is less than lanes take as one part of an event (64 KiB).
 */
const PART_BYTES = 45_000;

export interface ChangeListOptions {
  readonly vault: Pick<OpenedVault, 'laneStore' | 'registerFile'>;
  readonly migrations: string | readonly Migration[];
  /** Changes as they came, signed and as a rule sealed; oldest first. */
  readonly files: readonly Uint8Array[];
  readonly authority: Authority;
  readonly people: readonly string[];
  /** The table of this station that had them before; null: a stick. */
  readonly fromLane: number | null;
  /** Puts what was done on record; false where the disk refuses. */
  readonly record: (event: StationEvent) => boolean;
}

export interface ChangedList {
  readonly applied: readonly AppliedDelta[];
  /** Why the next one changed nothing; those before it are carried out. */
  readonly refused: ChangeListFault | null;
}

/**
 * Carries signed changes of the list out on a lane, by two people. Each delta that changed something is an event; one
 * that was carried out before changes nothing, and one that comes too early is refused. Those who read the list
 * meanwhile see it before or after a delta, never between.
 */
export async function changeList(options: ChangeListOptions): Promise<ChangedList> {
  const { vault, migrations, files } = options;
  const keys = registerKeysOf(vault);
  const packageKey = readLanePackage(vault.laneStore)?.packageKey ?? null;
  const refuse = (refused: ChangeListFault): ChangedList => ({ applied: [], refused });
  if (keys === null || packageKey === null) return refuse({ code: 'register-erased' });
  const store = openForChanges({ file: vault.registerFile, key: keys.database, migrations });
  keys.database.fill(0);
  if (!store.ok) return refuse({ code: 'register-store', store: store.error });
  const applied: AppliedDelta[] = [];
  try {
    for (const file of files) {
      const done = await carryOutOne(options, store.value, file, packageKey, keys.templates);
      if (!done.ok) return { applied, refused: done.error };
      applied.push(done.value);
    }
    return { applied, refused: null };
  } finally {
    keys.templates.fill(0);
    store.value.checkpoint();
    store.value.close();
  }
}

async function carryOutOne(
  { vault, authority, people, fromLane, record }: ChangeListOptions,
  store: WritableStore,
  file: Uint8Array,
  packageKey: string,
  templateKey: Uint8Array,
): Promise<Result<AppliedDelta, ChangeListFault>> {
  const done = await carryOutSealed({ store, file, authority, packageKey, templateKey });
  if (!done.ok) return done;
  const { applied: delta, signed, changes } = done.value;
  const { sequence, isNew, applied, effects } = delta;
  // Carried out, and the power went before it was on record: it is put there now.
  if (!isNew && new DayProjection(vault.laneStore).listSequence() >= sequence) return ok(delta);
  const sealed = await sealedForOthers(file, signed, packageKey);
  if (!keepChanges(vault.registerFile, sequence, sealed)) return err({ code: 'disk-failed' });
  const parts = fromLane === null ? Math.ceil(sealed.length / PART_BYTES) : 0;
  if (parts > 1)
    for (let part = 1; part <= parts; part += 1) {
      const piece = sealed.subarray((part - 1) * PART_BYTES, part * PART_BYTES);
      const event = { type: 'list-changes-part', sequence, part, of: parts, sealed: base64(piece) } as const;
      if (!record(event)) return err({ code: 'disk-failed' });
      // Voters are served meanwhile.
      await new Promise((resolve) => setImmediate(resolve));
    }
  const recorded = record({
    type: 'list-changed',
    ...{ sequence, effects, fromLane, people },
    changes: isNew ? applied : changes,
    sealed: parts === 1 ? base64(sealed) : null,
    ...(parts > 1 ? { parts } : {}),
  });
  return recorded ? ok(delta) : err({ code: 'disk-failed' });
}

/** As it came where it came sealed: only a table that has this package's key reads it. */
async function sealedForOthers(file: Uint8Array, signed: string, packageKey: string): Promise<Uint8Array> {
  const cameInClear = Buffer.from(file).toString('utf8') === signed;
  return cameInClear ? sealChanges([await recipientOf(packageKey)], signed) : file;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function registerKeysOf({ laneStore }: Pick<OpenedVault, 'laneStore'>) {
  const secret = (name: string): Uint8Array | null => {
    const row = laneStore.get<{ value: Uint8Array }>('SELECT value FROM lane_secret WHERE name = ?', [name]);
    return row === undefined ? null : new Uint8Array(row.value);
  };
  const [database, templates] = [secret('register-database'), secret('register-templates')];
  return database === null || templates === null ? null : { database, templates };
}

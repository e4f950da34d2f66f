import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Approval } from '../../domain/roles.ts';
import { copyUnderNewKey } from '../../store/copy-under-key.ts';
import { isKeyOf, keyCheckValue, randomKey } from '../../store/keys.ts';
import type { Migration } from '../../store/migrations.ts';
import { fileErrorFrom, openStore } from '../../store/open-store.ts';
import type { ReadableStore, WritableStore } from '../../store/store.ts';
import type { StoreError } from '../../store/store-error.ts';
import {
  type Argon2Cost,
  createUnlock,
  type Member,
  type UnlockRecord,
  withoutFormer,
} from '../../store/unlock.ts';
import { flushDirectory, writeWhole } from '../../store/write-whole.ts';
import { LEDGER_FILE, UNLOCK_FILE } from './lane-file.ts';
import { SPARE_SHARES } from './provision-lane.ts';

/**
 * Somebody was removed from the commission: whoever kept an old `unlock.json` still holds a share of the old secret,
 * and the others hold theirs. So the key of the ledger, the secret that seals it and everybody's share are drawn anew,
 * and nothing of the old ones goes into the new. Each step leaves a disk that one of the two keys opens:
 *
 * 1. the ledger is copied, the copy gets the new key and the new shares; nothing in force has changed;
 * 2. `unlock.json` is replaced by a record of the new split, in which the old key lies, too;
 * 3. the copy is moved over the ledger;
 * 4. with what happened on record, the old key leaves the record.
 *
 * docs/decisions/packages-newer-version.md says what this can't take back.
 */
export type KeyMoveStep = 'begun' | 'copied' | 'record' | 'moved' | 'recorded' | 'done';

const COPY_FILE = `${LEDGER_FILE}.next`;
/** Not secret: tells an old `unlock.json` that somebody put back from a damaged ledger. */
const KEY_CHECK_FILE = 'ledger.key-check';

/** Who unlocks from now on. */
export interface NewHolders {
  /** Whose PIN is known: as it was just typed, or as the letter has it. */
  readonly members: readonly Member[];
  /** Who chose a PIN and isn't here: gets a share when two others let a PIN be set anew. */
  readonly withoutShare: readonly string[];
}

/** Whom a newer package names no longer, and whose share counts until the key was moved. */
export function removedMembers(store: ReadableStore): readonly string[] {
  return store.all<{ id: string }>('SELECT person_id AS id FROM key_move ORDER BY id').map(({ id }) => id);
}

/** @param letters PINs and codes as the package in force has them; those of people with a PIN of their own don't count */
export function newHolders(
  store: ReadableStore,
  approvals: readonly Approval[],
  letters: ReadonlyMap<string, string>,
): NewHolders {
  const named = store.all<{ id: string }>('SELECT person_id AS id FROM member_share ORDER BY id');
  const own = new Set(store.all<{ id: string }>('SELECT person_id AS id FROM own_pin').map(({ id }) => id));
  const typed = new Map(approvals.map(({ personId, pin }) => [personId, pin]));
  const members: Member[] = [];
  const withoutShare: string[] = [];
  for (const { id } of named) {
    const pin = typed.get(id) ?? (own.has(id) ? undefined : letters.get(id));
    if (pin === undefined) withoutShare.push(id);
    else members.push({ id, pin });
  }
  return { members, withoutShare };
}

export interface KeyMoveOptions {
  readonly directory: string;
  readonly migrations: string | readonly Migration[];
  readonly deviceSecret: Uint8Array;
  /** The key that the ledger has now. It is closed. */
  readonly key: Uint8Array;
  readonly holders: NewHolders;
  readonly pinCost: Argon2Cost;
  readonly onStep: (step: KeyMoveStep) => void;
}

/**
 * Steps 1 to 3.
 * @returns the new key. Where it fails the ledger is under the old key, and the record opens it.
 */
export async function moveLedger(options: KeyMoveOptions): Promise<Result<Uint8Array, StoreError>> {
  const { directory, deviceSecret, key, holders, pinCost, onStep } = options;
  const { members, withoutShare } = holders;
  const newKey = randomKey();
  const shares = new Map<string, Uint8Array>();
  const spares: Uint8Array[] = [];
  const record = await createUnlock({
    ...{ key: newKey, former: key, members, deviceSecret, argon2: pinCost },
    onShare: (id, share) => void shares.set(id, share),
    spare: { count: withoutShare.length + SPARE_SHARES, onShare: (share) => void spares.push(share) },
  });
  for (const id of withoutShare) {
    const share = spares.shift();
    if (share !== undefined) shares.set(id, share);
  }
  onStep('begun');
  const moved = catchFileError(() =>
    moveFiles(options, newKey, record, (store) => putShares(store, shares, spares)),
  );
  for (const share of [...shares.values(), ...spares]) share.fill(0);
  if (moved.ok) return ok(newKey);
  newKey.fill(0);
  rmSync(join(directory, COPY_FILE), { force: true });
  return moved;
}

function moveFiles(
  { directory, migrations, key, onStep }: KeyMoveOptions,
  newKey: Uint8Array,
  record: UnlockRecord,
  putNewShares: (store: WritableStore) => void,
): Result<void, StoreError> {
  const [ledger, copy] = [join(directory, LEDGER_FILE), join(directory, COPY_FILE)];
  const unlockFile = join(directory, UNLOCK_FILE);
  const copied = copyUnderNewKey({ file: ledger, key, to: copy, newKey });
  if (!copied.ok) return copied;
  const store = openStore({ file: copy, key: newKey, migrations });
  if (!store.ok) return store;
  const put = store.value.transaction(() => putNewShares(store.value));
  const written = put.ok ? store.value.checkpoint() : put;
  store.value.close();
  if (!written.ok) return written;
  onStep('copied');
  const before = readFileSync(unlockFile);
  writeWhole(unlockFile, textOf(record));
  onStep('record');
  try {
    moveOverAndShred(copy, ledger);
  } catch (cause) {
    // The record before goes with the ledger before.
    writeWhole(unlockFile, before);
    throw cause;
  }
  flushDirectory(directory);
  onStep('moved');
  return ok();
}

/** The shares of the new secret, in place of every one of the old. */
function putShares(
  store: WritableStore,
  shares: ReadonlyMap<string, Uint8Array>,
  spares: readonly Uint8Array[],
): void {
  store.run('DELETE FROM member_share');
  store.run('DELETE FROM spare_share');
  for (const [id, share] of shares)
    store.run('INSERT INTO member_share (person_id, share) VALUES (?, ?)', [id, share]);
  for (const [index, share] of spares.entries())
    store.run('INSERT INTO spare_share (number, share) VALUES (?, ?)', [index + 1, share]);
}

/** Step 4, once the ledger says what happened. */
export function forgetFormerKey(
  directory: string,
  record: UnlockRecord,
  key: Uint8Array,
): Result<void, StoreError> {
  return catchFileError(() => {
    writeWhole(join(directory, KEY_CHECK_FILE), Buffer.from(keyCheckValue(key)));
    writeWhole(join(directory, UNLOCK_FILE), textOf(withoutFormer(record)));
    return ok();
  });
}

/** Whether this key is one that the ledger was moved from: an old `unlock.json`, or a pass of that day, was put back. */
export function isKeyOfBefore(directory: string, key: Uint8Array): boolean {
  try {
    return !isKeyOf(key, readFileSync(join(directory, KEY_CHECK_FILE)));
  } catch {
    return false;
  }
}

/**
 * The file before is overwritten once it has no name any more, so that looking for deleted files finds nothing. What a
 * flash disk keeps of it beyond that is out of reach.
 */
function moveOverAndShred(from: string, to: string): void {
  // Windows doesn't let a file go that is open.
  if (process.platform === 'win32') {
    renameSync(from, to);
    return;
  }
  const descriptor = openSync(to, 'r+');
  try {
    renameSync(from, to);
    shred(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function shred(descriptor: number): void {
  const zeros = Buffer.alloc(1_048_576);
  try {
    const { size } = fstatSync(descriptor);
    for (let at = 0; at < size; )
      at += writeSync(descriptor, zeros, 0, Math.min(zeros.length, size - at), at);
    fsyncSync(descriptor);
  } catch {
    // The move is done, and nobody needs what is left of it.
  }
}

function textOf(record: UnlockRecord): Uint8Array {
  return Buffer.from(`${JSON.stringify(record, null, 2)}\n`, 'utf8');
}

function catchFileError<T>(action: () => Result<T, StoreError>): Result<T, StoreError> {
  try {
    return action();
  } catch (cause) {
    const error = fileErrorFrom(cause);
    if (error === null) throw cause;
    return err(error);
  }
}

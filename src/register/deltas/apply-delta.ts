import { assert } from '../../domain/assert.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { randomKey } from '../../store/keys.ts';
import type { WritableStore } from '../../store/store.ts';
import type { StoreError } from '../../store/store-error.ts';
import { hashContent, readInfo } from '../register-content.ts';
import type { RegisterInfo } from '../register-source.ts';
import {
  type ChangeEffect,
  type ChangeProblem,
  ChangeRefused,
  type ChangeTokens,
  ListChanges,
} from './list-changes.ts';
import { deltaSha256, type ListChange, type ListDelta } from './list-delta.ts';
import { type Authority, openSignedDelta, type SignedDeltaError } from './signed-delta.ts';

/** Why a delta changes nothing. No variant carries personal data. */
export type DeltaError =
  | SignedDeltaError
  | { readonly code: 'register-store'; readonly store: StoreError }
  | { readonly code: 'register-unfinished' }
  /** For another election, station or kind of election. */
  | { readonly code: 'delta-of-other-register' }
  /** Those before it have to be applied first: `expected` is the next. */
  | { readonly code: 'delta-missing'; readonly expected: number; readonly found: number }
  /** Under the number of one that was applied, or after another one than that. */
  | { readonly code: 'delta-forks'; readonly sequence: number }
  /** A change that can't be carried out; `change` counts from 1. */
  | {
      readonly code: 'change-refused';
      readonly change: number;
      readonly problem: ChangeProblem;
    }
  /** The list is another one afterwards than the authority's. */
  | { readonly code: 'content-differs'; readonly expected: string; readonly found: string };

export interface AppliedDelta {
  readonly sequence: number;
  /** False where it was applied before: nothing was changed. */
  readonly isNew: boolean;
  readonly applied: number;
  /** Changes that a newer request had already overtaken. */
  readonly overtaken: number;
  /** What those that were carried out did. */
  readonly effects: ChangeEffects;
  readonly info: RegisterInfo;
}

export type ChangeEffects = Readonly<Partial<Record<ChangeEffect, number>>>;

export interface ApplyDeltaOptions {
  readonly store: WritableStore;
  readonly templateKey: Uint8Array;
  readonly file: string;
  readonly authority: Authority;
  /** Tokens of voters who are new in the list, by personal number (src/packages/changes/change-token.ts). */
  readonly tokens?: ChangeTokens;
}

/** Breaks off the transaction; carries the named reason out of it. */
class Refused extends Error {
  readonly error: DeltaError;
  constructor(error: DeltaError) {
    super('a delta was refused');
    this.error = error;
  }
}

/**
 * Carries a signed delta out, whole or not at all, and each once: one that was applied before changes nothing, one
 * that comes too early is refused. Of several requests of one voter the last wins, in whatever order they come.
 */
export function applyDelta(options: ApplyDeltaOptions): Result<AppliedDelta, DeltaError> {
  const opened = openSignedDelta(options.file, options.authority);
  if (!opened.ok) return opened;
  try {
    const done = options.store.transaction(() => apply(options, opened.value));
    return done.ok ? done : err({ code: 'register-store', store: done.error });
  } catch (cause) {
    if (cause instanceof Refused) return err(cause.error);
    throw cause;
  }
}

/** Breaks off a trial; carries its outcome out. */
class Tried extends Error {
  readonly contentHash: string;
  constructor(contentHash: string) {
    super('a trial is undone');
    this.contentHash = contentHash;
  }
}

/**
 * For whoever makes the delta: the next sequence number, what it has to follow, and the content hash that these changes
 * lead to. The register stays as it is.
 */
export function tryChanges(
  store: WritableStore,
  changes: readonly ListChange[],
): Result<
  Pick<ListDelta, 'sequence' | 'previous' | 'contentHash'> & { readonly info: RegisterInfo },
  DeltaError
> {
  const info = readInfo(store);
  if (info === null) return err({ code: 'register-unfinished' });
  const last = appliedSha256(store, info.deltaSequence);
  const previous = last === null ? info.packageHash : Buffer.from(last).toString('hex');
  try {
    const done = store.transaction((): void => {
      carryOut(new ListChanges(store, info, randomKey(), 'trial'), changes);
      throw new Tried(hashContent(store, info).contentHash);
    });
    assert(!done.ok, 'a trial is never committed');
    return err({ code: 'register-store', store: done.error });
  } catch (cause) {
    if (cause instanceof Refused) return err(cause.error);
    if (!(cause instanceof Tried)) throw cause;
    return ok({ sequence: info.deltaSequence + 1, previous, contentHash: cause.contentHash, info });
  }
}

type OpenedDelta = Extract<ReturnType<typeof openSignedDelta>, { ok: true }>['value'];

function apply(options: ApplyDeltaOptions, { delta, bytes }: OpenedDelta): AppliedDelta {
  const { store, templateKey, tokens = new Map() } = options;
  const info = readInfo(store);
  if (info === null) throw new Refused({ code: 'register-unfinished' });
  const isOurs =
    delta.electionId === info.electionId &&
    delta.mock === info.mock &&
    delta.stationNumber === info.stationNumber;
  if (!isOurs) throw new Refused({ code: 'delta-of-other-register' });
  const { sequence } = delta;
  const sha256 = deltaSha256(bytes);
  const known = appliedSha256(store, sequence);
  if (known !== null) {
    if (!Buffer.from(known).equals(sha256)) throw new Refused({ code: 'delta-forks', sequence });
    return { sequence, isNew: false, applied: 0, overtaken: 0, effects: {}, info };
  }
  const expected = info.deltaSequence + 1;
  if (sequence !== expected) throw new Refused({ code: 'delta-missing', expected, found: sequence });
  const before = appliedSha256(store, info.deltaSequence);
  const previous = before === null ? info.packageHash : Buffer.from(before).toString('hex');
  if (delta.previous !== previous) throw new Refused({ code: 'delta-forks', sequence });
  const counted = carryOut(new ListChanges(store, info, templateKey, tokens), delta.changes);
  const content = hashContent(store, info);
  if (delta.contentHash !== null && delta.contentHash !== content.contentHash)
    throw new Refused({ code: 'content-differs', expected: delta.contentHash, found: content.contentHash });
  store.run('UPDATE register_info SET voters = ?, women = ?, men = ?, content_hash = ?', [
    content.voters,
    content.women,
    content.voters - content.women,
    content.contentHash,
  ]);
  store.run('INSERT INTO list_delta (sequence, sha256, signed, content_hash) VALUES (?, ?, ?, ?)', [
    sequence,
    sha256,
    bytes,
    content.contentHash,
  ]);
  return { sequence, isNew: true, ...counted, info: readInfo(store) ?? info };
}

function carryOut(
  list: ListChanges,
  changes: readonly ListChange[],
): Pick<AppliedDelta, 'applied' | 'overtaken' | 'effects'> {
  let applied = 0;
  const effects: Partial<Record<ChangeEffect, number>> = {};
  for (const [at, change] of changes.entries()) {
    try {
      const effect = list.apply(change);
      if (effect === null) continue;
      applied += 1;
      effects[effect] = (effects[effect] ?? 0) + 1;
    } catch (cause) {
      if (!(cause instanceof ChangeRefused)) throw cause;
      throw new Refused({ code: 'change-refused', change: at + 1, problem: cause.problem });
    }
  }
  return { applied, overtaken: changes.length - applied, effects };
}

function appliedSha256(store: WritableStore, sequence: number): Uint8Array | null {
  const row = store.get<{ sha256: Uint8Array }>('SELECT sha256 FROM list_delta WHERE sequence = ?', [
    sequence,
  ]);
  return row?.sha256 ?? null;
}

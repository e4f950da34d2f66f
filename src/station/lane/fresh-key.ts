import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result } from '../../domain/result.ts';
import type { Approval } from '../../domain/roles.ts';
import { type Argon2Cost, PIN_COST, type UnlockedKeys, type UnlockRecord } from '../../store/unlock.ts';
import type { StationError, StationErrorCode } from '../api/errors.ts';
import { recordEvent } from '../provision/record-event.ts';
import { UNLOCK_FILE } from './lane-file.ts';
import { forgetFormerKey, type KeyMoveStep, moveLedger, newHolders, removedMembers } from './move-keys.ts';
import { type LanePlace, type OpenedLane, openDatabases } from './open-lane.ts';
import { readLetters } from './package-letters.ts';

export interface FreshKeyOptions extends LanePlace {
  readonly pinCost?: Argon2Cost;
  /** Told of each step of a move to another key (move-keys.ts); a test stops the power there. */
  readonly onKeyMove?: (step: KeyMoveStep) => void;
}

/**
 * A ledger under a fresh key where somebody was removed from the commission since it got the one that it has; and the
 * end of such a move that a power cut had stopped. What can't be moved is opened as it is, and says so.
 */
export async function underFreshKey(
  options: FreshKeyOptions,
  lane: OpenedLane,
  { former }: UnlockedKeys,
  approvals: readonly Approval[],
  deviceSecret: Uint8Array,
): Promise<Result<OpenedLane, StationError>> {
  const { directory, identity, stationMigrations, pinCost = PIN_COST, onKeyMove = () => {} } = options;
  const { vault, key } = lane;
  if (former !== null && key !== former) return ok(finishKeyMove(options, lane, approvals));
  if (vault.packageVersion === null || removedMembers(vault.laneStore).length === 0) return ok(lane);
  const letters = await readLetters(vault.laneStore, identity, vault.registerFile);
  const holders = newHolders(vault.laneStore, approvals, letters);
  vault.close();
  const moved = await moveLedger({
    ...{ directory, deviceSecret, key, holders, pinCost, onStep: onKeyMove },
    migrations: stationMigrations,
  });
  const reopened = openDatabases(options, { key: moved.ok ? moved.value : key, former: null });
  if (!reopened.ok) return reopened;
  if (moved.ok) return ok(finishKeyMove(options, reopened.value, approvals));
  return ok(withProblem(reopened.value, 'keys-not-moved'));
}

/** The ledger is under the new key: it says so, and the old one leaves the record. */
function finishKeyMove(
  options: FreshKeyOptions,
  lane: OpenedLane,
  approvals: readonly Approval[],
): OpenedLane {
  const { directory, clock, onKeyMove = () => {} } = options;
  const { vault, key } = lane;
  const record = readUnlockRecord(directory);
  if (record === null) return lane;
  const removed = removedMembers(vault.laneStore);
  const withoutShare = vault.laneStore
    .all<{ id: string }>('SELECT person_id AS id FROM member_share ORDER BY id')
    .map(({ id }) => id)
    .filter((id) => !record.shares.some(({ memberId }) => memberId === id));
  const people = approvals.map(({ personId }) => personId);
  // Written down before the power went, or now.
  const isRecorded =
    removed.length === 0 ||
    recordEvent(vault, { type: 'keys-moved', removed, withoutShare, people }, clock, (store) =>
      store.run('DELETE FROM key_move'),
    );
  if (!isRecorded) return withProblem(lane, 'keys-not-moved');
  onKeyMove('recorded');
  if (!forgetFormerKey(directory, record, key).ok) return withProblem(lane, 'keys-not-moved');
  onKeyMove('done');
  return withoutShare.length === 0 ? lane : withProblem(lane, 'pin-renewal-needed');
}

function withProblem(lane: OpenedLane, problem: StationErrorCode): OpenedLane {
  return { ...lane, vault: { ...lane.vault, problem } };
}

export function readUnlockRecord(directory: string): UnlockRecord | null {
  try {
    // Written by `provisionLane`; every byte that matters in it is authenticated when it is opened.
    return JSON.parse(readFileSync(join(directory, UNLOCK_FILE), 'utf8')) as UnlockRecord;
  } catch {
    return null;
  }
}

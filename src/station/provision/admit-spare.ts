import { err, ok, type Result } from '../../domain/result.ts';
import type { ReadableStore, WritableStore } from '../../store/store.ts';
import {
  type LaneRoster,
  type RosterLane,
  sharesReceipts,
  withSpare,
} from '../../sync/lanes/transport/lane-roster.ts';
import type { StationEvent } from '../events.ts';
import { readLanePackage } from '../lane/lane-package.ts';
import { readLaneNetwork, updateRoster } from '../lanes/lane-keys.ts';

export type AdmitFault =
  /** The station has one table: there is nobody to be told. */
  | 'no-other-lanes'
  /** A lane doesn't replace itself, nor is a new one made here. */
  | 'no-such-lane'
  | 'already-admitted'
  /** Another spare of this place counts the same receipts: made from two copies of the chair's stick. */
  | 'receipts-given'
  | 'disk-failed';

/**
 * The same for a spare at this table's door: one that came again after its connection broke, or its power went, is on
 * record already, and is let in once more with the same keys.
 */
export function admitAtDoor(
  options: Parameters<typeof admitSpare>[0],
): Result<{ readonly revoked: string | null }, AdmitFault> {
  const admitted = admitSpare(options);
  if (admitted.ok || admitted.error !== 'already-admitted') return admitted;
  const { laneStore, spare } = options;
  const stands = readLaneNetwork(laneStore)?.roster.lanes.find(({ lane }) => lane === spare.lane);
  const isSame =
    stands?.device === spare.device &&
    stands.ledgerKey === spare.ledgerKey &&
    stands.certificate === spare.certificate;
  return isSame ? ok({ revoked: null }) : admitted;
}

/**
 * Tells this lane, by two people who have unlocked it, that another laptop is lane k from now on: the old one's key
 * and certificate are believed no longer. The other tables that live take it from this one's log
 * (src/station/lanes/heard-spare.ts); the spare itself says so in the first event of its own.
 */
export function admitSpare(options: {
  readonly laneStore: ReadableStore;
  readonly ownLane: number;
  readonly spare: RosterLane;
  readonly people: readonly string[];
  /** Puts it on record, with what goes with it in the same transaction; false where the disk refuses. */
  readonly record: (event: StationEvent, alongside: (store: WritableStore) => void) => boolean;
}): Result<{ readonly revoked: string; readonly roster: LaneRoster }, AdmitFault> {
  const { laneStore, ownLane, spare, people, record } = options;
  // As it is now: another spare may have been let in since the unlocking.
  const network = readLaneNetwork(laneStore);
  if (network === null) return err('no-other-lanes');
  const { roster } = network;
  const replaced = roster.lanes.find(({ lane }) => lane === spare.lane);
  if (replaced === undefined || spare.lane === ownLane) return err('no-such-lane');
  if (replaced.device === spare.device) return err('already-admitted');
  if (sharesReceipts(roster, spare) !== null) return err('receipts-given');
  const { lane, device, ledgerKey, codeKey, certificate, address, receiptsFrom } = spare;
  const entry: RosterLane = {
    ...{ lane, device, ledgerKey, codeKey, certificate, address },
    ...(receiptsFrom === undefined ? {} : { receiptsFrom }),
  };
  const renewed = withSpare(roster, entry);
  if (renewed === null) return err('already-admitted');
  const event: StationEvent = {
    type: 'spare-admitted',
    ...{ lane: spare.lane, device: spare.device, people },
    revokes: { device: replaced.device, ledgerKey: replaced.ledgerKey },
    packageVersion: readLanePackage(laneStore)?.version ?? 0,
    entry,
  };
  const recorded = record(event, (store) => updateRoster(store, renewed));
  return recorded ? ok({ revoked: replaced.device, roster: renewed }) : err('disk-failed');
}

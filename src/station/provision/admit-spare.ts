import { err, ok, type Result } from '../../domain/result.ts';
import type { Clock } from '../../store/clock.ts';
import type { WritableStore } from '../../store/store.ts';
import { type LaneRoster, type RosterLane, withSpare } from '../../sync/lanes/transport/lane-roster.ts';
import type { StationEvent } from '../events.ts';
import { readLanePackage } from '../lane/lane-package.ts';
import { updateRoster } from '../lanes/lane-keys.ts';
import type { OpenedVault } from '../station-dependencies.ts';
import { recordEvent } from './record-event.ts';

export type AdmitFault =
  /** The station has one table: there is nobody to be told. */
  | 'no-other-lanes'
  /** A lane doesn't replace itself, nor is a new one made here. */
  | 'no-such-lane'
  | 'already-admitted'
  | 'disk-failed';

/**
 * Tells this lane, by two people who have unlocked it, that another laptop is lane k from now on: the old one's key
 * and certificate are believed no longer. The other tables that live take it from this one's log
 * (src/station/lanes/heard-spare.ts); the spare itself says so in the first event of its own.
 */
export function admitSpare(options: {
  readonly vault: OpenedVault;
  readonly ownLane: number;
  readonly spare: RosterLane;
  readonly people: readonly string[];
  readonly clock: Clock;
}): Result<{ readonly revoked: string; readonly roster: LaneRoster }, AdmitFault> {
  const { vault, ownLane, spare, people, clock } = options;
  const { laneNetwork, laneStore } = vault;
  if (laneNetwork === null) return err('no-other-lanes');
  const { roster } = laneNetwork;
  const replaced = roster.lanes.find(({ lane }) => lane === spare.lane);
  if (replaced === undefined || spare.lane === ownLane) return err('no-such-lane');
  if (replaced.device === spare.device) return err('already-admitted');
  const { lane, device, ledgerKey, codeKey, certificate, address } = spare;
  const entry: RosterLane = { lane, device, ledgerKey, codeKey, certificate, address };
  const renewed = withSpare(roster, entry);
  if (renewed === null) return err('already-admitted');
  const event: StationEvent = {
    type: 'spare-admitted',
    ...{ lane: spare.lane, device: spare.device, people },
    revokes: { device: replaced.device, ledgerKey: replaced.ledgerKey },
    packageVersion: readLanePackage(laneStore)?.version ?? 0,
    entry,
  };
  const recorded = recordEvent(vault, event, clock, (store: WritableStore) => {
    updateRoster(store, renewed);
  });
  return recorded ? ok({ revoked: replaced.device, roster: renewed }) : err('disk-failed');
}

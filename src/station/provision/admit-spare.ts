import { err, ok, type Result } from '../../domain/result.ts';
import type { LaneEntry } from '../../packages/manifest.ts';
import type { Clock } from '../../store/clock.ts';
import type { WritableStore } from '../../store/store.ts';
import type { LaneRoster } from '../../sync/lanes/transport/lane-roster.ts';
import type { StationEvent } from '../events.ts';
import { readLanePackage } from '../lane/lane-package.ts';
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
 * and certificate are believed no longer. Of each table that lives, once; the spare itself says so in the first event
 * of its own log.
 */
export function admitSpare(options: {
  readonly vault: OpenedVault;
  readonly ownLane: number;
  readonly spare: LaneEntry;
  readonly people: readonly string[];
  readonly clock: Clock;
}): Result<{ readonly revoked: string }, AdmitFault> {
  const { vault, ownLane, spare, people, clock } = options;
  const { laneNetwork, laneStore } = vault;
  if (laneNetwork === null) return err('no-other-lanes');
  const { roster } = laneNetwork;
  const replaced = roster.lanes.find(({ lane }) => lane === spare.lane);
  if (replaced === undefined || spare.lane === ownLane) return err('no-such-lane');
  if (replaced.device === spare.device) return err('already-admitted');
  const { recipient: _, ...entry } = spare;
  const renewed: LaneRoster = {
    ...roster,
    lanes: roster.lanes.map((one) =>
      one.lane === spare.lane ? { ...entry, address: spare.address ?? one.address } : one,
    ),
  };
  const event: StationEvent = {
    type: 'spare-admitted',
    ...{ lane: spare.lane, device: spare.device, people },
    revokes: { device: replaced.device, ledgerKey: replaced.ledgerKey },
    packageVersion: readLanePackage(laneStore)?.version ?? 0,
  };
  const recorded = recordEvent(vault, event, clock, (store: WritableStore) => {
    store.run('UPDATE lane_network SET roster = ?', [JSON.stringify(renewed)]);
  });
  return recorded ? ok({ revoked: replaced.device }) : err('disk-failed');
}

import type { IssuingSnapshot } from '../api/snapshot.ts';
import type { LaneIdentity, StationContext } from '../context.ts';
import type { IssuingTable } from '../issuing/issuing-table.ts';
import { commonSnapshot, handoverViews, LISTED_AT_TABLE, type SnapshotFrame } from './desk-snapshot.ts';

export function lockedIssuingSnapshot(identity: LaneIdentity, frame: SnapshotFrame): IssuingSnapshot {
  return {
    window: 'issuing',
    ...commonSnapshot(identity, frame),
    mode: 'scan',
    handovers: [],
    waitingForBallot: 0,
    signed: 0,
    last: null,
  };
}

/** The issuing table sees who comes with a receipt, and nothing of how they were identified. */
export function issuingSnapshot(
  context: StationContext,
  table: IssuingTable,
  frame: SnapshotFrame,
): IssuingSnapshot {
  const { projection, procedure, identity } = context;
  const atTable = procedure.issuing === 'scan' ? projection.atIssuingTable(LISTED_AT_TABLE) : [];
  return {
    window: 'issuing',
    ...commonSnapshot(identity, frame),
    mode: procedure.issuing,
    handovers: handoverViews(context, atTable, frame.nowMs),
    waitingForBallot: projection.waitingForBallot(),
    signed: projection.signed(),
    last: table.last(),
  };
}

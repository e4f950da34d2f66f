import type { Matter } from '../../domain/lanes/collisions.ts';
import { laneOf } from '../../domain/lanes/tenure.ts';
import { fullName } from '../../domain/voter.ts';
import type { Lanes } from '../../sync/lanes/start-lanes.ts';
import { addressCode } from '../../sync/lanes/transport/reachable-addresses.ts';
import type { LanesView, MatterView } from '../api/lanes-view.ts';
import type { StationLanesOptions } from './connected-lanes.ts';
import type { OtherTables } from './other-tables.ts';

/** The lanes of the station as the desk's window mirrors them. */
export function viewLanes(
  lanes: Lanes,
  others: OtherTables,
  options: StationLanesOptions,
): Omit<LanesView, 'scanned'> {
  const { node } = lanes;
  const { roster } = options.keys;
  const { custody } = node.state;
  const addresses = lanes.addresses();
  return {
    standing: node.standing.name(),
    missing: node.standing.missing(),
    addresses,
    addressCode: addressCode(addresses),
    plugged: lanes.isPlugged(),
    alone: node.secondCopy.isAlone(),
    lanes: roster.lanes.map(({ lane }) => {
      const share = roster.shares.find((one) => one.lane === lane);
      return {
        lane,
        up: lane === options.lane || node.isUp(lane),
        day: lane === options.lane ? null : others.dayOf(lane),
        misfit: lanes.misfit(lane),
        answers: lanes.answers(lane),
        takenOver: custody.endOf(custody.tenure(lane)) !== null,
        heldBy: laneOf(custody.standsFor(lane)),
        list: share === undefined ? null : { first: share.first, last: share.last },
      };
    }),
    matters: node.matters().map((matter) => viewMatter(matter, others, options)),
  };
}

function viewMatter(matter: Matter, others: OtherTables, options: StationLanesOptions): MatterView {
  const { name, settled } = matter;
  if (matter.kind !== 'collision') return { kind: matter.kind, lane: matter.lane, name, settled };
  const voter = options.register.byId(matter.voter);
  return {
    ...{ kind: 'collision', name, settled },
    voter: voter === null ? null : { name: fullName(voter.name), listNumber: voter.listNumber },
    lanes: matter.records.map(({ origin }) => origin.lane),
    records: matter.records.map((record) => {
      const { lane } = record.origin;
      if ('line' in record) return { lane, receiptNumber: null, hour: null, paperLine: record.line };
      const own = lane === options.lane ? options.ownVisit(record.handover) : null;
      // What this laptop's own disk lost is known from the other tables.
      const { receiptNumber, hour } = own?.hour == null ? others.visit(record.handover, lane) : own;
      return { lane, receiptNumber, hour, paperLine: null };
    }),
  };
}

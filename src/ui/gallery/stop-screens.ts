import { STOP_OUTCOMES } from '../../domain/outcome.ts';
import type { DeskSnapshot, StopDetails } from '../../station/api/snapshot.ts';
import { EXAMPLE_VOTER, exampleDesk } from './example-desk.ts';

export function stopScreens(): Record<string, DeskSnapshot> {
  const nothing: StopDetails = {
    elsewhere: null,
    earlier: null,
    expired: null,
    fromDay: null,
    otherLane: null,
    notHere: null,
    slip: false,
    disputed: false,
  };
  const details: Partial<Record<(typeof STOP_OUTCOMES)[number], Partial<StopDetails>>> = {
    'wrong-station': {
      elsewhere: {
        stationNumber: 9902,
        districtNumber: 3,
        address: 'Ош ш., Курманжан Датка к. 12, № 21 мектеп',
      },
      slip: true,
    },
    'already-identified': { earlier: { lane: 1, receiptNumber: '1-0117', period: '09:00–10:00' } },
    'document-expired': { expired: '2024-05-03' },
    'under-age': { fromDay: '2027-01-25' },
    'not-in-list': { slip: true },
    'refused-by-commission': { disputed: true },
    'other-lane': { otherLane: { lane: 3, why: 'unreachable' } },
    'table-waits': { otherLane: { lane: 1, why: 'not-owning' } },
  };
  return Object.fromEntries(
    STOP_OUTCOMES.map((outcome) => [
      `stop-${outcome}`,
      exampleDesk({
        desk: {
          stepId: 's9',
          kind: 'stop',
          outcome,
          voter: outcome === 'not-in-list' ? null : EXAMPLE_VOTER,
          details: { ...nothing, ...details[outcome] },
        },
      }),
    ]),
  );
}

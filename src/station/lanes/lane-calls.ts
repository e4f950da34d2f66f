import { err, ok, type Result } from '../../domain/result.ts';
import type { StationError } from '../api/errors.ts';
import type { LaneSignContent, StationContext } from '../context.ts';
import type { Desk } from '../desk/desk.ts';
import { printerTrouble } from '../desk/print-receipts.ts';
import type { Handlers } from '../open-station.ts';

type LaneCallName =
  | 'askLaneAgain'
  | 'enterLaneCode'
  | 'overrideLane'
  | 'giveByCode'
  | 'takeOverLane'
  | 'resumeLane'
  | 'goAlone'
  | 'settleMatter'
  | 'connectLane'
  | 'letSpareIn'
  | 'compareSpare'
  | 'shutSpareDoor'
  | 'plugNetwork'
  | 'printLaneSign'
  | 'laneSignsPdf';

import type { SpareDoorKeeper } from './spare-door-keeper.ts';

/** What the screens ask of the lanes of this station. */
export function laneCalls(
  context: StationContext,
  desk: Desk,
  spareDoor: SpareDoorKeeper,
): Pick<Handlers, LaneCallName> {
  const { lanes } = context;
  return {
    askLaneAgain: ({ stepId }) => desk.askLaneAgain(stepId),
    enterLaneCode: ({ stepId, code }) => desk.enterLaneCode(stepId, code),
    overrideLane: ({ stepId, people }) => desk.overrideLane(stepId, people),
    giveByCode: ({ listNumber, lane }) => giveByCode(context, listNumber, lane),
    takeOverLane: ({ lane, people }) => lanes.takeOver(lane, people),
    resumeLane: ({ lastReceipt, people }) => lanes.resume(people, lastReceipt),
    goAlone: ({ people }) => lanes.goAlone(people),
    settleMatter: ({ matter, people }) => lanes.settle(matter, people),
    connectLane: ({ address }) => lanes.connect(address),
    letSpareIn: ({ lane, people }) => spareDoor.open(lane, people),
    compareSpare: ({ same }) => spareDoor.decide(same),
    shutSpareDoor: async () => {
      await spareDoor.shut();
      return ok(undefined);
    },
    plugNetwork: ({ plugged }) => lanes.setPlugged(plugged),
    printLaneSign: ({ language }) => printLaneSign(context, language),
    laneSignsPdf: async ({ language }) => {
      const sign = signContent(context);
      if (!sign.ok) return sign;
      const bytes = await context.paper.laneSignsPdf(sign.value, language);
      return ok({ fileName: 'tizme-table-signs.pdf', base64: Buffer.from(bytes).toString('base64') });
    },
  };
}

/** The voter stands at another table that can't reach this one: the code is read across the room. */
async function giveByCode(
  { register, lanes }: StationContext,
  listNumber: number,
  lane: number,
): Promise<Result<{ code: string }, StationError>> {
  const voter = register.byListNumber(listNumber);
  if (voter === null) return err({ code: 'voter-not-found' });
  const given = await lanes.giveByCode(voter.id, lane);
  return given.ok ? ok({ code: given.value }) : given;
}

async function printLaneSign(
  context: StationContext,
  language: Parameters<StationContext['paper']['laneSignsPdf']>[1],
): Promise<Result<undefined, StationError>> {
  const sign = signContent(context);
  if (!sign.ok) return sign;
  if ((await printerTrouble(context)) !== null) return err({ code: 'printer-problem' });
  const { paper, devices, identity } = context;
  const strip = await paper.laneSignStrip(sign.value, identity.lane, language, devices.printer.dotsAcross);
  const printed = await devices.printer.print(strip);
  return printed.ok ? ok(undefined) : err({ code: 'printer-problem' });
}

function signContent({ identity, lanes }: StationContext): Result<LaneSignContent, StationError> {
  const view = lanes.view();
  if (view === null) return err({ code: 'no-other-lanes' });
  const { mock, electionTitle, stationNumber } = identity;
  const shares = view.lanes.flatMap(({ lane, list }) => (list === null ? [] : [{ lane, ...list }]));
  return ok({ mock, electionTitle, stationNumber, shares });
}

import { z } from 'zod';
import { MOST_LANES } from '../../../domain/lanes/tenure.ts';

/** Far above the spares of one day. */
const MOST_FORMER = 30;
/** Whole blocks of ten thousand, up to seven digits (src/station/provision/spare-receipts.ts). */
const receiptsFrom = z.int().min(10_000).max(9_990_000);

/**
 * Who the lanes of a station are. It comes with the election package and holds nothing secret: whoever is not in
 * it is a stranger. `address` is where a lane is looked for besides mDNS: `host:port`.
 */
export const laneRosterSchema = z.strictObject({
  lanes: z
    .array(
      z.strictObject({
        lane: z.int().min(1).max(MOST_LANES),
        device: z.string().min(1).max(64),
        /** Ed25519 key of the lane's log, base64. */
        ledgerKey: z.base64().regex(/^[^=]{43}=$/),
        /** X25519 key for grants that are read aloud, base64. */
        codeKey: z.base64().regex(/^[^=]{43}=$/),
        /** The certificate that the lane shows, PEM. */
        certificate: z.string().max(4_096),
        address: z.string().max(260).nullable(),
        /** Of a spare: after which number its receipts begin. */
        receiptsFrom: receiptsFrom.exactOptional(),
      }),
    )
    .min(1)
    .max(MOST_LANES),
  /**
   * Laptops that stood at a table before a spare took their place. They are let in no longer; what they wrote down stays
   * part of the station's day, and is believed where another lane brings it.
   */
  former: z
    .array(
      z.strictObject({
        lane: z.int().min(1).max(MOST_LANES),
        device: z.string().min(1).max(64),
        ledgerKey: z.base64().regex(/^[^=]{43}=$/),
        receiptsFrom: receiptsFrom.exactOptional(),
        /** It never stood there for this lane: two people let it in elsewhere, in the place of one that has another successor. */
        rival: z.literal(true).exactOptional(),
      }),
    )
    .max(MOST_FORMER)
    .optional(),
  /** Runs of list numbers, one a lane: what the printed signs say. */
  shares: z.array(z.strictObject({ lane: z.int(), first: z.int(), last: z.int() })).max(MOST_LANES),
});

export const rosterLaneSchema = laneRosterSchema.shape.lanes.element;
export type LaneRoster = z.infer<typeof laneRosterSchema>;
export type RosterLane = z.infer<typeof rosterLaneSchema>;

/**
 * The roster with a spare in the place of a lane's laptop. Null where nothing is to be changed: there is no such lane,
 * the spare stands there already, or it is one that was itself replaced.
 */
export function withSpare(roster: LaneRoster, spare: RosterLane): LaneRoster | null {
  const replaced = roster.lanes.find(({ lane }) => lane === spare.lane);
  const former = roster.former ?? [];
  if (replaced === undefined || replaced.device === spare.device) return null;
  // A rival may be the one that goes on, once people have looked.
  if (former.some(({ device, rival }) => device === spare.device && rival !== true)) return null;
  const { address: _, codeKey: __, certificate: ___, ...before } = replaced;
  return {
    ...roster,
    lanes: roster.lanes.map((one) =>
      one.lane === spare.lane ? { ...spare, address: spare.address ?? one.address } : one,
    ),
    former: [...former.filter(({ device }) => device !== spare.device), before],
  };
}

/**
 * The roster with a spare that others let in for the same place: it isn't believed to stand there, and its log is taken
 * in. Null where it is known, or there are too many.
 */
export function withRival(
  roster: LaneRoster,
  { lane, device, ledgerKey, receiptsFrom: from }: RosterLane,
): LaneRoster | null {
  const { lanes, former = [] } = roster;
  if (former.length >= MOST_FORMER || [...lanes, ...former].some((one) => one.device === device)) return null;
  const rival = {
    lane,
    device,
    ledgerKey,
    ...(from === undefined ? {} : { receiptsFrom: from }),
    rival: true,
  } as const;
  return { ...roster, former: [...former, rival] };
}

/** The laptops of a place in their order, as far as this roster knows: each was let in for the one before. */
export function laptopsOf({ lanes, former = [] }: LaneRoster, lane: number): readonly string[] {
  return [...former.filter(({ rival }) => rival !== true), ...lanes]
    .filter((one) => one.lane === lane)
    .map(({ device }) => device);
}

/** Which other laptop of the same place counts its receipts in the spare's block; null where none is known to. */
export function sharesReceipts({ lanes, former = [] }: LaneRoster, spare: RosterLane): string | null {
  if (spare.receiptsFrom === undefined) return null;
  const found = [...lanes, ...former].find(
    ({ lane, device, receiptsFrom }) =>
      lane === spare.lane && device !== spare.device && receiptsFrom === spare.receiptsFrom,
  );
  return found?.device ?? null;
}

export function keyBytes(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

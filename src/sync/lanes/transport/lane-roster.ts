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
  if (former.some(({ device }) => device === spare.device)) return null;
  const { address: _, codeKey: __, certificate: ___, ...before } = replaced;
  return {
    ...roster,
    lanes: roster.lanes.map((one) =>
      one.lane === spare.lane ? { ...spare, address: spare.address ?? one.address } : one,
    ),
    former: [...former, before],
  };
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

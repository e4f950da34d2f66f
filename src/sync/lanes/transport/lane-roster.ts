import { z } from 'zod';
import { MOST_LANES } from '../../../domain/lanes/tenure.ts';

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
      }),
    )
    .min(1)
    .max(MOST_LANES),
  /** Runs of list numbers, one a lane: what the printed signs say. */
  shares: z.array(z.strictObject({ lane: z.int(), first: z.int(), last: z.int() })).max(MOST_LANES),
});

export type LaneRoster = z.infer<typeof laneRosterSchema>;

export function keyBytes(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

import type { TakenEvent } from '../collector-store.ts';

/**
 * The whole of an `append` in one statement, so in one round trip and one short transaction. The row of the chain head
 * is what collectors meet at: it moves only from `afterSeq`, and everything else hangs on its having moved. Returns
 * one row where it did.
 */
export const APPEND_SQL = `
WITH registered AS (
  INSERT INTO device (device, election, station, mock, public_key, origin)
  VALUES ($1::text, $2::text, $3::text, $4::boolean, $5::bytea, $6::text) ON CONFLICT (device) DO NOTHING RETURNING device
), moved AS (
  INSERT INTO chain_head (device, epoch, seq, hash, heard_wall_ms)
  SELECT $1::text, $7::bigint, $8::bigint, $9::bytea, $11::bigint
  WHERE ($12::bigint = 0
      OR EXISTS (SELECT 1 FROM chain_head WHERE device = $1::text AND epoch = $7::bigint AND seq = $12::bigint))
    AND (EXISTS (SELECT 1 FROM registered)
      OR EXISTS (SELECT 1 FROM device WHERE device = $1::text AND election = $2::text AND station = $3::text
        AND mock = $4::boolean AND public_key = $5::bytea))
  ON CONFLICT (device, epoch) DO UPDATE
    SET seq = excluded.seq, hash = excluded.hash, heard_wall_ms = excluded.heard_wall_ms
    WHERE chain_head.seq = $12::bigint
  RETURNING device
), events AS (
  INSERT INTO event (device, epoch, seq, hash, public_bytes, centre_salt, centre_bytes)
  SELECT moved.device, $7::bigint, $12::bigint + e.i,
    substring($13::bytea FROM e.at FOR 32),
    substring($13::bytea FROM e.at + 32 FOR e.public),
    CASE WHEN e.centre IS NOT NULL THEN substring($13::bytea FROM e.at + 32 + e.public FOR 32) END,
    CASE WHEN e.centre IS NOT NULL THEN substring($13::bytea FROM e.at + 64 + e.public FOR e.centre) END
  FROM moved, unnest($14::integer[], $15::integer[], $16::integer[])
    WITH ORDINALITY AS e (at, public, centre, i)
), signed AS (
  INSERT INTO signed_head (device, epoch, seq, hash, signature, received_wall_ms)
  SELECT device, $7::bigint, $8::bigint, $9::bytea, $10::bytea, $11::bigint FROM moved
), counted AS (
  INSERT INTO turnout_count (device, property, value, count)
  SELECT moved.device, c.property, c.value, c.count
  FROM moved, unnest($17::text[], $18::text[], $19::bigint[]) AS c (property, value, count)
  ON CONFLICT (device, property, value) DO UPDATE SET count = turnout_count.count + excluded.count
), summed AS (
  INSERT INTO turnout_total (shard, property, value, count)
  SELECT $20::integer, c.property, c.value, c.count
  FROM moved, unnest($17::text[], $18::text[], $19::bigint[]) AS c (property, value, count)
  ORDER BY c.property, c.value
  ON CONFLICT (shard, property, value) DO UPDATE SET count = turnout_total.count + excluded.count
), heard AS (
  INSERT INTO device_total (device, events, identified, undone, by_commission, incidents, heard_wall_ms)
  SELECT device, $21::bigint, $22::bigint, $23::bigint, $24::bigint, $25::bigint, $11::bigint FROM moved
  ON CONFLICT (device) DO UPDATE SET events = device_total.events + excluded.events,
    identified = device_total.identified + excluded.identified, undone = device_total.undone + excluded.undone,
    by_commission = device_total.by_commission + excluded.by_commission,
    incidents = device_total.incidents + excluded.incidents,
    heard_wall_ms = greatest(device_total.heard_wall_ms, excluded.heard_wall_ms)
), alarmed AS (
  INSERT INTO alarm (device, code, epoch, seq, first_wall_ms, last_wall_ms, times)
  SELECT moved.device, a.code, $7::bigint, a.seq, $11::bigint, $11::bigint, 1
  FROM moved, unnest($26::text[], $27::bigint[]) AS a (code, seq)
  ON CONFLICT (device, code, epoch, seq) DO UPDATE
    SET times = alarm.times + 1, last_wall_ms = excluded.last_wall_ms
)
SELECT device FROM moved`;

export interface PackedEvents {
  /** Of each event: its hash, public bytes, salt and centre bytes, one after the other. */
  readonly blob: Buffer;
  /** From 1, as SQL counts. */
  readonly offsets: readonly number[];
  readonly publicLengths: readonly number[];
  /** Of the centre bytes; null where there is no centre part. */
  readonly centreLengths: readonly (number | null)[];
}

/** All bytes of a batch as one parameter: binary on the wire, where an array of byte strings would go as hexadecimal. */
export function packEvents(events: readonly TakenEvent[]): PackedEvents {
  const pieces: Uint8Array[] = [];
  const offsets: number[] = [];
  let at = 1;
  for (const { hash, publicBytes, centre } of events) {
    offsets.push(at);
    pieces.push(hash, publicBytes);
    at += hash.length + publicBytes.length;
    if (centre === null) continue;
    pieces.push(centre.salt, centre.bytes);
    at += centre.salt.length + centre.bytes.length;
  }
  return {
    blob: Buffer.concat(pieces),
    offsets,
    publicLengths: events.map(({ publicBytes }) => publicBytes.length),
    centreLengths: events.map(({ centre }) => centre?.bytes.length ?? null),
  };
}

import { randomInt } from 'node:crypto';
import type { PoolClient } from 'pg';
import { type AcceptedBatch, deviceSums } from '../collector-store.ts';
import { packHashes, packParticipations, packRecords } from '../packed-range.ts';

/** Writers pick one of so many rows for each sum, so that they seldom wait for one another. */
const SHARDS = 64;

/**
 * Plain statements, each on the rows of one device (the sums over all aside), so that engines that spread the tables
 * by device run them too. Named, so that the server plans each once a connection.
 */
const STATEMENTS = {
  meet: `INSERT INTO device (device, election, station, mock, public_key, origin)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (device) DO NOTHING`,
  recognise: `SELECT 1 FROM device
    WHERE device = $1 AND election = $2 AND station = $3 AND mock = $4 AND public_key = $5`,
  begin: `INSERT INTO chain_head (device, epoch, seq, hash, heard_wall_ms) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (device, epoch) DO NOTHING`,
  move: `UPDATE chain_head SET seq = $3, hash = $4, heard_wall_ms = $5
    WHERE device = $1 AND epoch = $2 AND seq = $6`,
  range: `INSERT INTO event_range (device, epoch, first_seq, last_seq, tokens, hashes, records)
    VALUES ($1, $2, $3, $4, $5, $6, $7)`,
  head: `INSERT INTO signed_head (device, epoch, seq, hash, signature, received_wall_ms)
    VALUES ($1, $2, $3, $4, $5, $6)`,
  count: `INSERT INTO turnout_count (device, property, value, count)
    SELECT $1, c.property, c.value, c.count FROM unnest($2::text[], $3::text[], $4::bigint[]) AS c (property, value, count)
    ON CONFLICT (device, property, value) DO UPDATE SET count = turnout_count.count + excluded.count`,
  sum: `INSERT INTO device_total (device, events, identified, undone, by_commission, incidents, heard_wall_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (device) DO UPDATE SET events = device_total.events + excluded.events,
      identified = device_total.identified + excluded.identified, undone = device_total.undone + excluded.undone,
      by_commission = device_total.by_commission + excluded.by_commission,
      incidents = device_total.incidents + excluded.incidents,
      heard_wall_ms = greatest(device_total.heard_wall_ms, excluded.heard_wall_ms)`,
  total: `INSERT INTO turnout_total (shard, property, value, count)
    SELECT $1, c.property, c.value, c.count FROM unnest($2::text[], $3::text[], $4::bigint[]) AS c (property, value, count)
    ORDER BY c.property, c.value
    ON CONFLICT (shard, property, value) DO UPDATE SET count = turnout_total.count + excluded.count`,
} as const;

/**
 * The row of the chain head is what collectors meet at: it moves only from `afterSeq`. The sums that all devices share
 * come last, so that their rows are held for no longer than the commit takes.
 * @returns whether it moved; where it did not, the transaction is to be rolled back.
 */
export async function appendBatch(client: PoolClient, batch: AcceptedBatch): Promise<boolean> {
  const run = async (name: keyof typeof STATEMENTS, values: readonly unknown[]): Promise<number> => {
    const { rowCount } = await client.query({ name, text: STATEMENTS[name], values: [...values] });
    return rowCount ?? 0;
  };
  const { registration, afterSeq, head, counts, receivedWallMs } = batch;
  const { device, election, station, mock, publicKey, origin } = registration;
  if (origin === 'first-use') await run('meet', [device, election, station, mock, publicKey, origin]);
  if ((await run('recognise', [device, election, station, mock, publicKey])) === 0) return false;
  const place = [device, head.epoch, head.seq, head.hash];
  const moved =
    afterSeq === 0
      ? await run('begin', [...place, receivedWallMs])
      : await run('move', [...place, receivedWallMs, afterSeq]);
  if (moved === 0) return false;
  await run('range', [
    ...[device, head.epoch, afterSeq + 1, head.seq],
    ...[packParticipations(batch.participations), packHashes(batch.events), packRecords(batch.events)],
  ]);
  await run('head', [...place, head.signature, receivedWallMs]);
  const { events, identified, undone, byCommission, incidents } = deviceSums(batch);
  await run('sum', [device, events, identified, undone, byCommission, incidents, receivedWallMs]);
  const cells = [
    ...[counts.map(({ property }) => property), counts.map(({ value }) => value)],
    counts.map(({ count }) => count),
  ];
  await run('count', [device, ...cells]);
  await run('total', [randomInt(SHARDS), ...cells]);
  return true;
}

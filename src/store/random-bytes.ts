import { randomFillSync } from 'node:crypto';

/**
 * Random bytes for salts and nonces, of which an act needs a handful: taken from a pool that the system's generator fills
 * as a whole, since asking it costs the same for 32 bytes as for 4096. What was given out is wiped in the pool, and
 * never given out again. Keys are drawn by themselves (`randomKey`), so that they never lie in the pool.
 */
const pool = new Uint8Array(4096);
let used = pool.length;

/** @param length At most 4096. @returns A copy of its own. */
export function randomSalt(length: number): Uint8Array {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const drawn = pool.slice(used, used + length);
  pool.fill(0, used, used + length);
  used += length;
  return drawn;
}

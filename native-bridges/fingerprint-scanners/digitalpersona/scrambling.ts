/**
 * The scrambling of U.are.U 4000 pictures: the sensor runs a 32-bit shift register and mixes its bits into the
 * bytes (facts from libfprint's uru4000).
 */
const FEEDBACK = 0x9248144d;
/** Which bits of the key make bits 0 to 7 of the mask. */
const MASK_BITS = [4, 8, 11, 14, 18, 21, 24, 29] as const;

/** The key after one byte. */
export function stepKey(key: number): number {
  let parity = key & FEEDBACK;
  parity ^= parity >>> 16;
  parity ^= parity >>> 8;
  parity ^= parity >>> 4;
  parity ^= parity >>> 2;
  parity ^= parity >>> 1;
  return ((key >>> 1) | ((parity & 1) << 31)) >>> 0;
}

export function maskOf(key: number): number {
  let mask = 0;
  for (const [bit, source] of MASK_BITS.entries()) mask |= ((key >>> source) & 1) << bit;
  return mask;
}

/** Clears a block in place: every byte comes one place late, and the last one is lost. Returns the key after it. */
export function clearBlock(block: Uint8Array, key: number): number {
  let current = key;
  for (let index = 0; index + 1 < block.length; index += 1) {
    block[index] = (block[index + 1] ?? 0) ^ maskOf(current);
    current = stepKey(current);
  }
  if (block.length > 0) block[block.length - 1] = 0;
  return stepKey(current);
}

/** The other direction, for the emulator. */
export function scrambleBlock(block: Uint8Array, key: number): number {
  let current = key;
  const clear = block.slice();
  for (let index = 0; index + 1 < block.length; index += 1) {
    block[index + 1] = (clear[index] ?? 0) ^ maskOf(current);
    current = stepKey(current);
  }
  block[0] = 0;
  return stepKey(current);
}

/** The key after so many bytes that are not scrambled but counted. */
export function skipBytes(key: number, count: number): number {
  let current = key;
  for (let index = 0; index < count; index += 1) current = stepKey(current);
  return current;
}

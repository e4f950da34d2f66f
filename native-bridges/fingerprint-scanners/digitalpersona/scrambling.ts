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

/** The mask's bits that each byte of a key gives, lowest byte first: a picture has a hundred thousand of them. */
const MASK_PARTS = [0, 8, 16, 24].map((shift) =>
  Uint8Array.from({ length: 256 }, (_, byte) =>
    MASK_BITS.reduce<number>((mask, source, bit) => {
      const within = source - shift;
      return within < 0 || within > 7 ? mask : mask | (((byte >>> within) & 1) << bit);
    }, 0),
  ),
) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
const [LOWEST, LOW, HIGH, HIGHEST] = MASK_PARTS;

export function maskOf(key: number): number {
  return (
    (LOWEST[key & 0xff] ?? 0) |
    (LOW[(key >>> 8) & 0xff] ?? 0) |
    (HIGH[(key >>> 16) & 0xff] ?? 0) |
    (HIGHEST[key >>> 24] ?? 0)
  );
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

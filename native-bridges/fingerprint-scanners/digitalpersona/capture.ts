import type { DeviceProblem } from '../../../src/domain/devices.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { clearBlock, skipBytes } from './scrambling.ts';

/** One capture of a U.are.U 4000: a header of 64 bytes, then rows of 384 bytes in up to fifteen blocks. */
export const HEADER_BYTES = 64;
export const ROW_BYTES = 384;
export const MAX_ROWS = 290;
export const MAX_CAPTURE_BYTES = HEADER_BYTES + ROW_BYTES * MAX_ROWS;
const BLOCKS_OFFSET = 16;
const MAX_BLOCKS = 15;
/** Above it the first two rows are noise, that is, scrambled; a picture of a finger is far smoother. */
const SCRAMBLED_DEVIATION = 5_000;

export const BLOCK_FLAGS = {
  /** White rows that are not in the data. */
  notPresent: 0x01,
  encrypted: 0x02,
  /** The key stands still during the block. */
  noKeyUpdate: 0x04,
  /** The next key begins here. */
  newKey: 0x80,
} as const;

export interface CaptureBlock {
  readonly flags: number;
  readonly rows: number;
}

export interface Capture {
  readonly keyNumber: number;
  readonly blocks: readonly CaptureBlock[];
  /** The rows that were sent, as they came. */
  readonly data: Uint8Array;
}

/** Asks the device for the key of that number. */
export type KeySource = (keyNumber: number) => Promise<Result<number, DeviceProblem>>;

/** Takes a capture apart; `bad-data` when the blocks and the rows do not fit each other. */
export function decodeCapture(bytes: Uint8Array): Result<Capture, DeviceProblem> {
  if (bytes.length < HEADER_BYTES) return err({ code: 'bad-data' });
  const rows = (bytes[4] ?? 0) | ((bytes[5] ?? 0) << 8);
  if (rows >= MAX_ROWS || bytes.length < HEADER_BYTES + rows * ROW_BYTES) return err({ code: 'bad-data' });
  const blocks: CaptureBlock[] = [];
  for (let index = 0; index < MAX_BLOCKS; index += 1) {
    const block = {
      flags: bytes[BLOCKS_OFFSET + 2 * index] ?? 0,
      rows: bytes[BLOCKS_OFFSET + 2 * index + 1] ?? 0,
    };
    if (block.rows === 0) break;
    blocks.push(block);
  }
  const sent = sumRows(blocks.filter(({ flags }) => (flags & BLOCK_FLAGS.notPresent) === 0));
  if (sent !== rows || sumRows(blocks) > MAX_ROWS || rows === 0) return err({ code: 'bad-data' });
  const data = bytes.slice(HEADER_BYTES, HEADER_BYTES + rows * ROW_BYTES);
  return ok({ keyNumber: bytes[6] ?? 0, blocks, data });
}

/**
 * The rows of a capture as the sensor saw them, descrambled where they are scrambled, with white ones in place of
 * those that were not sent. Wipes the data that came.
 */
export async function clearCapture(
  capture: Capture,
  keyOf: KeySource,
): Promise<Result<{ readonly height: number; readonly pixels: Uint8Array }, DeviceProblem>> {
  const { blocks, data } = capture;
  if (blocks.some(({ flags }) => (flags & BLOCK_FLAGS.encrypted) !== 0) && looksScrambled(data)) {
    const cleared = await descramble(capture, keyOf);
    if (!cleared.ok) return cleared;
  }
  const height = sumRows(blocks);
  const pixels = new Uint8Array(height * ROW_BYTES);
  let from = 0;
  let to = 0;
  for (const block of blocks) {
    const length = block.rows * ROW_BYTES;
    if ((block.flags & BLOCK_FLAGS.notPresent) === 0) {
      pixels.set(data.subarray(from, from + length), to);
      from += length;
    }
    to += length;
  }
  data.fill(0);
  return ok({ height, pixels });
}

async function descramble(capture: Capture, keyOf: KeySource): Promise<Result<void, DeviceProblem>> {
  let { keyNumber } = capture;
  let key = await keyOf(keyNumber);
  let at = 0;
  for (const { flags, rows } of capture.blocks) {
    if ((flags & BLOCK_FLAGS.newKey) !== 0) {
      keyNumber = (keyNumber + 1) & 0xff;
      key = await keyOf(keyNumber);
    }
    if (!key.ok) return key;
    const length = rows * ROW_BYTES;
    const present = (flags & BLOCK_FLAGS.notPresent) === 0;
    if ((flags & BLOCK_FLAGS.encrypted) !== 0 && present) {
      key = ok(clearBlock(capture.data.subarray(at, at + length), key.value));
    } else if ((flags & BLOCK_FLAGS.noKeyUpdate) === 0) {
      key = ok(skipBytes(key.value, length));
    }
    if (present) at += length;
  }
  return ok();
}

/** The mean squared deviation of the sums of the first two rows, column by column. */
function looksScrambled(data: Uint8Array): boolean {
  const sums = Array.from({ length: ROW_BYTES }, (_, x) => (data[x] ?? 0) + (data[ROW_BYTES + x] ?? 0));
  const mean = sums.reduce((total, sum) => total + sum, 0) / ROW_BYTES;
  const deviation = sums.reduce((total, sum) => total + (sum - mean) ** 2, 0) / ROW_BYTES;
  return deviation >= SCRAMBLED_DEVIATION;
}

function sumRows(blocks: readonly CaptureBlock[]): number {
  return blocks.reduce((sum, { rows }) => sum + rows, 0);
}

import { decode } from 'fast-png';
import readQr from 'jsqr';
import type { CountedFigures } from '../../src/domain/reconciliation.ts';
import { unwrap } from '../../src/domain/result.ts';
import type { MockLane } from './lane.ts';

/** Ballots that came from the printing house, more than anybody needs. */
const SPARE_BALLOTS = 12;

/**
 * The issuing table and its members: scans each receipt's code from the paper, hands out ballots, takes
 * signatures, and counts on its fingers. Nothing here reads the program's own sums.
 */
export class HandCount {
  readonly #lane: MockLane;
  #receipts = 0;
  #signatures = 0;
  #ballots = 0;

  constructor(lane: MockLane) {
    this.#lane = lane;
  }

  /** One voter comes with the receipts that the desk printed. */
  async takeToTheTable(receiptNumbers: readonly string[]): Promise<void> {
    const { issuing } = this.#lane;
    const [first] = receiptNumbers;
    if (first === undefined) throw new Error('a voter was sent to the table without a receipt');
    const code = (await this.#codeOnLastStrip()) ?? first;
    unwrap(await issuing.call('confirmBallot', { code }));
    const { last } = issuing.snapshot;
    if (last === null) throw new Error('the table does not know whose receipt it scanned');
    unwrap(await issuing.call('confirmSignature', { handoverId: last.handoverId }));
    this.#receipts += receiptNumbers.length;
    this.#ballots += last.ballots;
    this.#signatures += 1;
  }

  /** What the members counted after the last voter had left. */
  figures(): CountedFigures {
    return {
      ballotsReceived: this.#ballots + SPARE_BALLOTS,
      ballotsUnused: SPARE_BALLOTS,
      ballotsSpoiled: 0,
      ballotStubs: this.#ballots,
      receiptsCollected: this.#receipts,
      signatures: this.#signatures,
      ballotsInBox: this.#ballots,
    };
  }

  /** The code on the paper, read with a decoder that isn't ours; null when the paper's last strip has none. */
  async #codeOnLastStrip(): Promise<string | null> {
    const { desk } = this.#lane;
    const strip = desk.snapshot.dock?.state.strips[0];
    if (strip === undefined) return null;
    const picture = await desk.call('dockStrip', { stripId: strip.id });
    if (!picture.ok) return null;
    const image = decode(Buffer.from(picture.value.pngBase64, 'base64'));
    const pixels = new Uint8ClampedArray(image.width * image.height * 4);
    for (let pixel = 0; pixel < image.width * image.height; pixel += 1) {
      const grey = greyOf(image, pixel);
      pixels.set([grey, grey, grey, 255], pixel * 4);
    }
    return readQr(pixels, image.width, image.height)?.data ?? null;
  }
}

/** A pixel of a grey or one-bit PNG as 0-255. */
function greyOf({ data, depth, width }: ReturnType<typeof decode>, pixel: number): number {
  if (depth !== 1) return data[pixel] ?? 255;
  const row = Math.floor(pixel / width);
  const column = pixel % width;
  const byte = data[row * Math.ceil(width / 8) + (column >> 3)] ?? 0;
  return (byte & (0x80 >> (column & 7))) === 0 ? 0 : 255;
}

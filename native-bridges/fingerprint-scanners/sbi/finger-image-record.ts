import { decode } from 'fast-png';
import type { DeviceProblem } from '../../../src/domain/devices.ts';
import type { GreyImage } from '../../../src/domain/grey-image.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';

/** Compression of a finger image record (ISO/IEC 19794-4:2011, 8.3.16). */
export const COMPRESSION = { none: 0, wsq: 2, jpeg2000: 4, png: 5 } as const;

/**
 * Decodes a compressed picture of eight grey bits; null for one that is none. What decodes lies in other rooms, so
 * whoever composes the program hands it in.
 */
export type PictureDecoder = (
  bytes: Uint8Array,
) => Promise<{ readonly width: number; readonly height: number; readonly pixels: Uint8Array } | null>;

export interface PictureDecoders {
  readonly wsq: PictureDecoder;
  readonly jpeg2000: PictureDecoder;
}

const HEADER_BYTES = 16;
const FIXED_BYTES = 41;
const QUALITY_BYTES = 5;
const MIN_SIDE = 64;
const MAX_SIDE = 2_048;

/**
 * The first picture of a finger image record (ISO/IEC 19794-4:2011): eight grey bits, uncompressed, PNG, WSQ or
 * JPEG 2000. `bad-data` for anything else, and for what nothing was handed in to decode.
 */
export async function readFingerImageRecord(
  record: Uint8Array,
  decoders: Partial<PictureDecoders> = {},
): Promise<Result<GreyImage, DeviceProblem>> {
  const bad: Result<never, DeviceProblem> = err({ code: 'bad-data' });
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  const head = Buffer.from(record.subarray(0, 8)).toString('latin1');
  if (head !== 'FIR\x00020\x00' || record.length < HEADER_BYTES + FIXED_BYTES) return bad;
  if (view.getUint32(8) > record.length || view.getUint8(14) !== 0) return bad;
  // Length, time, technology, vendor and device stand before the qualities; certification is off.
  const qualities = view.getUint8(HEADER_BYTES + 18);
  const at = HEADER_BYTES + 19 + qualities * QUALITY_BYTES;
  if (at + 22 > record.length) return bad;
  const unit = view.getUint8(at + 2);
  const across = view.getUint16(at + 7);
  const dpi = unit === 2 ? Math.round(across * 2.54) : across;
  const [depth, compression] = [view.getUint8(at + 11), view.getUint8(at + 12)];
  const [width, height] = [view.getUint16(at + 14), view.getUint16(at + 16)];
  const length = view.getUint32(at + 18);
  const start = at + 22;
  const sane =
    [width, height].every((side) => side >= MIN_SIDE && side <= MAX_SIDE) && dpi >= 100 && dpi <= 2_000;
  if (depth !== 8 || !sane || length > record.length - start) return bad;
  const data = record.subarray(start, start + length);
  if (compression === COMPRESSION.none) {
    return length === width * height ? ok({ width, height, pixels: data.slice(), dpi }) : bad;
  }
  if (compression === COMPRESSION.png) return readPng(data, width, height, dpi);
  const decoder = decoderFor(compression, decoders);
  const picture = decoder === undefined ? null : await decoder(data.slice());
  if (picture === null) return bad;
  // The size that was signed is the picture's, or one of them is not what it is taken for.
  const isWhole =
    picture.width === width && picture.height === height && picture.pixels.length === width * height;
  return isWhole ? ok({ width, height, pixels: picture.pixels, dpi }) : bad;
}

function decoderFor(compression: number, decoders: Partial<PictureDecoders>): PictureDecoder | undefined {
  if (compression === COMPRESSION.wsq) return decoders.wsq;
  return compression === COMPRESSION.jpeg2000 ? decoders.jpeg2000 : undefined;
}

function readPng(
  data: Uint8Array,
  width: number,
  height: number,
  dpi: number,
): Result<GreyImage, DeviceProblem> {
  try {
    const png = decode(data);
    const fits = png.width === width && png.height === height && png.channels === 1 && png.depth === 8;
    return fits ? ok({ width, height, pixels: Uint8Array.from(png.data), dpi }) : err({ code: 'bad-data' });
  } catch {
    return err({ code: 'bad-data' });
  }
}

/** A record of one picture, for the emulator; uncompressed unless it is given in another form. */
export function writeFingerImageRecord(
  { width, height, pixels, dpi }: GreyImage,
  compressed: { readonly as: number; readonly bytes: Uint8Array } = { as: COMPRESSION.none, bytes: pixels },
): Uint8Array {
  const { bytes } = compressed;
  const record = new Uint8Array(HEADER_BYTES + FIXED_BYTES + bytes.length);
  const view = new DataView(record.buffer);
  record.set(Buffer.from('FIR\x00020\x00', 'latin1'));
  view.setUint32(8, record.length);
  view.setUint16(12, 1);
  view.setUint8(15, 1);
  view.setUint32(HEADER_BYTES, record.length - HEADER_BYTES);
  const at = HEADER_BYTES + 19;
  view.setUint8(at + 1, 1);
  view.setUint8(at + 2, 1);
  for (const offset of [3, 5, 7, 9]) view.setUint16(at + offset, dpi);
  view.setUint8(at + 11, 8);
  view.setUint8(at + 12, compressed.as);
  view.setUint16(at + 14, width);
  view.setUint16(at + 16, height);
  view.setUint32(at + 18, bytes.length);
  record.set(bytes, at + 22);
  return record;
}

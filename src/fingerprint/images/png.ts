import { inflateSync } from 'node:zlib';
import { decode } from 'fast-png';
import { checkSize, demand, greyOf, ImageProblem, type Raster } from './raster.ts';

/** Portable Network Graphics of any depth and colour. */
export function decodePng(bytes: Uint8Array): Raster {
  demand(bytes.length >= 24);
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [header.getUint32(16), header.getUint32(20)];
  checkSize(width, height);
  checkInflation(bytes, header, width, height);
  const png = decodeOrRefuse(bytes);
  demand(png.width === width && png.height === height);
  const { depth, data, palette } = png;
  if (palette !== undefined) {
    const channels = palette[0]?.length ?? 3;
    const at = (index: number): number =>
      palette[data[Math.floor(index / channels)] ?? 0]?.[index % channels] ?? 0;
    return greyOf({ width, height, channels, most: 255, at });
  }
  return greyOf({
    ...{ width, height, channels: png.channels, most: 2 ** depth - 1 },
    at: (index) => data[index] ?? 0,
  });
}

/** Four channels of sixteen bits, and for each row of each of seven passes (interlacing) its filter byte. */
const MOST_BYTES_A_PIXEL = 8;
const PASSES = 7;
const SIGNATURE_LENGTH = 8;
const IDAT = 0x49444154;

/** Refuses data that unpack to more than a picture of this size can have: the library unpacks whatever comes. */
function checkInflation(bytes: Uint8Array, header: DataView, width: number, height: number): void {
  const parts: Uint8Array[] = [];
  for (let at = SIGNATURE_LENGTH; at + 8 <= bytes.length; ) {
    const length = header.getUint32(at);
    if (header.getUint32(at + 4) === IDAT) parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const most = width * height * MOST_BYTES_A_PIXEL + PASSES * height + PASSES;
  try {
    inflateSync(Buffer.concat(parts), { maxOutputLength: most }).fill(0);
  } catch {
    throw new ImageProblem('not-an-image');
  }
}

/** The library throws on whatever it can't read. */
function decodeOrRefuse(bytes: Uint8Array): ReturnType<typeof decode> {
  try {
    return decode(bytes);
  } catch {
    throw new ImageProblem('not-an-image');
  }
}

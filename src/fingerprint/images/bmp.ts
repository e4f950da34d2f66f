import { checkSize, demand, greyOf, type Raster } from './raster.ts';

const FILE_HEADER = 14;
const LEAST_INFO_HEADER = 40;
const UNCOMPRESSED = 0;
/** With masks; the usual ones say blue, green, red, as without. */
const BIT_FIELDS = 3;

/** Windows bitmap, uncompressed, 8 bits with a palette, 24 or 32 bits. */
export function decodeBmp(bytes: Uint8Array): Raster {
  demand(bytes.length >= FILE_HEADER + LEAST_INFO_HEADER);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = view.getUint32(10, true);
  const infoLength = view.getUint32(14, true);
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  demand(infoLength >= LEAST_INFO_HEADER && infoLength <= 124);
  checkSize(width, height);
  demand(
    [8, 24, 32].includes(bits) &&
      (compression === UNCOMPRESSED || (compression === BIT_FIELDS && bits === 32)),
    'unsupported-image',
  );
  const stride = Math.ceil((width * bits) / 32) * 4;
  demand(start + stride * height <= bytes.length);
  const row = (y: number): number => start + stride * (signedHeight > 0 ? height - 1 - y : y);
  if (bits === 8) {
    const palette = FILE_HEADER + infoLength;
    const declared = view.getUint32(46, true);
    const colours = declared === 0 ? 256 : Math.min(256, declared);
    demand(palette + 4 * colours <= bytes.length);
    // A pixel beyond the palette is black.
    const colour = (x: number, y: number): number => bytes[row(y) + x] as number;
    return greyOf({
      ...{ width, height, channels: 3, most: 255 },
      at: (index) => {
        const pixel = Math.floor(index / 3);
        const entry = colour(pixel % width, Math.floor(pixel / width));
        return entry < colours ? (bytes[palette + 4 * entry + 2 - (index % 3)] as number) : 0;
      },
    });
  }
  const step = bits / 8;
  return greyOf({
    ...{ width, height, channels: 3, most: 255 },
    at: (index) => {
      const pixel = Math.floor(index / 3);
      const place = row(Math.floor(pixel / width)) + step * (pixel % width);
      return bytes[place + 2 - (index % 3)] as number;
    },
  });
}

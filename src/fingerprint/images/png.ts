import { decode } from 'fast-png';
import { checkSize, demand, greyOf, ImageProblem, type Raster } from './raster.ts';

/** Portable Network Graphics of any depth and colour. */
export function decodePng(bytes: Uint8Array): Raster {
  demand(bytes.length >= 24);
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkSize(header.getUint32(16), header.getUint32(20));
  const png = decodeOrRefuse(bytes);
  const { width, height, depth, data, palette } = png;
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

/** The library throws on whatever it can't read. */
function decodeOrRefuse(bytes: Uint8Array): ReturnType<typeof decode> {
  try {
    return decode(bytes);
  } catch {
    throw new ImageProblem('not-an-image');
  }
}

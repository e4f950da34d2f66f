import { encode } from 'fast-png';
import type { GreyImage } from '../../domain/grey-image.ts';
import type { PhotoView } from '../api/snapshot.ts';

const PREVIEW_WIDTH = 160;

/** A small picture of what lies on the glass, to steer the finger; too coarse to be of use as a fingerprint. */
export function fingerPreview(image: GreyImage): PhotoView {
  const step = Math.max(1, image.width / PREVIEW_WIDTH);
  const width = Math.max(1, Math.floor(image.width / step));
  const height = Math.max(1, Math.floor(image.height / step));
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const from = Math.floor(y * step) * image.width;
    for (let x = 0; x < width; x += 1) data[y * width + x] = image.pixels[from + Math.floor(x * step)] ?? 0;
  }
  const png = encode({ width, height, data, channels: 1, depth: 8 }, { zlib: { level: 1 } });
  data.fill(0);
  const base64 = Buffer.from(png.buffer, png.byteOffset, png.byteLength).toString('base64');
  png.fill(0);
  return { mediaType: 'image/png', base64 };
}

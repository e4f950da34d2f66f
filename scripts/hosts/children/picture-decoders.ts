import { decode } from 'fast-png';
import type { PictureDecoders } from '../../../native-bridges/fingerprint-scanners/sbi/finger-image-record.ts';
import { showFace } from '../../../src/documents/face/face-pictures.ts';
import { decodeImage } from '../../../src/fingerprint/images/decode-image.ts';

/** WSQ begins with its marker SOI. */
const WSQ_START = [0xff, 0xa0];

/** What pictures of a maker's service are decoded with: the engine's WSQ, and the JPEG 2000 of documents. */
export const PICTURE_DECODERS: PictureDecoders = {
  wsq: async (bytes) => {
    if (WSQ_START.some((byte, at) => bytes[at] !== byte)) return null;
    const decoded = decodeImage(bytes, { dpi: 500 });
    return decoded.ok ? decoded.value : null;
  },
  jpeg2000: async (bytes) => {
    const shown = await showFace({ mediaType: 'image/jp2', bytes });
    if (!shown.ok) return null;
    const { width, height, channels, depth, data } = decode(shown.value.bytes);
    shown.value.bytes.fill(0);
    return channels === 1 && depth === 8 ? { width, height, pixels: Uint8Array.from(data) } : null;
  },
};

import { createCanvas, loadImage } from '@napi-rs/canvas';

/** What an operator compares with a face: a document photo's shape, and no more pixels than the desk shows. */
const MOST_WIDTH = 240;
const MOST_HEIGHT = 320;
const MOST_BYTES = 24_000;
const JPEG_QUALITY = 80;

/** The photo as it is where it is small enough; null where it is no picture. */
export async function downscalePhoto(jpeg: Uint8Array): Promise<Uint8Array | null> {
  try {
    const image = await loadImage(Buffer.from(jpeg));
    const scale = Math.min(1, MOST_WIDTH / image.width, MOST_HEIGHT / image.height);
    if (scale === 1 && jpeg.length <= MOST_BYTES) return jpeg;
    const [width, height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
    const canvas = createCanvas(width, height);
    canvas.getContext('2d').drawImage(image, 0, 0, width, height);
    return new Uint8Array(canvas.toBuffer('image/jpeg', JPEG_QUALITY));
  } catch {
    return null;
  }
}

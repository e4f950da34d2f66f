import type { GreyImage } from '../../../../src/domain/grey-image.ts';

/** The windows of the sensors that are played. */
export const SENSORS = {
  futronic: { width: 320, height: 480 },
  digitalpersona: { width: 384, height: 289 },
  zfm: { width: 256, height: 288 },
} as const;

/** Grey levels by which a pixel of the picture may differ: the glass's noise, or sixteen greys instead of 256. */
const SAME_WITHIN = 9;
const RIDGE_PERIOD = 9;

/**
 * Ridges whose direction says in which round the finger was laid, so that a picture of an earlier round can't pass
 * for a fresh one. No symmetry: a picture that is turned or mirrored is another one.
 */
export function fingerPicture(sensor: keyof typeof SENSORS, round: number): GreyImage {
  const { width, height } = SENSORS[sensor];
  const angle = round * 0.61 + 0.3;
  const [across, down] = [Math.cos(angle), Math.sin(angle)];
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const bend = 6 * Math.sin((x + 2 * y) / 60);
      const wave = Math.sin((2 * Math.PI * (x * across + y * down + bend)) / RIDGE_PERIOD);
      pixels[y * width + x] = Math.round(140 + 80 * wave);
    }
  }
  return { width, height, pixels, dpi: 500 };
}

/** The round whose finger a picture shows, of those from `from` to `to`; null for any other picture. */
export function roundOf(
  sensor: keyof typeof SENSORS,
  image: GreyImage,
  from: number,
  to: number,
): number | null {
  for (let round = to; round >= from; round -= 1) {
    if (meanDifference(image, fingerPicture(sensor, round)) <= SAME_WITHIN) return round;
  }
  return null;
}

/** Mean absolute difference of two pictures in grey levels; Infinity where the sizes differ. */
function meanDifference(one: GreyImage, other: GreyImage): number {
  if (one.width !== other.width || one.height !== other.height) return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let index = 0; index < one.pixels.length; index += 1) {
    sum += Math.abs((one.pixels[index] ?? 0) - (other.pixels[index] ?? 0));
  }
  return sum / one.pixels.length;
}

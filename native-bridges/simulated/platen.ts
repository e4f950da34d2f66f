import type { GreyImage } from '../../src/domain/grey-image.ts';

/** The window of a simulated sensor. */
export interface SensorSize {
  readonly width: number;
  readonly height: number;
}

/** How dark the ridges are and how much of the finger touches the glass, from first touch to full pressure. */
const PRESS_RAMP = [
  { darkness: 0.35, contact: 0.45 },
  { darkness: 0.6, contact: 0.7 },
  { darkness: 0.85, contact: 0.9 },
  { darkness: 1, contact: Number.POSITIVE_INFINITY },
] as const;
export const PRESS_STAGES = PRESS_RAMP.length;

const EMPTY_GREY = 240;
const NOISE_AMPLITUDE = 4;
/** Of the simulated sensor. */
export const DPI = 500;
/** A prime length, so that the repeated noise never lines up with rows. */
const NOISE_LENGTH = 65_521;

/** What a sensor sees through its glass. */
export class Platen {
  private readonly sensor: SensorSize;
  private readonly random: () => number;
  private readonly noise: Int8Array;

  constructor(sensor: SensorSize, random: () => number) {
    this.sensor = sensor;
    this.random = random;
    this.noise = Int8Array.from({ length: NOISE_LENGTH }, () =>
      Math.round((random() * 2 - 1) * NOISE_AMPLITUDE),
    );
  }

  /**
   * A new frame of the sensor's size; the finger lies in its middle, what is larger is cut off. The platen takes
   * the light of the picture's border, so that a picture from another sensor leaves no edge around it.
   */
  expose(finger: GreyImage | null, pressStage: number): GreyImage {
    const { width, height } = this.sensor;
    const pixels = new Uint8ClampedArray(width * height);
    const light = finger === null ? EMPTY_GREY : borderGrey(finger);
    const start = Math.floor(this.random() * NOISE_LENGTH);
    for (let index = 0; index < pixels.length; index += 1) {
      pixels[index] = light + (this.noise[(start + index) % NOISE_LENGTH] ?? 0);
    }
    if (finger !== null) this.press(pixels, finger, light, pressStage);
    return { width, height, pixels: new Uint8Array(pixels.buffer), dpi: finger?.dpi ?? DPI };
  }

  private press(pixels: Uint8ClampedArray, finger: GreyImage, light: number, pressStage: number): void {
    const { width, height } = this.sensor;
    const { darkness, contact } = PRESS_RAMP[pressStage] ?? PRESS_RAMP[PRESS_STAGES - 1] ?? PRESS_RAMP[3];
    const left = Math.floor((width - finger.width) / 2);
    const top = Math.floor((height - finger.height) / 2);
    for (let y = Math.max(0, top); y < Math.min(height, top + finger.height); y += 1) {
      const across = (y - height / 2) / ((finger.height / 2) * contact);
      for (let x = Math.max(0, left); x < Math.min(width, left + finger.width); x += 1) {
        const along = (x - width / 2) / ((finger.width / 2) * contact);
        if (across * across + along * along > 1) continue;
        const grey = finger.pixels[(y - top) * finger.width + (x - left)] ?? light;
        const index = y * width + x;
        pixels[index] = (pixels[index] ?? light) - darkness * (light - grey);
      }
    }
  }
}

/** The mean grey along the four edges of a picture. */
function borderGrey({ width, height, pixels }: GreyImage): number {
  let sum = 0;
  for (let x = 0; x < width; x += 1) sum += (pixels[x] ?? 0) + (pixels[(height - 1) * width + x] ?? 0);
  for (let y = 0; y < height; y += 1) sum += (pixels[y * width] ?? 0) + (pixels[y * width + width - 1] ?? 0);
  return sum / (2 * (width + height));
}

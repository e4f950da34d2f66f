import type { GreyImage } from '../../src/domain/grey-image.ts';
import type { PresenceThresholds } from './finger-presence.ts';

/** How the picture of a sensor has to be turned so that it shows the finger as an inked print does. */
export interface Orientation {
  /** The sensor sends its bottom row first. */
  readonly flipRows: boolean;
  /** The picture is a mirror image: unturned it would silently match nobody. */
  readonly flipColumns: boolean;
  /** The sensor sends ridges light. */
  readonly invert: boolean;
}

/** What differs between models of one family of scanners. */
export interface ScannerProfile {
  readonly model: string;
  /** As the maker states it, until a calibration target says otherwise. */
  readonly dpi: number;
  readonly orientation: Orientation;
  readonly presence: PresenceThresholds;
}

/** Turns `image` in place. */
export function orient(image: GreyImage, orientation: Orientation): void {
  const { width, height, pixels } = image;
  if (orientation.invert) invert(pixels);
  if (orientation.flipRows && orientation.flipColumns) {
    // Half a turn.
    pixels.subarray(0, width * height).reverse();
    return;
  }
  if (orientation.flipColumns) {
    for (let row = 0; row < height; row += 1) pixels.subarray(row * width, (row + 1) * width).reverse();
  }
  if (orientation.flipRows) {
    // Turning all of it round and then each row back reverses the order of the rows.
    pixels.subarray(0, width * height).reverse();
    for (let row = 0; row < height; row += 1) pixels.subarray(row * width, (row + 1) * width).reverse();
  }
}

/** Four pixels at a time where they lie so. */
function invert(pixels: Uint8Array): void {
  const whole = pixels.byteOffset % 4 === 0 ? pixels.length >> 2 : 0;
  const words = new Uint32Array(pixels.buffer, whole === 0 ? 0 : pixels.byteOffset, whole);
  for (let index = 0; index < whole; index += 1) words[index] = ~(words[index] ?? 0);
  for (let index = whole * 4; index < pixels.length; index += 1) pixels[index] = ~(pixels[index] ?? 0);
}

/** What a sensor that sends pictures of fingers only is taken to see without one. */
export function blankImage(width: number, height: number, dpi: number): GreyImage {
  return { width, height, pixels: new Uint8Array(width * height).fill(255), dpi };
}

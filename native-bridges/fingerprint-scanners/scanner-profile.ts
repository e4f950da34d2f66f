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
  if (orientation.invert) {
    for (let index = 0; index < pixels.length; index += 1) pixels[index] = 255 - (pixels[index] ?? 0);
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

/** What a sensor that sends pictures of fingers only is taken to see without one. */
export function blankImage(width: number, height: number, dpi: number): GreyImage {
  return { width, height, pixels: new Uint8Array(width * height).fill(255), dpi };
}

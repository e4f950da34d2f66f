/**
 * An 8-bit grey picture of a finger: row-major, top row first, 0 = black. Ridges are dark, valleys light
 * (drivers turn and invert what their sensor sends). Images live in memory only and are wiped after use.
 */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  /** `width * height` bytes. */
  readonly pixels: Uint8Array;
  /** Pixels per inch. Fingerprint sensors for voters have about 500. */
  readonly dpi: number;
}

/** Overwrites the pixels: no biometric image outlives the decision that it was taken for. */
export function wipeImage(image: GreyImage): void {
  image.pixels.fill(0);
}

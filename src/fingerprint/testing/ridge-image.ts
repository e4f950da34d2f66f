import type { GreyImage } from '../../domain/grey-image.ts';

/** A dislocation to plant: one more ridge (or valley) on the side that it points to. */
export interface PlantedMinutia {
  readonly x: number;
  readonly y: number;
  /** Whether the extra ridge lies along the ridge direction or against it. */
  readonly along: boolean;
}

export interface RidgeImageOptions {
  readonly width: number;
  readonly height: number;
  readonly dpi?: number;
  /** Ridge direction, radians from +x towards +y (down). */
  readonly orientation?: number;
  /** Pixels at 500 dpi. */
  readonly period?: number;
  readonly minutiae?: readonly PlantedMinutia[];
  /** Half the range of greys, 0 to 127; the glass around the print is as light as its valleys. */
  readonly contrast?: number;
  /** Radii of the elliptic print around the centre, as shares of half the sides. */
  readonly coverage?: number;
  /** Moves the print's centre, as a share of width and height. */
  readonly offset?: readonly [number, number];
  /** Added to the wave before it is cut into greys: below 0 thin ridges (dry), above 0 thick ones (wet). */
  readonly thickness?: number;
}

/**
 * A tiny picture of ridges with known minutiae, for tests: the phase of parallel waves, plus one turn around
 * each planted minutia (the same model that the extractor looks for, Larkin and Fletcher 2007). Coordinates and
 * sizes are pixels of the picture; the period is scaled by dpi / 500.
 */
export function drawRidges(options: RidgeImageOptions): GreyImage {
  const { width, height, dpi = 500, orientation = 0, period = 9, minutiae = [] } = options;
  const { contrast = 100, coverage = 0.9, offset = [0, 0], thickness = 0 } = options;
  const pixels = new Uint8Array(width * height);
  const frequency = (2 * Math.PI * 500) / (period * dpi);
  const normalX = -Math.sin(orientation);
  const normalY = Math.cos(orientation);
  const centreX = width * (0.5 + offset[0]);
  const centreY = height * (0.5 + offset[1]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const outside =
        ((x - centreX) / ((width / 2) * coverage)) ** 2 + ((y - centreY) / ((height / 2) * coverage)) ** 2 >
        1;
      if (outside) {
        pixels[y * width + x] = 128 + contrast;
        continue;
      }
      let phase = frequency * (normalX * x + normalY * y);
      for (const minutia of minutiae) {
        phase += (minutia.along ? 1 : -1) * Math.atan2(y - minutia.y, x - minutia.x);
      }
      const wave = Math.max(-1, Math.min(1, 1.5 * (Math.cos(phase) + thickness)));
      pixels[y * width + x] = Math.round(128 - contrast * wave);
    }
  }
  return { width, height, pixels, dpi };
}

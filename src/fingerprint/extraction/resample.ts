import type { GreyImage } from '../../domain/grey-image.ts';

/**
 * The image at another resolution, by bilinear interpolation between pixel centres; when it shrinks by more
 * than two, each output pixel is the mean of its footprint first, so that fine ridges do not alias.
 */
export function resample(image: GreyImage, dpi: number): GreyImage {
  const factor = dpi / image.dpi;
  const reduced = factor < 0.5 ? boxReduce(image, Math.floor(1 / factor)) : image;
  const scale = dpi / reduced.dpi;
  const width = Math.max(1, Math.round(reduced.width * scale));
  const height = Math.max(1, Math.round(reduced.height * scale));
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const sourceY = clamp((y + 0.5) / scale - 0.5, reduced.height - 1);
    const top = Math.floor(sourceY);
    const below = Math.min(top + 1, reduced.height - 1);
    const weightBelow = sourceY - top;
    for (let x = 0; x < width; x++) {
      const sourceX = clamp((x + 0.5) / scale - 0.5, reduced.width - 1);
      const left = Math.floor(sourceX);
      const right = Math.min(left + 1, reduced.width - 1);
      const weightRight = sourceX - left;
      const a = reduced.pixels[top * reduced.width + left] as number;
      const b = reduced.pixels[top * reduced.width + right] as number;
      const c = reduced.pixels[below * reduced.width + left] as number;
      const d = reduced.pixels[below * reduced.width + right] as number;
      const upper = a + (b - a) * weightRight;
      const lower = c + (d - c) * weightRight;
      pixels[y * width + x] = Math.round(upper + (lower - upper) * weightBelow);
    }
  }
  if (reduced !== image) reduced.pixels.fill(0);
  return { width, height, pixels, dpi };
}

/** Whole-number reduction: each output pixel is the mean of a `step` by `step` block (cut at the edges). */
export function boxReduce(image: GreyImage, step: number): GreyImage {
  const width = Math.ceil(image.width / step);
  const height = Math.ceil(image.height / step);
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const lastY = Math.min((y + 1) * step, image.height);
    for (let x = 0; x < width; x++) {
      const lastX = Math.min((x + 1) * step, image.width);
      let sum = 0;
      for (let sy = y * step; sy < lastY; sy++) {
        for (let sx = x * step; sx < lastX; sx++) sum += image.pixels[sy * image.width + sx] as number;
      }
      pixels[y * width + x] = Math.round(sum / ((lastY - y * step) * (lastX - x * step)));
    }
  }
  return { width, height, pixels, dpi: image.dpi / step };
}

function clamp(value: number, max: number): number {
  return value < 0 ? 0 : Math.min(value, max);
}

import { readFile } from 'node:fs/promises';
import { decode } from 'fast-png';
import type { GreyImage } from '../../src/domain/grey-image.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';

export interface ImageFileError {
  readonly code: 'unreadable-file' | 'not-an-image';
}

/** Reads a PNG of any depth or colour as 8-bit grey; colours by their luma (ITU-R BT.601), alpha ignored. */
export async function readGreyImage(path: string, dpi: number): Promise<Result<GreyImage, ImageFileError>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch {
    return err({ code: 'unreadable-file' });
  }
  try {
    const png = decode(bytes);
    const { width, height, channels, data, depth, palette } = png;
    const levels = 2 ** depth - 1;
    const pixels = new Uint8Array(width * height);
    const valueAt = (index: number): number => ((data[index] ?? 0) * 255) / levels;
    for (let i = 0; i < pixels.length; i++) {
      const colour =
        palette === undefined
          ? channels >= 3
            ? [valueAt(i * channels), valueAt(i * channels + 1), valueAt(i * channels + 2)]
            : null
          : (palette[data[i] ?? 0] ?? [0, 0, 0]);
      pixels[i] = Math.round(colour === null ? valueAt(i * channels) : luma(colour));
    }
    return ok({ width, height, pixels, dpi });
  } catch {
    return err({ code: 'not-an-image' });
  }
}

function luma([red = 0, green = 0, blue = 0]: readonly number[]): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

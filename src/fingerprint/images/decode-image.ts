import type { GreyImage } from '../../domain/grey-image.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { decodeBmp } from './bmp.ts';
import { decodeNetpbm } from './netpbm.ts';
import { decodePng } from './png.ts';
import { type ImageErrorCode, ImageProblem, type Raster } from './raster.ts';
import { decodeTiff } from './tiff.ts';
import { decodeWsq } from './wsq.ts';

export interface ImageError {
  readonly code: ImageErrorCode;
}

/** How to look at a picture: what a driver would know about its scanner. */
export interface ImageReading {
  readonly dpi: number;
  /** The finger was drawn as an ink print shows it, left and right changed. */
  readonly mirror?: boolean;
  /** Ridges are light and valleys dark. */
  readonly invert?: boolean;
}

/**
 * A picture in a file as a grey image: PNG, PGM and PPM, BMP, TIFF, WSQ, told apart by their first bytes. A size of more
 * than 16 million pixels is refused before anything is decoded.
 */
export function decodeImage(bytes: Uint8Array, reading: ImageReading): Result<GreyImage, ImageError> {
  try {
    const { width, height, pixels } = decodeByMagic(bytes);
    if (reading.mirror === true) mirrorRows(pixels, width);
    if (reading.invert === true)
      for (let i = 0; i < pixels.length; i++) pixels[i] = 255 - (pixels[i] as number);
    return ok({ width, height, pixels, dpi: reading.dpi });
  } catch (problem) {
    if (problem instanceof ImageProblem) return err({ code: problem.code });
    throw problem;
  }
}

function decodeByMagic(bytes: Uint8Array): Raster {
  const [first = 0, second = 0] = bytes;
  if (first === 0x89 && second === 0x50) return decodePng(bytes);
  if (first === 0x50) return decodeNetpbm(bytes);
  if (first === 0x42 && second === 0x4d) return decodeBmp(bytes);
  if ((first === 0x49 && second === 0x49) || (first === 0x4d && second === 0x4d)) return decodeTiff(bytes);
  if (first === 0xff && second === 0xa0) return decodeWsq(bytes);
  throw new ImageProblem('not-an-image');
}

function mirrorRows(pixels: Uint8Array, width: number): void {
  for (let start = 0; start < pixels.length; start += width) pixels.subarray(start, start + width).reverse();
}

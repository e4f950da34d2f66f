import { open } from 'node:fs/promises';
import { throwIllegalValue } from '../../src/domain/assert.ts';
import type { GreyImage } from '../../src/domain/grey-image.ts';
import { err, type Result } from '../../src/domain/result.ts';
import { decodeImage, type ImageReading } from '../../src/fingerprint/images/decode-image.ts';
import type { ImageErrorCode } from '../../src/fingerprint/images/raster.ts';

export interface ImageFileError {
  readonly code: 'unreadable-file' | 'file-too-large' | ImageErrorCode;
}

/** Names of files that may hold an image. */
export const IMAGE_FILE = /\.(png|pgm|ppm|pnm|bmp|tiff?|wsq)$/i;
/** 16 million pixels of 16 bits and four channels, and something for headers. */
const LARGEST_FILE = 130_000_000;

/** Reads a file of any of the kinds that the engine decodes. */
export async function readGreyImage(
  path: string,
  reading: ImageReading,
): Promise<Result<GreyImage, ImageFileError>> {
  const file = await open(path).catch(() => null);
  if (file === null) return err({ code: 'unreadable-file' });
  try {
    const { size } = await file.stat();
    if (size > LARGEST_FILE) return err({ code: 'file-too-large' });
    return decodeImage(await file.readFile(), reading);
  } catch {
    return err({ code: 'unreadable-file' });
  } finally {
    await file.close();
  }
}

/** What went wrong, for the person at the command line. */
export function explainImageError({ code }: ImageFileError): string {
  switch (code) {
    case 'unreadable-file':
      return `${code}: check the name, and whether it is a file that you may read`;
    case 'file-too-large':
      return `${code}: more than ${LARGEST_FILE / 1_000_000} MB`;
    case 'not-an-image':
    case 'unsupported-image':
      return `${code}: read are PNG, PGM, PPM, uncompressed BMP, WSQ, and TIFF without compression or with PackBits`;
    case 'image-too-large':
      return `${code}: more than 16 million pixels`;
    default:
      return throwIllegalValue(code);
  }
}

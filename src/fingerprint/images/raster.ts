/** What a file of pixels holds, as 8-bit grey; the resolution is not believed, sets and scanners write nonsense. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export type ImageErrorCode =
  | 'not-an-image'
  | 'image-too-large'
  /** A kind of file that is known but not read: which, is in the words of the command line. */
  | 'unsupported-image';

export class ImageProblem extends Error {
  readonly code: ImageErrorCode;
  constructor(code: ImageErrorCode) {
    super(code);
    this.code = code;
  }
}

/** No finger or slap needs more; checked before anything is decoded. */
const MOST_PIXELS = 16_000_000;

export function checkSize(width: number, height: number): void {
  if (!(width >= 1 && height >= 1)) throw new ImageProblem('not-an-image');
  if (width * height > MOST_PIXELS) throw new ImageProblem('image-too-large');
}

export function demand(condition: boolean, code: ImageErrorCode = 'not-an-image'): void {
  if (!condition) throw new ImageProblem(code);
}

/** How samples lie in memory: interleaved rows without padding, each sample 0 to `most`. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 colours, 4 colours and alpha. */
  readonly channels: number;
  readonly most: number;
  readonly at: (index: number) => number;
}

/** Colours by their luma (ITU-R BT.601); what is transparent is laid on white, as paper and glass are. */
export function greyOf({ width, height, channels, most, at }: Samples): Raster {
  demand(channels >= 1 && channels <= 4);
  const pixels = new Uint8Array(width * height);
  const scale = 255 / most;
  for (let i = 0; i < pixels.length; i++) {
    const first = i * channels;
    const grey = channels < 3 ? at(first) : 0.299 * at(first) + 0.587 * at(first + 1) + 0.114 * at(first + 2);
    const opaque = channels === 2 || channels === 4 ? at(first + channels - 1) / most : 1;
    pixels[i] = Math.round((grey * opaque + most * (1 - opaque)) * scale);
  }
  return { width, height, pixels };
}

/** A rectangle of the transformed image that holds the coefficients of one range of frequencies. */
export interface Subband {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A subband that was split once in each direction. A high-pass filter followed by dropping every other sample turns
 * the order of frequencies round, so that in a band whose frequencies are `turned` the high-pass half lies first.
 */
export interface Split extends Subband {
  readonly turnedX: boolean;
  readonly turnedY: boolean;
}

export interface SubbandLayout {
  /** The 60 subbands that may be in a file, in the order of their numbers. */
  readonly subbands: readonly Subband[];
  /** The splits in the order in which they were made; rebuilding undoes them from the last to the first. */
  readonly splits: readonly Split[];
}

/** Subbands of the diagonal of the first split, 60 to 63, are never sent. */
export const SENT_SUBBANDS = 60;

/**
 * How the wavelet transform divides an image of this size, and how its parts are numbered: FBI, WSQ Gray-Scale
 * Fingerprint Image Compression Specification, IAFIS-IC-0110 version 3.1, part 1, figure of the 64 subbands.
 */
export function layOutSubbands(width: number, height: number): SubbandLayout {
  const splits: Split[] = [];
  const split = (band: Split): readonly [Split, Split, Split, Split] => {
    splits.push(band);
    const left = half(band.width, band.turnedX);
    const above = half(band.height, band.turnedY);
    const part = (right: boolean, below: boolean): Split => ({
      x: band.x + (right ? left : 0),
      y: band.y + (below ? above : 0),
      width: right ? band.width - left : left,
      height: below ? band.height - above : above,
      // The part of higher frequencies always comes out turned, the other one never.
      turnedX: right,
      turnedY: below,
    });
    return [part(false, false), part(true, false), part(false, true), part(true, true)];
  };
  const sixteen = (band: Split): Split[] => split(band).flatMap((part) => split(part));

  const [lowest, right, below] = split({ x: 0, y: 0, width, height, turnedX: false, turnedY: false });
  const [low, lowRight, lowBelow, lowDiagonal] = split(lowest);
  const [first, ...others] = sixteen(low);
  const subbands = [
    ...(first === undefined ? [] : split(first)),
    ...others,
    ...sixteen(lowRight),
    ...sixteen(lowBelow),
    lowDiagonal,
    ...split(right),
    ...split(below),
  ];
  return { subbands, splits };
}

/** Of an odd number of samples the low-pass half is the larger one. */
function half(length: number, turned: boolean): number {
  return turned ? Math.floor(length / 2) : Math.ceil(length / 2);
}

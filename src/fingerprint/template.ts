/** What a minutia is, by ISO/IEC 19794-2:2005 clause 6.4.1. */
export type MinutiaType = 'ending' | 'bifurcation' | 'other';

/**
 * One minutia. Coordinates are pixels at 500 dpi from the upper left corner, y downwards. The angle is in
 * radians, 0 <= angle < 2 pi, counter-clockwise from the positive x axis, and points along the ridge of an
 * ending and into the valley of a bifurcation (ISO/IEC 19794-2:2005 clause 6.4.3): in both cases towards the
 * side that has one ridge more.
 */
export interface Minutia {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly type: MinutiaType;
  /** 1 (worst) to 100 (best); 0 when the maker of the template reported none. */
  readonly quality: number;
}

/** The features of one impression. Live templates stay in memory and are dropped after the decision. */
export interface Template {
  /** Size of the impression in pixels at 500 dpi. */
  readonly width: number;
  readonly height: number;
  /** Sorted by falling quality, so that a limit keeps the best. At most 255, the limit of the ISO record. */
  readonly minutiae: readonly Minutia[];
}

/** Resolution that all coordinates and filter sizes are stated at, pixels per inch. */
export const TEMPLATE_DPI = 500;

/** The count field of an ISO/IEC 19794-2:2005 finger view is one byte. */
export const MAX_MINUTIAE = 255;

import type { FingerPosition } from '../../domain/finger.ts';
import { MAX_MINUTIAE, type Minutia, type MinutiaType, type Template } from '../template.ts';

/**
 * What a minutiae record of the ISO/IEC 19794-2 and ANSI 378 family says, before any conversion: whole numbers
 * in the record's own units, so that decoding and encoding again gives the same bytes.
 */
export interface MinutiaeRecord extends ImageSize {
  /** Capture equipment field: 4 bits of compliance and 12 bits of device type; 0 unknown. */
  readonly captureEquipment: number;
  readonly views: readonly FingerView[];
}

/** Of an image: the older formats have one for all views, the newer ones one for each. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
  /** Pixels per centimetre; 197 stands for 500 dpi. */
  readonly horizontalResolution: number;
  readonly verticalResolution: number;
}

/** One impression of one finger. */
export interface FingerView {
  readonly position: FingerPosition;
  /** 0 to 15: counts several impressions of one finger in one record. */
  readonly viewNumber: number;
  /** 0 live-scan plain; other values by the standard's table of impression types, 0 to 15. */
  readonly impressionType: number;
  /** 0 to 100 by the maker's own measure. */
  readonly quality: number;
  readonly minutiae: readonly RecordMinutia[];
  /** The extended data block without its length field, as it came: areas of type, length and data. */
  readonly extendedData: Uint8Array;
}

export interface RecordMinutia {
  readonly type: MinutiaType;
  /** Pixels of the record's own resolution from the upper left corner. */
  readonly x: number;
  readonly y: number;
  /** Degrees counter-clockwise from +x; a whole multiple of the standard's unit. */
  readonly angle: number;
  /** 0 not reported, 1 to 100; in the newer formats also 254 not reported and 255 not computed. */
  readonly quality: number;
}

/** Why bytes are not a record. One code per thing that a maker of records can get wrong. */
export type RecordErrorCode =
  | 'too-short'
  | 'wrong-magic'
  | 'wrong-version'
  | 'length-mismatch'
  | 'no-view'
  | 'value-out-of-range'
  | 'coordinate-outside-image';

export interface RecordError {
  readonly code: RecordErrorCode;
}

/** 500 dpi as the standards write it, pixels per centimetre. */
export const STANDARD_RESOLUTION = 197;

/** Pixels of a record to pixels at 500 dpi. 197 pixels per centimetre is meant as 500 dpi exactly. */
function scaleTo500(resolution: number): number {
  return STANDARD_RESOLUTION / resolution;
}

/** The template that a view of an image holds, with coordinates at 500 dpi and the best minutiae first. */
export function templateFromView(size: ImageSize, view: Pick<FingerView, 'minutiae'>): Template {
  const scaleX = scaleTo500(size.horizontalResolution);
  const scaleY = scaleTo500(size.verticalResolution);
  const minutiae = view.minutiae.map(
    (minutia): Minutia => ({
      x: minutia.x * scaleX,
      y: minutia.y * scaleY,
      angle: (minutia.angle * Math.PI) / 180,
      type: minutia.type,
      quality: minutia.quality > 100 ? 0 : minutia.quality,
    }),
  );
  return {
    width: Math.round(size.width * scaleX),
    height: Math.round(size.height * scaleY),
    minutiae: minutiae.sort((a, b) => b.quality - a.quality),
  };
}

/**
 * A record of one view at 500 dpi from a template. Angles are rounded to `angleUnit` degrees, coordinates to
 * whole pixels; minutiae beyond the count field's limit are dropped, worst first.
 */
export function recordFromTemplate(
  template: Template,
  about: { readonly position: FingerPosition; readonly quality: number },
  angleUnit: number,
): MinutiaeRecord {
  const units = Math.round(360 / angleUnit);
  return {
    captureEquipment: 0,
    width: template.width,
    height: template.height,
    horizontalResolution: STANDARD_RESOLUTION,
    verticalResolution: STANDARD_RESOLUTION,
    views: [
      {
        position: about.position,
        viewNumber: 0,
        impressionType: 0,
        quality: about.quality,
        minutiae: template.minutiae.slice(0, MAX_MINUTIAE).map((minutia) => ({
          type: minutia.type,
          x: within(Math.round(minutia.x), template.width),
          y: within(Math.round(minutia.y), template.height),
          angle: (Math.round(((minutia.angle * 180) / Math.PI / angleUnit) % units) % units) * angleUnit,
          quality: Math.round(minutia.quality),
        })),
        extendedData: new Uint8Array(0),
      },
    ],
  };
}

function within(value: number, size: number): number {
  return Math.min(Math.max(0, value), size - 1);
}

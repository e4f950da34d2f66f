import type { GreyImage } from '../../domain/grey-image.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { MAX_MINUTIAE, type Minutia, TEMPLATE_DPI, type Template } from '../template.ts';
import { cleanDislocations, type Dislocation, detectDislocations, toMinutia } from './minutiae-detection.ts';
import { normalise } from './normalise.ts';
import { CELL, estimateOrientation, type OrientationField } from './orientation-field.ts';
import { type Plane, PlanePool } from './plane.ts';
import { resample } from './resample.ts';
import { type FilterBlocks, filterRidges, layOutBlocks } from './ridge-filter.ts';
import { estimatePeriod } from './ridge-frequency.ts';
import { cellMeans, depthInside, segmentByContrast, segmentByRidges } from './segmentation.ts';

/** Why an image has no template. `no-ridges` is the ordinary answer to an empty glass. */
export type ExtractionErrorCode =
  | 'unreadable-image'
  | 'image-too-large'
  | 'unsupported-resolution'
  | 'no-ridges';

export interface ExtractionError {
  readonly code: ExtractionErrorCode;
}

/** Largest width and height accepted, pixels. */
export const MAX_IMAGE_SIDE = 4000;
/** The same at 500 dpi: four inches, more than any finger or slap needs. */
const MAX_WORKING_SIDE = 2000;
const MIN_IMAGE_SIDE = 32;
const MIN_DPI = 200;
const MAX_DPI = 2100;
/** Resolutions this close to 500 dpi are worked on as they are; only the coordinates are scaled. */
const NATIVE_TOLERANCE = 0.06;

/** Mean ridge strength of a cell that belongs to the print. */
const RIDGE_THRESHOLD = 0.3;
/** Cells between a minutia and the edge of the print: endings at the edge are cuts, not minutiae. */
const EDGE_DEPTH = 1;
/** The strongest that a template keeps. */
const KEPT_MINUTIAE = 100;

/** What extraction saw on the way, for drawing. Angles in image axes; grids as in the orientation field. */
export interface ExtractionDetails {
  readonly width: number;
  readonly height: number;
  readonly field: OrientationField;
  readonly mask: Uint8Array;
  readonly blocks: FilterBlocks;
  /** Filtered ridges, positive on ridges; belongs to the extractor and is wiped with the next image. */
  readonly even: Plane;
  readonly dislocations: readonly Dislocation[];
}

const pool = new PlanePool();

/**
 * Minutiae template of one 8-bit grey impression at any stated resolution from 200 to 2100 dpi.
 * @param inspect is shown the steps on the way (for drawing); what it sees is wiped afterwards
 */
export function extractTemplate(
  image: GreyImage,
  inspect?: (details: ExtractionDetails) => void,
): Result<Template, ExtractionError> {
  const problem = checkImage(image);
  if (problem !== null) return err({ code: problem });
  const native = Math.abs(image.dpi / TEMPLATE_DPI - 1) <= NATIVE_TOLERANCE;
  const working = native ? image : resample(image, TEMPLATE_DPI);
  try {
    return extractAtWorkingResolution(working, inspect);
  } finally {
    if (working !== image) working.pixels.fill(0);
    pool.reset();
  }
}

/** The reason why an image can't be worked on, or null. */
export function checkImage(image: GreyImage): ExtractionErrorCode | null {
  const { width, height, dpi, pixels } = image;
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1)
    return 'unreadable-image';
  if (width > MAX_IMAGE_SIDE || height > MAX_IMAGE_SIDE) return 'image-too-large';
  if (pixels.length !== width * height) return 'unreadable-image';
  if (!(dpi >= MIN_DPI && dpi <= MAX_DPI)) return 'unsupported-resolution';
  const scale = TEMPLATE_DPI / dpi;
  if (Math.max(width, height) * scale > MAX_WORKING_SIDE) return 'image-too-large';
  if (Math.min(width, height) * scale < MIN_IMAGE_SIDE) return 'unreadable-image';
  return null;
}

function extractAtWorkingResolution(
  image: GreyImage,
  inspect: ((details: ExtractionDetails) => void) | undefined,
): Result<Template, ExtractionError> {
  const { width, height } = image;
  const normalised = pool.take(width, height);
  const contrast = pool.take(width, height);
  normalise(image, normalised, contrast);
  const field = estimateOrientation(normalised);
  const { columns, rows } = field;
  const candidates = segmentByContrast(cellMeans(contrast, columns, rows));
  const periods = estimatePeriod(normalised, field);
  const blocks = layOutBlocks(field, periods, candidates, width, height);
  const smoothed = contrast;
  smoothed.data.fill(0);
  const even = pool.take(width, height);
  const odd = pool.take(width, height);
  filterRidges(normalised, blocks, smoothed, even, odd);
  const strength = ridgeStrength(even, odd, columns, rows);
  const mask = segmentByRidges(candidates, strength, columns, rows, RIDGE_THRESHOLD);
  if (!mask.includes(1)) return err({ code: 'no-ridges' });
  const depth = depthInside(mask, columns, rows);
  const dislocations = cleanDislocations(detectDislocations(even, odd, blocks)).filter(
    ({ x, y }) => (depth[Math.floor(y / CELL) * columns + Math.floor(x / CELL)] as number) > EDGE_DEPTH,
  );
  dislocations.sort((a, b) => b.strength - a.strength || a.y - b.y || a.x - b.x);
  dislocations.length = Math.min(dislocations.length, KEPT_MINUTIAE, MAX_MINUTIAE);
  inspect?.({ width, height, field, mask, blocks, even, dislocations });
  const scale = TEMPLATE_DPI / image.dpi;
  return ok({
    width: Math.round(width * scale),
    height: Math.round(height * scale),
    minutiae: dislocations.map((dislocation): Minutia => {
      const minutia = toMinutia(dislocation);
      return { ...minutia, x: minutia.x * scale, y: minutia.y * scale };
    }),
  });
}

function ridgeStrength(even: Plane, odd: Plane, columns: number, rows: number): Float32Array {
  const sums = new Float32Array(columns * rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const lastX = Math.min(even.width, (c + 1) * CELL);
      const lastY = Math.min(even.height, (r + 1) * CELL);
      let sum = 0;
      let count = 0;
      for (let y = r * CELL; y < lastY; y += 2) {
        for (let x = c * CELL; x < lastX; x += 2) {
          const p = even.origin + y * even.stride + x;
          sum += Math.sqrt((even.data[p] as number) ** 2 + (odd.data[p] as number) ** 2);
          count++;
        }
      }
      sums[r * columns + c] = sum / count;
    }
  }
  return sums;
}

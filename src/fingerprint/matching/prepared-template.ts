import type { Minutia, Template } from '../template.ts';
import { type Hull, hullOf } from './convex-hull.ts';
import { buildCylinders, type Cylinders } from './cylinders.ts';

/** The best minutiae that take part in a comparison; more cost time squared and add mostly false ones. */
export const COMPARED_MINUTIAE = 100;
/** Two minutiae of one ridge flow can't be nearer than this; the better one stays. Pixels. */
const LEAST_DISTANCE = 3;

/** Finding the minutiae around a place begins at the column that it lies in. Pixels. */
export const COLUMN_WIDTH = 16;
const MOST_COLUMNS = 4096 / COLUMN_WIDTH;

/** A template with everything that comparison needs and that depends on it alone. */
export interface PreparedTemplate {
  readonly minutiae: readonly Minutia[];
  /** The minutiae's coordinates once more, for the innermost loop. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly angle: Float64Array;
  /** Indices of the minutiae from left to right. */
  readonly byX: Int32Array;
  /** By column of COLUMN_WIDTH pixels: how many minutiae lie to the left of it, in the leftmost none. */
  readonly columns: Int32Array;
  readonly hull: Hull;
  readonly cylinders: Cylinders;
}

const cache = new WeakMap<Template, PreparedTemplate>();

/** Prepares a template once; the work lives as long as the template itself. */
export function prepareTemplate(template: Template): PreparedTemplate {
  const known = cache.get(template);
  if (known !== undefined) return known;
  const minutiae = spreadOut(template.minutiae);
  const x = Float64Array.from(minutiae, (minutia) => minutia.x);
  const hull = hullOf(minutiae);
  const byX = Int32Array.from(minutiae.keys()).sort((i, j) => (x[i] as number) - (x[j] as number) || i - j);
  const prepared: PreparedTemplate = {
    minutiae,
    x,
    y: Float64Array.from(minutiae, (minutia) => minutia.y),
    angle: Float64Array.from(minutiae, (minutia) => minutia.angle),
    byX,
    columns: countColumns(x, byX),
    hull,
    cylinders: buildCylinders(minutiae, hull),
  };
  cache.set(template, prepared);
  return prepared;
}

function countColumns(x: Float64Array, byX: Int32Array): Int32Array {
  const rightmost = x[byX[byX.length - 1] ?? 0] ?? 0;
  const columns = new Int32Array(
    Math.max(1, Math.min(MOST_COLUMNS, Math.floor(rightmost / COLUMN_WIDTH) + 2)),
  );
  let before = 0;
  for (let column = 1; column < columns.length; column++) {
    while (before < byX.length && (x[byX[before] as number] as number) < column * COLUMN_WIDTH) before++;
    columns[column] = before;
  }
  return columns;
}

/** The best minutiae, without those that lie on a better one: a crowd on one spot would cost time and say nothing. */
function spreadOut(minutiae: readonly Minutia[]): Minutia[] {
  const kept: Minutia[] = [];
  for (const minutia of minutiae) {
    if (kept.length === COMPARED_MINUTIAE) break;
    const crowded = kept.some(
      ({ x, y }) => (x - minutia.x) ** 2 + (y - minutia.y) ** 2 < LEAST_DISTANCE * LEAST_DISTANCE,
    );
    if (!crowded) kept.push(minutia);
  }
  return kept;
}

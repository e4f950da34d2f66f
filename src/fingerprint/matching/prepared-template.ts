import type { Minutia, Template } from '../template.ts';
import { convexHull } from './convex-hull.ts';
import { buildCylinders, type Cylinders } from './cylinders.ts';

/** The best minutiae that take part in a comparison; more cost time squared and add mostly false ones. */
const COMPARED_MINUTIAE = 100;

/** A template with everything that comparison needs and that depends on it alone. */
export interface PreparedTemplate {
  readonly minutiae: readonly Minutia[];
  /** The minutiae's coordinates once more, for the innermost loop. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly hull: ReturnType<typeof convexHull>;
  readonly cylinders: Cylinders;
}

const cache = new WeakMap<Template, PreparedTemplate>();

/** Prepares a template once; the work lives as long as the template itself. */
export function prepareTemplate(template: Template): PreparedTemplate {
  const known = cache.get(template);
  if (known !== undefined) return known;
  const minutiae = template.minutiae.slice(0, COMPARED_MINUTIAE);
  const prepared: PreparedTemplate = {
    minutiae,
    x: Float64Array.from(minutiae, (minutia) => minutia.x),
    y: Float64Array.from(minutiae, (minutia) => minutia.y),
    hull: convexHull(minutiae),
    cylinders: buildCylinders(minutiae),
  };
  cache.set(template, prepared);
  return prepared;
}

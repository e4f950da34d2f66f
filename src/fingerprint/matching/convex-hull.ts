import type { Minutia } from '../template.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Convex hull by Andrew's monotone chain, without repeated first point. */
function convexHull(points: readonly Minutia[]): Point[] {
  const sorted = points.map(({ x, y }) => ({ x, y })).sort((a, b) => a.x - b.x || a.y - b.y);
  if (sorted.length < 3) return sorted;
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of ordered) {
      for (;;) {
        const last = chain.at(-1);
        const previous = chain.at(-2);
        if (last === undefined || previous === undefined) break;
        const turn =
          (last.x - previous.x) * (point.y - previous.y) - (last.y - previous.y) * (point.x - previous.x);
        if (turn > 0) break;
        chain.pop();
      }
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

/** A convex polygon, with each edge's start and inward unit normal at hand. */
export interface Hull {
  readonly corners: readonly Point[];
  /** x, y, normal x, normal y of each edge; empty for fewer than three corners. */
  readonly edges: Float64Array;
}

export function hullOf(points: readonly Minutia[]): Hull {
  const corners = convexHull(points);
  const edges = new Float64Array(corners.length < 3 ? 0 : 4 * corners.length);
  for (let i = 0; i < edges.length; i += 4) {
    const a = corners[i / 4] as Point;
    const b = corners[(i / 4 + 1) % corners.length] as Point;
    const length = Math.sqrt((b.x - a.x) ** 2 + (b.y - a.y) ** 2);
    edges[i] = a.x;
    edges[i + 1] = a.y;
    edges[i + 2] = -(b.y - a.y) / length;
    edges[i + 3] = (b.x - a.x) / length;
  }
  return { corners, edges };
}

/** How deep a point lies inside, pixels: its least distance to an edge's line, negative outside. */
export function depthInHull({ edges }: Hull, x: number, y: number): number {
  let depth = edges.length === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  for (let i = 0; i < edges.length; i += 4) {
    const inward =
      (x - (edges[i] as number)) * (edges[i + 2] as number) +
      (y - (edges[i + 1] as number)) * (edges[i + 3] as number);
    if (inward < depth) depth = inward;
  }
  return depth;
}

/** Whether a point lies inside the hull or at most `margin` pixels outside. */
export function isNearHull(hull: Hull, x: number, y: number, margin: number): boolean {
  const depth = depthInHull(hull, x, y);
  if (depth >= 0) return true;
  // The nearest point of the hull is never nearer than an edge's line.
  if (depth < -margin && hull.edges.length > 0) return false;
  return squaredDistanceFromCorners(hull.corners, x, y) <= margin * margin;
}

/** Squared distance from the polygon's line; for points outside that is the distance from the polygon. */
function squaredDistanceFromCorners(corners: readonly Point[], x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < corners.length; i++) {
    const a = corners[i] as Point;
    const b = corners[i + 1 < corners.length ? i + 1 : 0] as Point;
    const dx = b.x - a.x;
    const dy = b.y - a.y;
    const fromX = x - a.x;
    const fromY = y - a.y;
    const length = dx * dx + dy * dy;
    const along = length > 0 ? Math.min(1, Math.max(0, (fromX * dx + fromY * dy) / length)) : 0;
    const awayX = fromX - along * dx;
    const awayY = fromY - along * dy;
    nearest = Math.min(nearest, awayX * awayX + awayY * awayY);
  }
  return nearest;
}

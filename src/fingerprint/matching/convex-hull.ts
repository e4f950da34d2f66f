import type { Minutia } from '../template.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Convex hull by Andrew's monotone chain, without repeated first point. */
export function convexHull(points: readonly Minutia[]): Point[] {
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

/** Distance of a point from a convex polygon in pixels; 0 inside. */
export function distanceFromHull(hull: readonly Point[], x: number, y: number): number {
  let inside = hull.length > 2;
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < hull.length; i++) {
    const a = hull[i] as Point;
    const b = hull[(i + 1) % hull.length] as Point;
    const dx = b.x - a.x;
    const dy = b.y - a.y;
    if (dx * (y - a.y) - dy * (x - a.x) < 0) inside = false;
    const length = dx * dx + dy * dy;
    const along = length > 0 ? Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / length)) : 0;
    nearest = Math.min(nearest, Math.hypot(x - a.x - along * dx, y - a.y - along * dy));
  }
  return inside ? 0 : nearest;
}

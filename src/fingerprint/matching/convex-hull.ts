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

/** Whether a point lies inside a convex polygon or at most `margin` pixels outside. */
export function isNearHull(hull: readonly Point[], x: number, y: number, margin: number): boolean {
  let inside = hull.length > 2;
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < hull.length; i++) {
    const a = hull[i] as Point;
    const b = hull[i + 1 < hull.length ? i + 1 : 0] as Point;
    const dx = b.x - a.x;
    const dy = b.y - a.y;
    const fromX = x - a.x;
    const fromY = y - a.y;
    if (dx * fromY - dy * fromX < 0) inside = false;
    const length = dx * dx + dy * dy;
    const along = length > 0 ? Math.min(1, Math.max(0, (fromX * dx + fromY * dy) / length)) : 0;
    const awayX = fromX - along * dx;
    const awayY = fromY - along * dy;
    nearest = Math.min(nearest, awayX * awayX + awayY * awayY);
  }
  return inside || nearest <= margin * margin;
}

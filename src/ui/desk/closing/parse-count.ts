/** As the station's own limit. */
export const MOST_COUNTED = 100_000;

/** A typed count, 0 to 100,000; null while nothing (or nothing possible) is typed. */
export function parseCount(text: string): number | null {
  const trimmed = text.trim();
  if (!/^\d{1,6}$/.test(trimmed)) return null;
  const count = Number(trimmed);
  return count <= MOST_COUNTED ? count : null;
}

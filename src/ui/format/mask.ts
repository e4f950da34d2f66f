/**
 * What was typed, as it may stand on a screen that the queue can see: a name stays, of a longer number only the
 * last three digits do.
 */
export function maskTyped(text: string): string {
  const digits = text.replace(/\D/g, '').length;
  if (digits < 7) return text;
  let seen = 0;
  return text.replace(/\d/g, (digit) => {
    seen += 1;
    return seen > digits - 3 ? digit : '•';
  });
}

/** A long hash for a reading comparison: its first and last four characters. */
export function shortHash(hash: string): string {
  return hash.length <= 11 ? hash : `${hash.slice(0, 4)}…${hash.slice(-4)}`;
}

const WEIGHTS = [7, 3, 1] as const;

/**
 * The check digit over characters A-Z, 0-9 and `<` (ICAO 9303-3, 4.9): weights 7 3 1 repeating, digits count as
 * themselves, A = 10 to Z = 35, the filler 0; the sum modulo 10. Characters outside of the alphabet give null.
 *
 * Characters whose values differ by a multiple of ten (0 A K U <, 1 B L V, 6 G Q ...) cannot be told apart by it.
 */
export function checkDigit(text: string): number | null {
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const value = characterValue(text.charCodeAt(i));
    if (value === null) return null;
    sum += value * (WEIGHTS[i % 3] ?? 0);
  }
  return sum % 10;
}

/** True when `digit` is the check digit of `text`. */
export function checkDigitHolds(text: string, digit: string): boolean {
  return checkDigit(text)?.toString() === digit;
}

function characterValue(code: number): number | null {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x41 && code <= 0x5a) return code - 0x41 + 10;
  return code === 0x3c ? 0 : null;
}

/**
 * The names of a zone from Latin words (ICAO 9303-3, 4.6; 9303-4, 4.2.3): surname, two fillers, given names with one
 * filler between. Apostrophes fall away, hyphens and blanks become fillers. Names that are too long are cut
 * so that the last position is a letter, which says that something may be missing; the surname keeps as much
 * as leaves room for the first letter of the given names.
 */
export function buildMrzNames(surname: string, givenNames: string, length: number): string {
  const primary = toNameCharacters(surname);
  const secondary = toNameCharacters(givenNames);
  const whole = secondary === '' ? primary : `${primary}<<${secondary}`;
  if (whole.length <= length) return whole.padEnd(length, '<');
  if (secondary === '') return cutAtLetter(primary, length);
  if (primary.length <= length - 3)
    return `${primary}<<${cutAtLetter(secondary, length - primary.length - 2)}`;
  return `${cutAtLetter(primary, length - 3)}<<${secondary.charAt(0)}`;
}

/** Upper-case A-Z in words parted by one filler. */
function toNameCharacters(text: string): string {
  return text
    .toUpperCase()
    .replace(/['’`ʼ.]/g, '')
    .replace(/[^A-Z]+/g, '<')
    .replace(/^<+|<+$/g, '');
}

/** The first `length` characters, the last of which is a letter: a word gives up its end for the next one's initial. */
function cutAtLetter(text: string, length: number): string {
  const cut = text.slice(0, length);
  if (!cut.endsWith('<')) return cut;
  const next = text.charAt(length);
  return length < 3 ? text.slice(0, length - 1) : `${cut.slice(0, length - 2)}<${next}`;
}

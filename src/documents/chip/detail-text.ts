/** How DG11 and DG12 write texts and dates (ICAO 9303-10, 4.7.11 and 4.7.12). */

/** UTF-8; what is no character in it is replaced. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}

/** Fillers part words. Null for nothing. */
export function toWords(text: string | null): string | null {
  const words = text?.replace(/<+/g, ' ').trim() ?? '';
  return words === '' ? null : words;
}

/** YYYYMMDD as eight characters, or packed into four bytes as older documents have it. */
export function readFullDate(bytes: Uint8Array | null): string | null {
  if (bytes === null) return null;
  const text = bytes.length === 4 ? Buffer.from(bytes).toString('hex') : decodeText(bytes);
  const [, year, month, day] = /^([0-9]{4})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$/.exec(text) ?? [];
  return year === undefined ? null : `${year}-${month}-${day}`;
}

import { z } from 'zod';
import { LOCATOR_BYTES } from './visitor-keys.ts';

/**
 * The file of sealed visitors' records that the centre serves: eight bytes of mark, the length of the header (4
 * bytes, little-endian), the header as JSON; the records one after another; the entries, by locator; and a trailer of
 * where the entries begin (6 bytes), how many there are (4), and the SHA-256 of mark, header and entries.
 *
 * | bytes of an entry | hold |
 * | --- | --- |
 * | 0 to 15 | the locator (visitor-keys.ts) |
 * | 16 to 21 | where the record begins |
 * | 22 to 25 | its length |
 * | 26, 27 | the number of the district that the voter belongs to |
 *
 * A record is the participation token, sealed for the centre (50 bytes), and the voter's record, sealed for a station
 * and the centre together. One for each document.
 */
export const MARK = 'TIZMEVR1';
export const PREFIX_BYTES = MARK.length + 4;
export const LONGEST_HEADER = 8 << 20;
export const ENTRY_BYTES = LOCATOR_BYTES + 12;
export const TRAILER_BYTES = 6 + 4 + 32;
/** 12 of nonce, 22 characters of token, 16 of tag. */
export const SEALED_TOKEN_BYTES = 50;
/** Of one record on the disk. */
export const LONGEST_SEALED = 1 << 20;

export const visitorHeaderSchema = z.strictObject({
  electionId: z.string().min(1).max(300),
  mock: z.boolean(),
  voters: z.int().min(0),
  /** Where visitors may be identified, and the district of each. */
  stations: z
    .array(z.strictObject({ number: z.int().min(0), district: z.int().min(0).max(65_535) }))
    .max(65_536),
});
export type VisitorHeader = z.infer<typeof visitorHeaderSchema>;

export interface VisitorEntry {
  readonly start: number;
  readonly length: number;
  readonly district: number;
}

export function writeEntry(
  to: Buffer,
  at: number,
  locator: Uint8Array,
  { start, length, district }: VisitorEntry,
): void {
  to.set(locator, at);
  to.writeUIntLE(start, at + LOCATOR_BYTES, 6);
  to.writeUInt32LE(length, at + LOCATOR_BYTES + 6);
  to.writeUInt16LE(district, at + LOCATOR_BYTES + 10);
}

/** Its record lies so many bytes further on. */
export function moveEntry(entries: Buffer, at: number, by: number): void {
  const start = at + LOCATOR_BYTES;
  entries.writeUIntLE(entries.readUIntLE(start, 6) + by, start, 6);
}

export function readEntry(from: Buffer): VisitorEntry {
  return {
    start: from.readUIntLE(LOCATOR_BYTES, 6),
    length: from.readUInt32LE(LOCATOR_BYTES + 6),
    district: from.readUInt16LE(LOCATOR_BYTES + 10),
  };
}

import { z } from 'zod';
import { AGE_RECIPIENT } from '../../store/age-sealing.ts';
import type { RegisterStation } from '../register-source.ts';

/**
 * The file of a national index: eight bytes of mark, the length of the header (4 bytes, little-endian), the header as
 * JSON, where each bucket begins (65,537 counts of entries, 4 bytes each, little-endian), and the entries. The mark's last
 * character is the version: 1 had entries of ten bytes, without the ballots.
 */
const NAME = 'TIZMEIX';
const VERSION = 2;
export const MARK = `${NAME}${VERSION}`;
export const PREFIX_BYTES = MARK.length + 4;

export type IndexVersion = 'ours' | 'older' | 'newer' | 'none';

/** Whether a file that begins so is an index of this version, of another one, or none. */
export function indexVersion(mark: string): IndexVersion {
  if (!mark.startsWith(NAME) || !/^[1-9]$/.test(mark.slice(NAME.length))) return 'none';
  const version = Number(mark.slice(NAME.length));
  if (version === VERSION) return 'ours';
  return version < VERSION ? 'older' : 'newer';
}
export const LONGEST_HEADER = 8 << 20;

const text = z.string().min(1).max(300);

export const indexHeaderSchema = z.strictObject({
  electionId: text,
  mock: z.boolean(),
  /** Voters and entries: one for each document of a voter. */
  voters: z.int().min(0).max(100_000_000),
  entries: z.int().min(0).max(200_000_000),
  stations: z
    .array(
      z.strictObject({
        number: z.int().min(0),
        districtNumber: z.int().min(0),
        name: z.strictObject({ ky: text, ru: text, en: text }),
        address: text,
      }),
    )
    .max(65_536),
  /** Every combination of ballots that somebody gets, as ids of the procedure's receipts; empty for a foreign address. */
  ballots: z.array(z.array(text).max(50)).max(65_536),
  /** Whom a claim about a visitor without a record is sealed to (`age1...`); absent where no centre takes any. */
  claims: z.string().regex(AGE_RECIPIENT).optional(),
});
export type IndexHeader = z.infer<typeof indexHeaderSchema> & {
  readonly stations: readonly RegisterStation[];
};

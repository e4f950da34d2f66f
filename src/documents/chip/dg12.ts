import { err, ok, type Result } from '../../domain/result.ts';
import type { DataGroupError } from './com.ts';
import { CHIP_FILES } from './data-groups.ts';
import { decodeText, readFullDate, toWords } from './detail-text.ts';
import { readOnlyTlv, readTlvs } from './tlv.ts';

/** What DG12 says of the document; each part may be missing. */
export interface AdditionalDocumentDetails {
  readonly issuingAuthority: string | null;
  /** YYYY-MM-DD. */
  readonly issueDate: string | null;
  readonly endorsements: string | null;
  /** In hexadecimal, of what else there is. */
  readonly otherTags: readonly string[];
}

const TAG_LIST = 0x5c;
const ISSUING_AUTHORITY = 0x5f19;
const ISSUE_DATE = 0x5f26;
const ENDORSEMENTS = 0x5f1b;

/** Reads DG12 (ICAO 9303-10, 4.7.12). */
export function parseDataGroup12(file: Uint8Array): Result<AdditionalDocumentDetails, DataGroupError> {
  const outer = readOnlyTlv(file, CHIP_FILES.DG12.tag);
  const objects = outer.ok ? readTlvs(outer.value.value) : outer;
  if (!objects.ok) return err({ code: 'bad-data' });
  const raw = (tag: number) => objects.value.find((object) => object.tag === tag)?.value ?? null;
  const words = (tag: number): string | null => {
    const value = raw(tag);
    return value === null ? null : toWords(decodeText(value));
  };
  const read = [TAG_LIST, ISSUING_AUTHORITY, ISSUE_DATE, ENDORSEMENTS];
  return ok({
    issuingAuthority: words(ISSUING_AUTHORITY),
    issueDate: readFullDate(raw(ISSUE_DATE)),
    endorsements: words(ENDORSEMENTS),
    otherTags: objects.value.filter(({ tag }) => !read.includes(tag)).map(({ tag }) => tag.toString(16)),
  });
}

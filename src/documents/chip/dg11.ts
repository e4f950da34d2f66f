import { type PersonalNumber, parsePersonalNumber } from '../../domain/personal-number.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { DataGroupError } from './com.ts';
import { CHIP_FILES } from './data-groups.ts';
import { decodeText, readFullDate, toWords } from './detail-text.ts';
import { readOnlyTlv, readTlvs } from './tlv.ts';

/** What DG11 adds to the zone; each part may be missing. */
export interface AdditionalPersonalDetails {
  /** In national letters: the only place on a chip with the Cyrillic name. Null when left away. */
  readonly surname: string | null;
  readonly givenNames: string | null;
  readonly personalNumber: PersonalNumber | null;
  /** YYYY-MM-DD. */
  readonly birthDate: string | null;
  readonly birthPlace: string | null;
  readonly address: string | null;
}

const BAD_DATA: DataGroupError = { code: 'bad-data' };

/** Reads DG11 (ICAO 9303-10, 4.7.11). Parts with fillers for separators are read as words. */
export function parseDataGroup11(file: Uint8Array): Result<AdditionalPersonalDetails, DataGroupError> {
  const outer = readOnlyTlv(file, CHIP_FILES.DG11.tag);
  if (!outer.ok) return err(BAD_DATA);
  const objects = readTlvs(outer.value.value);
  if (!objects.ok) return err(BAD_DATA);
  const raw = (tag: number): Uint8Array | null =>
    objects.value.find((object) => object.tag === tag)?.value ?? null;
  const text = (tag: number): string | null => {
    const value = raw(tag);
    return value === null ? null : decodeText(value);
  };
  const [surname = null, ...given] = text(0x5f0e)?.split('<<') ?? [];
  const personalNumber = parsePersonalNumber((text(0x5f10) ?? '').replaceAll('<', ''));
  return ok({
    surname: toWords(surname),
    givenNames: toWords(given.length === 0 ? null : given.join('<')),
    personalNumber: personalNumber.ok ? personalNumber.value : null,
    birthDate: readFullDate(raw(0x5f2b)),
    birthPlace: toWords(text(0x5f11)),
    address: toWords(text(0x5f42)),
  });
}

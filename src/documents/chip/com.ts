import { err, ok, type Result } from '../../domain/result.ts';
import { CHIP_FILES, type DataGroupName, dataGroupOfTag } from './data-groups.ts';
import { readOnlyTlv, readTlvs } from './tlv.ts';

export interface CommonData {
  /** Of the logical data structure, `0107`; null when left away. */
  readonly version: string | null;
  readonly unicodeVersion: string | null;
  /** What the chip says it holds. EF.COM is not signed: only the security object's list is. */
  readonly dataGroups: readonly DataGroupName[];
}

export interface DataGroupError {
  readonly code: 'bad-data';
}

const BAD_DATA: DataGroupError = { code: 'bad-data' };

/** Reads EF.COM (ICAO 9303-10, 4.6.1). Tags that are not known are left away. */
export function parseCommonData(file: Uint8Array): Result<CommonData, DataGroupError> {
  const outer = readOnlyTlv(file, CHIP_FILES.COM.tag);
  if (!outer.ok) return err(BAD_DATA);
  const objects = readTlvs(outer.value.value);
  if (!objects.ok) return err(BAD_DATA);
  const text = (tag: number): string | null => {
    const value = objects.value.find((object) => object.tag === tag)?.value;
    return value === undefined ? null : Buffer.from(value).toString('latin1');
  };
  const tags = objects.value.find((object) => object.tag === 0x5c)?.value;
  if (tags === undefined) return err(BAD_DATA);
  const dataGroups = [...tags].map(dataGroupOfTag).filter((name) => name !== null);
  return ok({ version: text(0x5f01), unicodeVersion: text(0x5f36), dataGroups });
}

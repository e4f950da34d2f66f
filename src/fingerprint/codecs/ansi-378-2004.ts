import type { Result } from '../../domain/result.ts';
import type { MinutiaeRecord, RecordError } from './minutiae-record.ts';
import {
  check,
  decoding,
  type MinutiaFormat,
  RECORD_MAGIC,
  RecordReader,
  RecordWriter,
  readSizeAndViews,
  viewsLength,
  writeViews,
} from './record-fields.ts';

/** Of " 20\0" (ANSI INCITS 378-2004 clause 6.4) some writers make "020\0". */
const VERSIONS = { ' 20': 0x20323000, '020': 0x30323000 } as const;
const SHORT_HEADER_LENGTH = 26;
/** Records of more than 65,535 bytes have a length field of six bytes, the first two of them 0. */
const LONG_HEADER_LENGTH = 30;
const LONGEST_SHORT = 0xffff;
/** Angles are kept in steps of two degrees. */
export const ANSI_ANGLE_UNIT = 2;
const FORMAT: MinutiaFormat = { angleUnit: ANSI_ANGLE_UNIT, angleSteps: 180, quality: 'to-100' };

export interface Ansi2004Record extends MinutiaeRecord {
  readonly version: keyof typeof VERSIONS;
  /** CBEFF product identifier: owner and type; 0 unknown. */
  readonly productOwner: number;
  readonly productType: number;
}

/** The record format of ANSI INCITS 378-2004. A value that its field can't hold throws. */
export function encodeAnsi2004(record: Ansi2004Record): Uint8Array {
  const views = viewsLength(record);
  const writer = new RecordWriter().u32(RECORD_MAGIC).u32(VERSIONS[record.version]);
  if (SHORT_HEADER_LENGTH + views <= LONGEST_SHORT) writer.u16(SHORT_HEADER_LENGTH + views);
  else writer.u16(0).u32(LONG_HEADER_LENGTH + views);
  writer
    .u16(record.productOwner)
    .u16(record.productType)
    .u16(record.captureEquipment)
    .u16(record.width)
    .u16(record.height)
    .u16(record.horizontalResolution)
    .u16(record.verticalResolution)
    .u8(record.views.length)
    .u8(0);
  writeViews(writer, record, FORMAT);
  return writer.finish();
}

/** Reads a record that anybody may have made; refused is what `decodeIso2005` refuses. */
export function decodeAnsi2004(bytes: Uint8Array): Result<Ansi2004Record, RecordError> {
  return decoding(() => {
    const reader = new RecordReader(bytes);
    check(bytes.length >= SHORT_HEADER_LENGTH, 'too-short');
    check(reader.u32() === RECORD_MAGIC, 'wrong-magic');
    const versionBytes = reader.u32();
    const version = versionBytes === VERSIONS[' 20'] ? ' 20' : '020';
    check(versionBytes === VERSIONS[version], 'wrong-version');
    const short = reader.u16();
    if (short === 0) {
      const long = reader.u32();
      check(long === bytes.length && long > LONGEST_SHORT, 'length-mismatch');
    } else check(short === bytes.length, 'length-mismatch');
    const productOwner = reader.u16();
    const productType = reader.u16();
    const captureEquipment = reader.u16();
    return { version, productOwner, productType, captureEquipment, ...readSizeAndViews(reader, FORMAT) };
  });
}

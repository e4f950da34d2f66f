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

/** " 20\0" (ISO/IEC 19794-2:2005 clause 7.3). */
const VERSION = 0x20323000;
const HEADER_LENGTH = 24;
/** Angles are kept in 256ths of a turn. */
export const ISO_ANGLE_UNIT = 360 / 256;
const FORMAT: MinutiaFormat = { angleUnit: ISO_ANGLE_UNIT, angleSteps: 256, quality: 'to-100' };

/**
 * The record format (clause 7) of ISO/IEC 19794-2:2005, all big endian. Encoding a value that its field can't
 * hold is a bug of the caller and throws.
 */
export function encodeIso2005(record: MinutiaeRecord): Uint8Array {
  const writer = new RecordWriter()
    .u32(RECORD_MAGIC)
    .u32(VERSION)
    .u32(HEADER_LENGTH + viewsLength(record))
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

/**
 * Reads a record that anybody may have made. Refused: wrong magic or version, lengths that lie in either
 * direction, no view, a value that the standard does not define, a minutia outside of the image.
 */
export function decodeIso2005(bytes: Uint8Array): Result<MinutiaeRecord, RecordError> {
  return decoding(() => {
    const reader = new RecordReader(bytes);
    check(bytes.length >= HEADER_LENGTH, 'too-short');
    check(reader.u32() === RECORD_MAGIC, 'wrong-magic');
    check(reader.u32() === VERSION, 'wrong-version');
    check(reader.u32() === bytes.length, 'length-mismatch');
    const captureEquipment = reader.u16();
    return { captureEquipment, ...readSizeAndViews(reader, FORMAT) };
  });
}

import type { Result } from '../../domain/result.ts';
import { ISO_ANGLE_UNIT } from './iso-19794-2-2005.ts';
import type { FingerView, ImageSize, RecordError } from './minutiae-record.ts';
import {
  check,
  decoding,
  isQuality,
  type MinutiaFormat,
  RECORD_MAGIC,
  RecordReader,
  RecordWriter,
} from './record-fields.ts';

/** "030\0" (ISO/IEC 19794-2:2011 clause 8.3). */
const VERSION = 0x30333000;
const HEADER_LENGTH = 15;
const CAPTURE_TIME_LENGTH = 9;
/** Bytes of a representation without its blocks of quality and certification, minutiae and extended data. */
const REPRESENTATION_LENGTH = 34;
const WITHOUT_QUALITY: MinutiaFormat = { angleUnit: ISO_ANGLE_UNIT, angleSteps: 256, quality: 'none' };
const WITH_QUALITY: MinutiaFormat = { ...WITHOUT_QUALITY, quality: 'with-special-values' };
/** Bytes of one minutia, as the upper half of the type field says. */
const MINUTIA_LENGTHS = { without: 5, with: 6 } as const;

export interface QualityBlock {
  /** 0 to 100, or 255 when it could not be computed. */
  readonly score: number;
  readonly vendor: number;
  readonly algorithm: number;
}

export interface CertificationBlock {
  readonly authority: number;
  readonly scheme: number;
}

/** One impression: what the standard calls a representation. The quality is in its blocks. */
export interface Iso2011View extends Omit<FingerView, 'quality'>, ImageSize {
  /** Date and time of the capture as nine bytes, all 0xff when unknown. */
  readonly captureTime: Uint8Array;
  readonly technology: number;
  readonly vendor: number;
  readonly deviceType: number;
  readonly qualities: readonly QualityBlock[];
  /** Empty when the record has no certifications. */
  readonly certifications: readonly CertificationBlock[];
  /** How endings were placed: 0 to 15 by the standard's table. */
  readonly endingType: number;
  /** Whether minutiae carry a byte of quality. */
  readonly minutiaQualities: boolean;
}

export interface Iso2011Record {
  /** Whether every representation has blocks of certification, however few. */
  readonly certified: boolean;
  readonly views: readonly Iso2011View[];
}

function representationLength(view: Iso2011View, certified: boolean): number {
  const minutia = view.minutiaQualities ? MINUTIA_LENGTHS.with : MINUTIA_LENGTHS.without;
  return (
    REPRESENTATION_LENGTH +
    5 * view.qualities.length +
    (certified ? 1 + 3 * view.certifications.length : 0) +
    minutia * view.minutiae.length +
    view.extendedData.length
  );
}

/** The record format of ISO/IEC 19794-2:2011. A value that its field can't hold throws. */
export function encodeIso2011(record: Iso2011Record): Uint8Array {
  const { certified } = record;
  const length = record.views.reduce(
    (sum, view) => sum + representationLength(view, certified),
    HEADER_LENGTH,
  );
  const writer = new RecordWriter()
    .u32(RECORD_MAGIC)
    .u32(VERSION)
    .u32(length)
    .u16(record.views.length)
    .u8(certified ? 1 : 0);
  for (const view of record.views) {
    if (view.captureTime.length !== CAPTURE_TIME_LENGTH) throw new Error('a capture time has nine bytes');
    writer
      .u32(representationLength(view, certified))
      .put(view.captureTime)
      .u8(view.technology)
      .u16(view.vendor)
      .u16(view.deviceType)
      .u8(view.qualities.length);
    for (const { score, vendor, algorithm } of view.qualities) writer.u8(score).u16(vendor).u16(algorithm);
    if (certified) {
      writer.u8(view.certifications.length);
      for (const { authority, scheme } of view.certifications) writer.u16(authority).u8(scheme);
    }
    const minutia = view.minutiaQualities ? MINUTIA_LENGTHS.with : MINUTIA_LENGTHS.without;
    writer
      .u8(view.position)
      .u8(view.viewNumber)
      .u16(view.horizontalResolution)
      .u16(view.verticalResolution)
      .u8(view.impressionType)
      .u16(view.width)
      .u16(view.height)
      .u8((minutia << 4) | (view.endingType & 15))
      .u8(view.minutiae.length)
      .minutiae(view.minutiae, view.minutiaQualities ? WITH_QUALITY : WITHOUT_QUALITY)
      .extendedData(view.extendedData);
  }
  return writer.finish();
}

/** Reads a record that anybody may have made; refused is what `decodeIso2005` refuses. */
export function decodeIso2011(bytes: Uint8Array): Result<Iso2011Record, RecordError> {
  return decoding(() => {
    const reader = new RecordReader(bytes);
    check(bytes.length >= HEADER_LENGTH, 'too-short');
    check(reader.u32() === RECORD_MAGIC, 'wrong-magic');
    check(reader.u32() === VERSION, 'wrong-version');
    check(reader.u32() === bytes.length, 'length-mismatch');
    const count = reader.u16();
    check(count > 0, 'no-view');
    const flag = reader.u8();
    check(flag <= 1, 'value-out-of-range');
    const certified = flag === 1;
    const views: Iso2011View[] = [];
    // One by one: a count that lies must not be believed before the bytes are there.
    while (views.length < count) views.push(readRepresentation(reader, certified));
    check(reader.at === bytes.length, 'length-mismatch');
    return { certified, views };
  });
}

function readRepresentation(reader: RecordReader, certified: boolean): Iso2011View {
  const start = reader.at;
  const length = reader.u32();
  const captureTime = reader.take(CAPTURE_TIME_LENGTH);
  const technology = reader.u8();
  const vendor = reader.u16();
  const deviceType = reader.u16();
  const qualities = Array.from({ length: reader.u8() }, (): QualityBlock => {
    const score = reader.u8();
    check(isQuality(score, true), 'value-out-of-range');
    return { score, vendor: reader.u16(), algorithm: reader.u16() };
  });
  const certifications = Array.from({ length: certified ? reader.u8() : 0 }, (): CertificationBlock => {
    return { authority: reader.u16(), scheme: reader.u8() };
  });
  const position = reader.position();
  const viewNumber = reader.u8();
  const horizontalResolution = reader.resolution();
  const verticalResolution = reader.resolution();
  const impressionType = reader.u8();
  const size: ImageSize = {
    width: reader.size(),
    height: reader.size(),
    horizontalResolution,
    verticalResolution,
  };
  const types = reader.u8();
  const minutiaLength = types >> 4;
  check(
    minutiaLength === MINUTIA_LENGTHS.with || minutiaLength === MINUTIA_LENGTHS.without,
    'value-out-of-range',
  );
  const minutiaQualities = minutiaLength === MINUTIA_LENGTHS.with;
  const minutiae = reader.minutiae(reader.u8(), size, minutiaQualities ? WITH_QUALITY : WITHOUT_QUALITY);
  const extendedData = reader.extendedData();
  check(reader.at - start === length, 'length-mismatch');
  return {
    ...{ captureTime, technology, vendor, deviceType, qualities, certifications, position, viewNumber },
    ...size,
    ...{ impressionType, endingType: types & 15, minutiaQualities, minutiae, extendedData },
  };
}

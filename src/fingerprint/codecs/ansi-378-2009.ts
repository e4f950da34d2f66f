import type { Result } from '../../domain/result.ts';
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

/** ANSI INCITS 378-2009 and the same with its amendment 1. */
const VERSIONS = { '030': 0x30333000, '035': 0x30333500 } as const;
const HEADER_LENGTH = 21;
const VIEW_LENGTH = 19;
const FORMAT: MinutiaFormat = { angleUnit: 2, angleSteps: 180, quality: 'with-special-values' };

/** A view with its own image size; `viewNumber` and `impressionType` are whole bytes here. */
export interface Ansi2009View extends FingerView, ImageSize {
  /** Who defined the measure of `quality`, and which measure it is; 0 unknown. */
  readonly qualityOwner: number;
  readonly qualityAlgorithm: number;
}

export interface Ansi2009Record {
  /** '035' with amendment 1. */
  readonly version: keyof typeof VERSIONS;
  readonly productOwner: number;
  readonly productType: number;
  readonly certification: number;
  readonly captureEquipment: number;
  readonly views: readonly Ansi2009View[];
}

/** The record format of ANSI INCITS 378-2009. A value that its field can't hold throws. */
export function encodeAnsi2009(record: Ansi2009Record): Uint8Array {
  const length = record.views.reduce(
    (sum, view) => sum + VIEW_LENGTH + 6 * view.minutiae.length + view.extendedData.length,
    HEADER_LENGTH,
  );
  const writer = new RecordWriter()
    .u32(RECORD_MAGIC)
    .u32(VERSIONS[record.version])
    .u32(length)
    .u16(record.productOwner)
    .u16(record.productType)
    .u8(record.certification)
    .u16(record.captureEquipment)
    .u8(record.views.length)
    .u8(0);
  for (const view of record.views) {
    writer
      .u8(view.position)
      .u8(view.viewNumber)
      .u8(view.impressionType)
      .u8(view.quality)
      .u16(view.qualityOwner)
      .u16(view.qualityAlgorithm)
      .u16(view.width)
      .u16(view.height)
      .u16(view.horizontalResolution)
      .u16(view.verticalResolution)
      .u8(view.minutiae.length)
      .minutiae(view.minutiae, FORMAT)
      .extendedData(view.extendedData);
  }
  return writer.finish();
}

/** Reads a record that anybody may have made; refused is what `decodeIso2005` refuses. */
export function decodeAnsi2009(bytes: Uint8Array): Result<Ansi2009Record, RecordError> {
  return decoding(() => {
    const reader = new RecordReader(bytes);
    check(bytes.length >= HEADER_LENGTH, 'too-short');
    check(reader.u32() === RECORD_MAGIC, 'wrong-magic');
    const versionBytes = reader.u32();
    const version = versionBytes === VERSIONS['035'] ? '035' : '030';
    check(versionBytes === VERSIONS[version], 'wrong-version');
    check(reader.u32() === bytes.length, 'length-mismatch');
    const productOwner = reader.u16();
    const productType = reader.u16();
    const certification = reader.u8();
    const captureEquipment = reader.u16();
    const count = reader.u8();
    check(count > 0, 'no-view');
    reader.u8(); // Reserved.
    const views = Array.from({ length: count }, () => readView(reader));
    check(reader.at === bytes.length, 'length-mismatch');
    return { version, productOwner, productType, certification, captureEquipment, views };
  });
}

function readView(reader: RecordReader): Ansi2009View {
  const position = reader.position();
  const viewNumber = reader.u8();
  const impressionType = reader.u8();
  const quality = reader.u8();
  check(isQuality(quality, true), 'value-out-of-range');
  const qualityOwner = reader.u16();
  const qualityAlgorithm = reader.u16();
  const size: ImageSize = {
    width: reader.size(),
    height: reader.size(),
    horizontalResolution: reader.resolution(),
    verticalResolution: reader.resolution(),
  };
  const minutiae = reader.minutiae(reader.u8(), size, FORMAT);
  const extendedData = reader.extendedData();
  return {
    ...{ position, viewNumber, impressionType, quality, qualityOwner, qualityAlgorithm },
    ...size,
    minutiae,
    extendedData,
  };
}

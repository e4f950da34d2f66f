import { FINGER_POSITIONS, type FingerPosition } from '../../domain/finger.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { MinutiaType } from '../template.ts';
import type {
  ImageSize,
  MinutiaeRecord,
  RecordError,
  RecordErrorCode,
  RecordMinutia,
} from './minutiae-record.ts';

/** What the five record formats have in common, field by field; all big endian. */

/** "FMR\0". */
export const RECORD_MAGIC = 0x464d5200;
const TYPES: readonly MinutiaType[] = ['other', 'ending', 'bifurcation'];
const BEST_QUALITY = 100;
/** Values of the newer standards for "not reported" and "could not be computed". */
const NO_QUALITY: readonly number[] = [254, 255];

export interface MinutiaFormat {
  /** Degrees of one step of the angle byte, and how many of them make a turn. */
  readonly angleUnit: number;
  readonly angleSteps: number;
  /** Whether a minutia ends in a byte of quality, and whether that may be 254 or 255. */
  readonly quality: 'none' | 'to-100' | 'with-special-values';
}

class RecordProblem extends Error {
  readonly code: RecordErrorCode;
  constructor(code: RecordErrorCode) {
    super(code);
    this.code = code;
  }
}

export function check(condition: boolean, code: RecordErrorCode): void {
  if (!condition) throw new RecordProblem(code);
}

/** Turns what the reader and `check` throw into a value. */
export function decoding<T>(decode: () => T): Result<T, RecordError> {
  try {
    return ok(decode());
  } catch (problem) {
    if (problem instanceof RecordProblem) return err({ code: problem.code });
    throw problem;
  }
}

/** Reads field after field; beyond the end is `too-short`. */
export class RecordReader {
  at = 0;
  readonly length: number;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.length = bytes.length;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.view.getUint8(this.advance(1));
  }

  u16(): number {
    return this.view.getUint16(this.advance(2));
  }

  u32(): number {
    return this.view.getUint32(this.advance(4));
  }

  take(length: number): Uint8Array {
    const start = this.advance(length);
    return this.bytes.slice(start, start + length);
  }

  position(): FingerPosition {
    const value = this.u8();
    const position = FINGER_POSITIONS.find((known) => known === value);
    if (position === undefined) throw new RecordProblem('value-out-of-range');
    return position;
  }

  resolution(): number {
    const value = this.u16();
    check(value > 0, 'value-out-of-range');
    return value;
  }

  size(): number {
    const value = this.u16();
    check(value > 0, 'value-out-of-range');
    return value;
  }

  minutiae(count: number, size: ImageSize, format: MinutiaFormat): RecordMinutia[] {
    const minutiae: RecordMinutia[] = [];
    for (let i = 0; i < count; i++) {
      const x = this.u16();
      const y = this.u16();
      const type = TYPES[x >> 14];
      if (type === undefined || y > 0x3fff) throw new RecordProblem('value-out-of-range');
      check((x & 0x3fff) < size.width && y < size.height, 'coordinate-outside-image');
      const angle = this.u8();
      check(angle < format.angleSteps, 'value-out-of-range');
      const quality = format.quality === 'none' ? 0 : this.u8();
      check(isQuality(quality, format.quality === 'with-special-values'), 'value-out-of-range');
      minutiae.push({ type, x: x & 0x3fff, y, angle: angle * format.angleUnit, quality });
    }
    return minutiae;
  }

  extendedData(): Uint8Array {
    return this.take(this.u16());
  }

  private advance(length: number): number {
    const start = this.at;
    check(start + length <= this.length, 'too-short');
    this.at = start + length;
    return start;
  }
}

/** 0 to 100; where a standard has them, also 254 and 255. */
export function isQuality(value: number, specialValues: boolean): boolean {
  return value <= BEST_QUALITY || (specialValues && NO_QUALITY.includes(value));
}

/** Writes field after field; a value that its field can't hold is a bug of the caller and throws. */
export class RecordWriter {
  private readonly bytes: number[] = [];

  get length(): number {
    return this.bytes.length;
  }

  u8(value: number): this {
    this.bytes.push(field(value, 0xff));
    return this;
  }

  u16(value: number): this {
    field(value, 0xffff);
    this.bytes.push(value >> 8, value & 0xff);
    return this;
  }

  u32(value: number): this {
    field(value, 0xffffffff);
    return this.u16(Math.floor(value / 0x10000)).u16(value % 0x10000);
  }

  put(bytes: Iterable<number>): this {
    for (const byte of bytes) this.bytes.push(byte);
    return this;
  }

  minutiae(minutiae: readonly RecordMinutia[], format: MinutiaFormat): this {
    for (const minutia of minutiae) {
      this.u16((TYPES.indexOf(minutia.type) << 14) | field(minutia.x, 0x3fff));
      this.u16(field(minutia.y, 0x3fff));
      this.u8(field(Math.round(minutia.angle / format.angleUnit), format.angleSteps - 1));
      if (format.quality !== 'none') this.u8(minutia.quality);
    }
    return this;
  }

  extendedData(data: Uint8Array): this {
    return this.u16(data.length).put(data);
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }
}

function field(value: number, max: number): number {
  if (!Number.isInteger(value) || value < 0 || value > max) throw new Error('value does not fit its field');
  return value;
}

/** Bytes of the views of the two older formats. */
export function viewsLength(record: MinutiaeRecord): number {
  return record.views.reduce(
    (sum, view) => sum + 4 + 6 * view.minutiae.length + 2 + view.extendedData.length,
    0,
  );
}

/** The views of ISO/IEC 19794-2:2005 and ANSI 378-2004 differ in the unit of the angle alone. */
export function writeViews(writer: RecordWriter, record: MinutiaeRecord, format: MinutiaFormat): void {
  for (const view of record.views) {
    writer
      .u8(view.position)
      .u8((field(view.viewNumber, 15) << 4) | field(view.impressionType, 15))
      .u8(view.quality)
      .u8(view.minutiae.length)
      .minutiae(view.minutiae, format)
      .extendedData(view.extendedData);
  }
}

/** Size, resolution and views: from the same field on the two older formats are alike. */
export function readSizeAndViews(
  reader: RecordReader,
  format: MinutiaFormat,
): Omit<MinutiaeRecord, 'captureEquipment'> {
  const size: ImageSize = {
    width: reader.size(),
    height: reader.size(),
    horizontalResolution: reader.resolution(),
    verticalResolution: reader.resolution(),
  };
  const count = reader.u8();
  check(count > 0, 'no-view');
  reader.u8(); // Reserved.
  const views = Array.from({ length: count }, () => {
    const position = reader.position();
    const impression = reader.u8();
    const quality = reader.u8();
    check(isQuality(quality, false), 'value-out-of-range');
    const minutiae = reader.minutiae(reader.u8(), size, format);
    return {
      position,
      viewNumber: impression >> 4,
      impressionType: impression & 15,
      quality,
      minutiae,
      extendedData: reader.extendedData(),
    };
  });
  check(reader.at === reader.length, 'length-mismatch');
  return { ...size, views };
}

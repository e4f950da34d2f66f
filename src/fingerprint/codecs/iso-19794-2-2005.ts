import type { FingerPosition } from '../../domain/finger.ts';
import { FINGER_POSITIONS } from '../../domain/finger.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { MinutiaType } from '../template.ts';
import type {
  FingerView,
  MinutiaeRecord,
  RecordError,
  RecordErrorCode,
  RecordMinutia,
} from './minutiae-record.ts';

/** "FMR\0" and " 20\0" (ISO/IEC 19794-2:2005 clause 7.3). */
const MAGIC = 0x464d5200;
const VERSION = 0x20323000;
const HEADER_LENGTH = 24;
const VIEW_HEADER_LENGTH = 4;
const MINUTIA_LENGTH = 6;
/** Angles are kept in 256ths of a turn. */
export const ISO_ANGLE_UNIT = 360 / 256;

const TYPES: readonly MinutiaType[] = ['other', 'ending', 'bifurcation'];

/**
 * The record format (clause 7) of ISO/IEC 19794-2:2005, all big endian. Encoding a value that its field can't
 * hold is a bug of the caller and throws.
 */
export function encodeIso2005(record: MinutiaeRecord): Uint8Array {
  let length = HEADER_LENGTH;
  for (const view of record.views) {
    length += VIEW_HEADER_LENGTH + MINUTIA_LENGTH * view.minutiae.length + 2 + view.extendedData.length;
  }
  const bytes = new Uint8Array(length);
  const output = new DataView(bytes.buffer);
  output.setUint32(0, MAGIC);
  output.setUint32(4, VERSION);
  output.setUint32(8, length);
  output.setUint16(12, field(record.captureEquipment, 0xffff));
  output.setUint16(14, field(record.width, 0xffff));
  output.setUint16(16, field(record.height, 0xffff));
  output.setUint16(18, field(record.horizontalResolution, 0xffff));
  output.setUint16(20, field(record.verticalResolution, 0xffff));
  output.setUint8(22, field(record.views.length, 0xff));
  let at = HEADER_LENGTH;
  for (const view of record.views) at = encodeView(output, bytes, at, view);
  return bytes;
}

function encodeView(output: DataView, bytes: Uint8Array, start: number, view: FingerView): number {
  output.setUint8(start, view.position);
  output.setUint8(start + 1, (field(view.viewNumber, 15) << 4) | field(view.impressionType, 15));
  output.setUint8(start + 2, field(view.quality, 0xff));
  output.setUint8(start + 3, field(view.minutiae.length, 0xff));
  let at = start + VIEW_HEADER_LENGTH;
  for (const minutia of view.minutiae) {
    output.setUint16(at, (TYPES.indexOf(minutia.type) << 14) | field(minutia.x, 0x3fff));
    output.setUint16(at + 2, field(minutia.y, 0x3fff));
    output.setUint8(at + 4, field(Math.round(minutia.angle / ISO_ANGLE_UNIT), 0xff));
    output.setUint8(at + 5, field(minutia.quality, 0xff));
    at += MINUTIA_LENGTH;
  }
  output.setUint16(at, field(view.extendedData.length, 0xffff));
  bytes.set(view.extendedData, at + 2);
  return at + 2 + view.extendedData.length;
}

function field(value: number, max: number): number {
  if (!Number.isInteger(value) || value < 0 || value > max) throw new Error('value does not fit its field');
  return value;
}

class RecordProblem extends Error {
  readonly code: RecordErrorCode;
  constructor(code: RecordErrorCode) {
    super(code);
    this.code = code;
  }
}

/**
 * Reads a record that anybody may have made. Refused: wrong magic or version, lengths that lie in either
 * direction, no view, a value that the standard does not define, a minutia outside of the image.
 */
export function decodeIso2005(bytes: Uint8Array): Result<MinutiaeRecord, RecordError> {
  try {
    return ok(decode(bytes));
  } catch (problem) {
    if (problem instanceof RecordProblem) return err({ code: problem.code });
    throw problem;
  }
}

function decode(bytes: Uint8Array): MinutiaeRecord {
  const input = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  check(bytes.length >= HEADER_LENGTH, 'too-short');
  check(input.getUint32(0) === MAGIC, 'wrong-magic');
  check(input.getUint32(4) === VERSION, 'wrong-version');
  check(input.getUint32(8) === bytes.length, 'length-mismatch');
  const width = input.getUint16(14);
  const height = input.getUint16(16);
  const horizontalResolution = input.getUint16(18);
  const verticalResolution = input.getUint16(20);
  check(width > 0 && height > 0, 'value-out-of-range');
  check(horizontalResolution > 0 && verticalResolution > 0, 'value-out-of-range');
  const viewCount = input.getUint8(22);
  check(viewCount > 0, 'no-view');
  const views: FingerView[] = [];
  let at = HEADER_LENGTH;
  for (let i = 0; i < viewCount; i++) {
    const { view, end } = decodeView(bytes, input, at, width, height);
    views.push(view);
    at = end;
  }
  check(at === bytes.length, 'length-mismatch');
  return {
    captureEquipment: input.getUint16(12),
    width,
    height,
    horizontalResolution,
    verticalResolution,
    views,
  };
}

function decodeView(
  bytes: Uint8Array,
  input: DataView,
  start: number,
  width: number,
  height: number,
): { view: FingerView; end: number } {
  check(start + VIEW_HEADER_LENGTH <= bytes.length, 'too-short');
  const position = FINGER_POSITIONS.find((known: FingerPosition) => known === input.getUint8(start));
  if (position === undefined) throw new RecordProblem('value-out-of-range');
  const quality = input.getUint8(start + 2);
  check(quality <= 100, 'value-out-of-range');
  const count = input.getUint8(start + 3);
  const minutiaeEnd = start + VIEW_HEADER_LENGTH + count * MINUTIA_LENGTH;
  check(minutiaeEnd + 2 <= bytes.length, 'too-short');
  const minutiae: RecordMinutia[] = [];
  for (let at = start + VIEW_HEADER_LENGTH; at < minutiaeEnd; at += MINUTIA_LENGTH) {
    const x = input.getUint16(at);
    const y = input.getUint16(at + 2);
    const type = TYPES[x >> 14];
    if (type === undefined || y > 0x3fff) throw new RecordProblem('value-out-of-range');
    check((x & 0x3fff) < width && y < height, 'coordinate-outside-image');
    const minutiaQuality = input.getUint8(at + 5);
    check(minutiaQuality <= 100, 'value-out-of-range');
    minutiae.push({
      type,
      x: x & 0x3fff,
      y,
      angle: input.getUint8(at + 4) * ISO_ANGLE_UNIT,
      quality: minutiaQuality,
    });
  }
  const end = minutiaeEnd + 2 + input.getUint16(minutiaeEnd);
  check(end <= bytes.length, 'too-short');
  const impression = input.getUint8(start + 1);
  return {
    view: {
      position,
      viewNumber: impression >> 4,
      impressionType: impression & 15,
      quality,
      minutiae,
      extendedData: bytes.slice(minutiaeEnd + 2, end),
    },
    end,
  };
}

function check(condition: boolean, code: RecordErrorCode): void {
  if (!condition) throw new RecordProblem(code);
}

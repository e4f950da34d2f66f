import type { FingerPosition } from '../../domain/finger.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Template } from '../template.ts';
import { decodeAnsi2004 } from './ansi-378-2004.ts';
import { decodeAnsi2009 } from './ansi-378-2009.ts';
import { decodeIso2005 } from './iso-19794-2-2005.ts';
import { decodeIso2011 } from './iso-19794-2-2011.ts';
import { type RecordError, templateFromView } from './minutiae-record.ts';

export const RECORD_FORMATS = ['iso-2005', 'iso-2011', 'ansi-2004', 'ansi-2009', 'ansi-2009-am1'] as const;
export type RecordFormat = (typeof RECORD_FORMATS)[number];

/** The impressions of a record, whichever of the formats it is in. */
export interface ReadTemplates {
  readonly format: RecordFormat;
  readonly impressions: readonly { readonly position: FingerPosition; readonly template: Template }[];
}

const LEAST_RECORD = 21;
const LEAST_REPRESENTATION = 34;
/** Header of the shortest records: lengths below them can't be lengths. */
const ANSI_HEADER = 26;
const ISO_HEADER = 24;

/** Templates of a record in any of the five formats. */
export function readTemplates(bytes: Uint8Array): Result<ReadTemplates, RecordError> {
  if (bytes.length < LEAST_RECORD) return err({ code: 'too-short' });
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (header.getUint32(0) !== 0x464d5200) return err({ code: 'wrong-magic' });
  switch (String.fromCharCode(...bytes.subarray(4, 7))) {
    case ' 20':
    case '020':
      return isAnsi2004(header) ? readAnsi2004(bytes) : readIso2005(bytes);
    case '030':
      return readIso2011OrAnsi2009(bytes);
    case '035':
      return readAnsi2009(bytes);
    default:
      return err({ code: 'wrong-version' });
  }
}

/**
 * ISO/IEC 19794-2:2005 and ANSI 378-2004 share magic and version. The one has a length of four bytes, the other one
 * of two, or of six that begin with two zeros, and neither can be shorter than its own header.
 */
function isAnsi2004(header: DataView): boolean {
  const first = header.getUint16(8);
  if (first !== 0) return first >= ANSI_HEADER;
  return header.getUint16(10) < ISO_HEADER;
}

function readIso2005(bytes: Uint8Array): Result<ReadTemplates, RecordError> {
  const record = decodeIso2005(bytes);
  if (!record.ok) return record;
  const impressions = record.value.views.map((view) => {
    return { position: view.position, template: templateFromView(record.value, view) };
  });
  return ok({ format: 'iso-2005', impressions });
}

function readAnsi2004(bytes: Uint8Array): Result<ReadTemplates, RecordError> {
  const record = decodeAnsi2004(bytes);
  if (!record.ok) return record;
  const impressions = record.value.views.map((view) => {
    return { position: view.position, template: templateFromView(record.value, view) };
  });
  return ok({ format: 'ansi-2004', impressions });
}

/**
 * These two share magic, version and length; the lengths within tell them apart. What neither can read is reported
 * as what it looks like.
 */
function readIso2011OrAnsi2009(bytes: Uint8Array): Result<ReadTemplates, RecordError> {
  const [first, second] = looksLikeIso2011(bytes) ? [readIso2011, readAnsi2009] : [readAnsi2009, readIso2011];
  const likely = first(bytes);
  if (likely.ok) return likely;
  const other = second(bytes);
  return other.ok ? other : likely;
}

/** Whether the length of a first representation stands where it would. */
function looksLikeIso2011(bytes: Uint8Array): boolean {
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(15);
  return length >= LEAST_REPRESENTATION && length <= bytes.length - 15;
}

function readIso2011(bytes: Uint8Array): Result<ReadTemplates, RecordError> {
  const record = decodeIso2011(bytes);
  if (!record.ok) return record;
  const impressions = record.value.views.map((view) => {
    return { position: view.position, template: templateFromView(view, view) };
  });
  return ok({ format: 'iso-2011', impressions });
}

function readAnsi2009(bytes: Uint8Array): Result<ReadTemplates, RecordError> {
  const record = decodeAnsi2009(bytes);
  if (!record.ok) return record;
  const impressions = record.value.views.map((view) => {
    return { position: view.position, template: templateFromView(view, view) };
  });
  return ok({ format: record.value.version === '035' ? 'ansi-2009-am1' : 'ansi-2009', impressions });
}

import { throwIllegalValue } from '../../../domain/assert.ts';
import type { Tenure } from '../../../domain/lanes/tenure.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import {
  type CborRecord,
  type CborValue,
  decodeCanonical,
  encodeCanonical,
  isRecord,
} from '../../../ledger/canonical.ts';
import type { LogHead } from '../lane-log.ts';
import type { AskAnswer, LaneMessage } from '../lane-message.ts';
import type { WitnessMessage } from '../peer-witnesses.ts';
import { rangeFields, readRange, type StationRange } from '../station-log/station-range.ts';

/** Who speaks, said once, after both ends have shown that they hold the key of a certificate of the roster. */
export interface Introduction {
  readonly type: 'lane';
  readonly protocol: number;
  /** Software of another version speaks another dialect: lanes of one station run the same. */
  readonly version: string;
  readonly election: string;
  readonly station: string;
  readonly mock: boolean;
  readonly device: string;
  readonly lane: number;
}

export type LaneFrame = Introduction | LaneMessage<StationRange> | WitnessMessage;

export const LANE_PROTOCOL = 1;
const LENGTH_BYTES = 4;
/** Before the introduction nobody needs more. */
export const LONGEST_INTRODUCTION = 1_024;
/** A range of 500 events has some 600 kB. */
export const LONGEST_FRAME = 4 * 1024 * 1024;
const MOST_HEADS = 1_000;
/** A checkpoint with its signatures and 63 hashes of a proof. */
const LONGEST_WITNESS_TEXT = 16_384;
const WITNESS_OUTCOMES = ['signed', 'other-size', 'refused'] as const;
const HASH = /^[0-9a-f]{64}$/;

/** The same range goes to several lanes. */
const framesOfRanges = new WeakMap<StationRange, Uint8Array>();

/** Four bytes of length, big-endian, then deterministic CBOR. Not to be changed: it may be given out again. */
export function encodeFrame(frame: LaneFrame): Uint8Array {
  if (frame.type !== 'events') return encodeAnew(frame);
  const known = framesOfRanges.get(frame.range) ?? encodeAnew(frame);
  framesOfRanges.set(frame.range, known);
  return known;
}

function encodeAnew(frame: LaneFrame): Uint8Array {
  const body = encodeCanonical(fieldsOf(frame));
  const bytes = new Uint8Array(LENGTH_BYTES + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length);
  bytes.set(body, LENGTH_BYTES);
  return bytes;
}

function fieldsOf(frame: LaneFrame): CborRecord {
  switch (frame.type) {
    case 'lane':
    case 'cosign':
    case 'cosigned':
      return { ...frame };
    case 'hello':
    case 'have':
      return { ...frame, heads: frame.heads.map(headFields) };
    case 'events':
      return { type: frame.type, range: rangeFields(frame.range) };
    case 'stored':
      return { type: frame.type, head: headFields(frame.head) };
    case 'ask':
      return { ...frame };
    case 'answer':
      return { ...frame, answer: { ...frame.answer } };
    default:
      return throwIllegalValue(frame);
  }
}

function headFields({ lane, epoch, seq, hash }: LogHead): CborValue {
  return [lane, epoch, seq, hash];
}

/** Exactly one frame's body: every field there, none more, each within its bounds, in canonical bytes. */
export function decodeFrame(body: Uint8Array): Result<LaneFrame, 'malformed'> {
  const decoded = decodeCanonical(body);
  const frame = decoded.ok ? readFrame(decoded.value) : null;
  return frame === null ? err('malformed') : ok(frame);
}

function readFrame(fields: CborRecord): LaneFrame | null {
  const count = Object.keys(fields).length;
  switch (fields.type) {
    case 'lane':
      return count === 8 ? readIntroduction(fields) : null;
    case 'hello': {
      const { start, tenure } = fields;
      const heads = readHeads(fields.heads);
      if (count !== 4 || !isText(start, 64) || !isTenure(tenure) || heads === null) return null;
      return { type: 'hello', start, tenure, heads };
    }
    case 'have': {
      const heads = readHeads(fields.heads);
      if (count !== 3 || !isTenure(fields.tenure) || heads === null) return null;
      return { type: 'have', tenure: fields.tenure, heads };
    }
    case 'events': {
      const range = readRange(fields.range);
      return count === 2 && range.ok ? { type: 'events', range: range.value } : null;
    }
    case 'stored': {
      const head = readHead(fields.head);
      return count === 2 && head !== null ? { type: 'stored', head } : null;
    }
    case 'ask': {
      const { request, voter, tenure } = fields;
      if (count !== 4 || !isCount(request) || !isText(voter, 64) || !isTenure(tenure)) return null;
      return { type: 'ask', request, voter, tenure };
    }
    case 'cosign': {
      const { request, body: text } = fields;
      if (count !== 3 || !isCount(request) || !isText(text, LONGEST_WITNESS_TEXT)) return null;
      return { type: 'cosign', request, body: text };
    }
    case 'cosigned': {
      const { request, line, size } = fields;
      const outcome = WITNESS_OUTCOMES.find((one) => one === fields.outcome);
      if (count !== 5 || !isCount(request) || outcome === undefined) return null;
      if (typeof line !== 'string' || line.length > LONGEST_WITNESS_TEXT) return null;
      if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return null;
      return { type: 'cosigned', request, outcome, line, size };
    }
    case 'answer': {
      const { request, voter } = fields;
      const answer = readAnswer(fields.answer);
      if (count !== 4 || !isCount(request) || !isText(voter, 64) || answer === null) return null;
      return { type: 'answer', request, voter, answer };
    }
    default:
      return null;
  }
}

function readIntroduction(fields: CborRecord): Introduction | null {
  const { protocol, version, election, station, mock, device, lane } = fields;
  if (!isCount(protocol) || !isCount(lane) || typeof mock !== 'boolean') return null;
  if (!isText(version, 64) || !isText(election, 64) || !isText(station, 64) || !isText(device, 64))
    return null;
  return { type: 'lane', ...{ protocol, version, election, station, mock, device, lane } };
}

function readAnswer(value: CborValue | undefined): AskAnswer | null {
  if (!isRecord(value)) return null;
  const count = Object.keys(value).length;
  const { outcome, why, lane } = value;
  if (outcome === 'given') return count === 1 ? { outcome } : null;
  if (!isCount(lane)) return null;
  if (outcome === 'ask-lane') return count === 2 ? { outcome, lane } : null;
  if (outcome !== 'refused' || count !== 3) return null;
  switch (why) {
    case 'identified':
    case 'at-desk':
    case 'unreachable':
    case 'not-owning':
    case 'disk-failed':
      return { outcome, why, lane };
    default:
      return null;
  }
}

function readHeads(value: CborValue | undefined): LogHead[] | null {
  if (!Array.isArray(value) || value.length > MOST_HEADS) return null;
  const heads: LogHead[] = [];
  for (const one of value as readonly CborValue[]) {
    const head = readHead(one);
    if (head === null) return null;
    heads.push(head);
  }
  return heads;
}

function readHead(value: CborValue | undefined): LogHead | null {
  if (!Array.isArray(value) || value.length !== 4) return null;
  const [lane, epoch, seq, hash] = value as readonly CborValue[];
  if (!isCount(lane) || !isCount(epoch) || !isCount(seq)) return null;
  return typeof hash === 'string' && HASH.test(hash) ? { lane, epoch, seq, hash } : null;
}

function isCount(value: CborValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function isTenure(value: CborValue | undefined): value is Tenure {
  return isCount(value);
}

function isText(value: CborValue | undefined, longest: number): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= longest;
}

/** Cuts a stream of bytes into frame bodies. */
export class FrameCutter {
  /** Grows once the other end has introduced itself. */
  longest: number = LONGEST_INTRODUCTION;
  #pieces: Uint8Array[] = [];
  #length = 0;
  /** What the frame that is coming in says of its body's length. */
  #next: number | null = null;

  /** Whole bodies that have come with this piece, or 'too-long' for good. */
  *cut(piece: Uint8Array): Generator<Uint8Array | 'too-long'> {
    this.#pieces.push(piece);
    this.#length += piece.length;
    while (this.#length >= LENGTH_BYTES) {
      this.#next ??= this.#readLength();
      if (this.#next === 0 || this.#next > this.longest) {
        yield 'too-long';
        return;
      }
      const end = LENGTH_BYTES + this.#next;
      if (this.#length < end) return;
      // Put together once it is whole: a range comes in some forty pieces.
      const bytes = this.#joined();
      this.#pieces = [bytes.subarray(end)];
      this.#length -= end;
      this.#next = null;
      yield bytes.subarray(LENGTH_BYTES, end);
    }
  }

  #readLength(): number {
    const first = (this.#pieces[0]?.length ?? 0) >= LENGTH_BYTES ? this.#pieces[0] : undefined;
    const bytes = first ?? this.#joined();
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  }

  #joined(): Uint8Array {
    const [only, ...more] = this.#pieces;
    if (only !== undefined && more.length === 0) return only;
    const joined = new Uint8Array(Buffer.concat(this.#pieces));
    this.#pieces = [joined];
    return joined;
  }
}

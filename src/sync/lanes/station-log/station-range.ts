import { err, ok, type Result } from '../../../domain/result.ts';
import type { CborRecord, CborValue } from '../../../ledger/canonical.ts';
import type { SaltedPart } from '../../../ledger/event.ts';
import type { LogRange } from '../lane-log.ts';

/** One event as lanes of a station hand it on: with all three parts, for all of them keep the same list of voters. */
export interface StationRecord {
  readonly publicBytes: Uint8Array;
  readonly centre: SaltedPart;
  readonly private: SaltedPart;
}

/** Consecutive events of one lane's log with that lane's signature over the last. */
export interface StationRange extends LogRange {
  readonly records: readonly StationRecord[];
  readonly signature: Uint8Array;
}

export const MOST_RECORDS = 500;
/** Half of what a frame may have (lane-frame.ts): what stands around the records goes along. */
export const MOST_RANGE_BYTES = 2 * 1024 * 1024;
const LONGEST_PART = 65_536;

/** Bytes of the events' three parts. */
export function sizeOfRange({ records }: StationRange): number {
  return records.reduce(
    (sum, { publicBytes, centre, private: secret }) =>
      sum + publicBytes.length + centre.bytes.length + secret.bytes.length,
    0,
  );
}

/** Plain values for the frame. */
export function rangeFields(range: StationRange): CborRecord {
  const { lane, epoch, firstSeq, lastSeq, lastHash, records, signature } = range;
  return {
    ...{ lane, epoch, firstSeq, lastSeq, lastHash, signature },
    records: records.map(({ publicBytes, centre, private: secret }) => [
      publicBytes,
      centre.salt,
      centre.bytes,
      secret.salt,
      secret.bytes,
    ]),
  };
}

/** Shape and sizes only; the log verifies what is in it. */
export function readRange(value: CborValue | undefined): Result<StationRange, 'malformed'> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
    return err('malformed');
  const fields = value as CborRecord;
  const { lane, epoch, firstSeq, lastSeq, lastHash, records, signature } = fields;
  if (Object.keys(fields).length !== 7) return err('malformed');
  if (!isCount(lane) || !isCount(epoch) || !isCount(firstSeq) || !isCount(lastSeq)) return err('malformed');
  if (typeof lastHash !== 'string' || !/^[0-9a-f]{64}$/.test(lastHash)) return err('malformed');
  if (!(signature instanceof Uint8Array) || signature.length !== 64) return err('malformed');
  if (!Array.isArray(records) || records.length > MOST_RECORDS || records.length !== lastSeq - firstSeq + 1)
    return err('malformed');
  const read: StationRecord[] = [];
  for (const record of records as readonly CborValue[]) {
    if (!Array.isArray(record) || record.length !== 5 || !record.every(isPart)) return err('malformed');
    const [publicBytes, centreSalt, centreBytes, privateSalt, privateBytes] = record as Uint8Array[];
    if (!publicBytes || !centreSalt || !centreBytes || !privateSalt || !privateBytes) return err('malformed');
    read.push({
      publicBytes,
      centre: { salt: centreSalt, bytes: centreBytes },
      private: { salt: privateSalt, bytes: privateBytes },
    });
  }
  return ok({ lane, epoch, firstSeq, lastSeq, lastHash, records: read, signature });
}

function isPart(value: CborValue): boolean {
  return value instanceof Uint8Array && value.length > 0 && value.length <= LONGEST_PART;
}

function isCount(value: CborValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

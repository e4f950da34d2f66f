import { sealRecord } from '../../store/keys.ts';
import { ENTRY_BYTES, writeEntry } from './visitor-file-layout.ts';
import { recordKeyOf, releaseOf, tokenKeyOf, visitorReference } from './visitor-keys.ts';
import { sealVisitorRecord, type VisitorRecord } from './visitor-record.ts';

/** What records of visitors are sealed under. */
export interface VisitorSealing {
  readonly electionId: string;
  /** The stations' half; see visitor-keys.ts. */
  readonly visitorKey: Uint8Array;
  /** The centre's half. */
  readonly releaseKey: Uint8Array;
}

/** Sealed records of some voters, one after another: a piece of the file, made by any thread. */
export interface SealedPiece {
  readonly voters: number;
  readonly records: Uint8Array<ArrayBuffer>;
  /** One for each document, of `ENTRY_BYTES`; a record's place is counted from the first byte of the piece. */
  readonly entries: Uint8Array<ArrayBuffer>;
}

export function sealVisitors(
  { electionId, visitorKey, releaseKey }: VisitorSealing,
  records: Iterable<VisitorRecord>,
): SealedPiece {
  const parts: Uint8Array[] = [];
  const entries: Buffer[] = [];
  let [voters, position] = [0, 0];
  for (const record of records) {
    const { voter, token } = record;
    for (const { number } of voter.documents) {
      const { locator, half } = visitorReference(visitorKey, voter.personalNumber, number);
      const sealedToken = sealRecord(
        tokenKeyOf(releaseKey, locator),
        Buffer.from(token ?? ' '.repeat(22), 'latin1'),
        locator,
      );
      const recordKey = recordKeyOf(half, releaseOf(releaseKey, locator));
      const sealed = sealVisitorRecord(recordKey, record, { electionId, locator });
      const length = sealedToken.length + sealed.length;
      const entry = Buffer.alloc(ENTRY_BYTES);
      writeEntry(entry, 0, locator, { start: position, length, district: voter.districtNumber });
      entries.push(entry);
      parts.push(sealedToken, sealed);
      position += length;
    }
    voters += 1;
  }
  return { voters, records: joined(parts), entries: joined(entries) };
}

/** In memory of their own: a thread hands it to another one without copying. */
function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

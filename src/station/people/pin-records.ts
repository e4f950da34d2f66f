import { createHash } from 'node:crypto';
import type { ReadableStore } from '../../store/store.ts';

/**
 * What the log keeps of the PINs that counted from an event on: of each person, a digest of the encoded hash in
 * `person_pin`. Who reads the log learns nothing from it: the hash has a salt of 16 random bytes, which stays in the
 * encrypted file. An old row that was put back, so that an old PIN would count again, has another digest.
 */
export type PinRecords = Readonly<Record<string, string>>;

/** @param hashes Person to encoded hash, as the table has them */
export function pinRecords(hashes: ReadonlyMap<string, string>): PinRecords {
  return Object.fromEntries([...hashes].map(([person, hash]) => [person, recordOf(person, hash)]));
}

function recordOf(person: string, hash: string): string {
  return createHash('sha256').update(`tizme PIN record v1\n${person}\n${hash}`).digest('base64');
}

/** Person to encoded hash (migrations/station/0011-lane.sql). */
export function readPinHashes(store: ReadableStore): Map<string, string> {
  const rows = store.all<{ person_id: string; hash: string }>('SELECT person_id, hash FROM person_pin');
  return new Map(rows.map((row) => [row.person_id, row.hash]));
}

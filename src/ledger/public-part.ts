import { err, ok, type Result } from '../domain/result.ts';
import { CanonicalReader, encodeKey } from './canonical-reader.ts';
import { EVENT_KINDS, EVENT_VERSION, HASH_BYTES, isIdentifier, type PublicPart } from './event.ts';

/**
 * The public part read straight from its one canonical form (RFC 8949 section 4.2.1): its fields are known, so their
 * order is, and each has one encoding. At a start and at every verification this is done for each event of a log; the
 * general decoder, with encoding again to compare, takes eight times as long.
 */

/** Keys in the order of their encodings: the shorter first, then by their bytes. */
const KEYS = [
  ...['v', 'seq', 'kind', 'mock', 'prev', 'epoch', 'device', 'period', 'station', 'election'],
  ...['centreCommitment', 'privateCommitment'],
].map(encodeKey);

/** Refuses an unknown version, an unknown or missing field, a wrong type, and any non-canonical byte. */
export function decodePublicPart(bytes: Uint8Array): Result<PublicPart, { readonly code: 'malformed' }> {
  const part = readPublicPart(bytes);
  return part === null ? err({ code: 'malformed' }) : ok(part);
}

/** Null for any bytes but those that the part with these very values is encoded as. */
function readPublicPart(bytes: Uint8Array): PublicPart | null {
  const reader = new CanonicalReader(bytes);
  if (!reader.map(KEYS.length)) return null;
  const v = reader.key(KEYS[0]) ? reader.count() : -1;
  const seq = reader.key(KEYS[1]) ? reader.count() : -1;
  const kindText = reader.key(KEYS[2]) ? reader.text() : '';
  const mock = reader.key(KEYS[3]) ? reader.flag() : null;
  const prev = reader.key(KEYS[4]) ? reader.bytes(HASH_BYTES) : null;
  const epoch = reader.key(KEYS[5]) ? reader.count() : -1;
  const device = reader.key(KEYS[6]) ? reader.text() : '';
  const period = reader.key(KEYS[7]) ? reader.count() : -1;
  const station = reader.key(KEYS[8]) ? reader.text() : '';
  const election = reader.key(KEYS[9]) ? reader.text() : '';
  const centreCommitment = reader.key(KEYS[10]) ? reader.bytes(HASH_BYTES) : null;
  const privateCommitment = reader.key(KEYS[11]) ? reader.bytes(HASH_BYTES) : null;
  const kind = EVENT_KINDS.find((known) => known === kindText);
  if (!reader.isAtEnd() || v !== EVENT_VERSION || seq < 1 || epoch < 1 || period < 0) return null;
  if (mock === null || kind === undefined) return null;
  if (prev === null || centreCommitment === null || privateCommitment === null) return null;
  if (!isIdentifier(election) || !isIdentifier(station) || !isIdentifier(device)) return null;
  return {
    ...{ v, election, station, device, mock, epoch, seq, kind, period },
    ...{ prev, centreCommitment, privateCommitment },
  };
}

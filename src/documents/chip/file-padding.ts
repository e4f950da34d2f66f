import { readTlv } from './tlv.ts';

/**
 * A file without what its chip filled it up with: zeros or ones behind its own end, as programs that save whole files leave
 * them. Anything else there stays, and is found to be altered.
 */
export function withoutPadding(file: Uint8Array): Uint8Array {
  const object = readTlv(file);
  const rest = object.ok ? file.subarray(object.value.encoded.length) : new Uint8Array(0);
  const filler = rest[0];
  const padded = (filler === 0 || filler === 0xff) && rest.every((byte) => byte === filler);
  return object.ok && padded ? object.value.encoded : file;
}

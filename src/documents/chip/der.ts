import { decodeObjectIdentifier } from './object-identifiers.ts';
import { readTlvs, type Tlv } from './tlv.ts';

/**
 * Reading DER (X.690) for security objects and certificates: each function gives null for what is not so. Lengths may be
 * longer than DER allows, as some issuers wrote them into what they signed; no single byte can be altered into that unseen.
 */

export const SEQUENCE = 0x30;
export const SET = 0x31;
export const INTEGER = 0x02;
export const OCTET_STRING = 0x04;
export const OBJECT_IDENTIFIER = 0x06;
const BIT_STRING = 0x03;
const NULL = 0x05;

/** All the objects that `bytes` consist of. */
export function readAll(bytes: Uint8Array): readonly Tlv[] | null {
  const objects = readTlvs(bytes);
  return objects.ok ? objects.value : null;
}

/** The children of the one constructed object that `bytes` are. */
export function readChildren(bytes: Uint8Array, tag: number): readonly Tlv[] | null {
  const objects = readAll(bytes);
  const outer = objects?.[0];
  if (outer?.tag !== tag || objects?.length !== 1) return null;
  return readAll(outer.value);
}

/** An OBJECT IDENTIFIER in dotted form. */
export function readIdentifier(tlv: Tlv | undefined): string | null {
  return tlv?.tag === OBJECT_IDENTIFIER ? decodeObjectIdentifier(tlv.value) : null;
}

/** The bytes of a BIT STRING of whole bytes. */
export function readBitString(tlv: Tlv | undefined): Uint8Array | null {
  return tlv?.tag === BIT_STRING && tlv.value[0] === 0 ? tlv.value.subarray(1) : null;
}

/** The identifier of an AlgorithmIdentifier whose parameters, if any, are NULL. */
export function readPlainAlgorithm(tlv: Tlv | undefined): string | null {
  const parts = tlv?.tag === SEQUENCE ? readAll(tlv.value) : null;
  const plain = parts !== null && parts.length <= 2 && isAbsentOrNull(parts[1]);
  return plain ? readIdentifier(parts[0]) : null;
}

export function isAbsentOrNull(tlv: Tlv | undefined): boolean {
  return tlv === undefined || (tlv.tag === NULL && tlv.value.length === 0);
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** A number without the zeros in front: some issuers write one with a high first bit once as it is, once with the zero that makes it positive. */
export function withoutZeros(number: Uint8Array): Uint8Array {
  const first = number.findIndex((byte) => byte !== 0);
  return number.subarray(Math.max(first, 0));
}

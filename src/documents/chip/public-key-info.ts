import {
  INTEGER,
  OCTET_STRING,
  readAll,
  readBitString,
  readChildren,
  readIdentifier,
  SEQUENCE,
} from './der.ts';
import { type DiffieHellmanGroup, groupByParameterId, groupByParameters } from './diffie-hellman-groups.ts';
import { type CurvePoint, decodePoint, isOnCurve, readPlainPoint } from './elliptic-curve.ts';
import { curveByIdentifier, curveByParameterId, curveByParameters, type NamedCurve } from './named-curves.ts';
import { OBJECT_IDENTIFIERS } from './object-identifiers.ts';
import type { Tlv } from './tlv.ts';
import { bytesToNumber } from './whole-numbers.ts';

/** A public key of a certificate or of a chip. */
export type PublicKey =
  | { readonly kind: 'rsa'; readonly modulus: bigint; readonly exponent: bigint }
  | { readonly kind: 'ec'; readonly curve: NamedCurve; readonly point: CurvePoint }
  | { readonly kind: 'dh'; readonly group: DiffieHellmanGroup; readonly value: bigint };

/** `unsupported`: well formed, but on a curve or in a group that this program does not know. */
export type PublicKeyProblem = 'invalid' | 'unsupported';

/** No key of a document is longer; a longer one would only cost time. */
const LONGEST_MODULUS = 8192;

/**
 * Reads a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7; RFC 3279; BSI TR-03110-3, A.1): RSA, curves by name, by explicit
 * parameters that are those of a known curve, or by their number, and Diffie-Hellman.
 */
export function readPublicKeyInfo(publicKeyInfo: Uint8Array): PublicKey | PublicKeyProblem {
  const [algorithm, key, ...more] = readChildren(publicKeyInfo, SEQUENCE) ?? [];
  const bits = readBitString(key);
  if (algorithm === undefined || bits === null || more.length > 0) return 'invalid';
  const [name, parameters] = readChildren(algorithm.encoded, SEQUENCE) ?? [];
  switch (readIdentifier(name)) {
    case OBJECT_IDENTIFIERS.rsaEncryption:
    case OBJECT_IDENTIFIERS.rsaPss:
      return readRsaKey(bits);
    case OBJECT_IDENTIFIERS.ecPublicKey:
    case OBJECT_IDENTIFIERS.ecdhPublicKey:
      return readCurveKey(readDomain(parameters), bits);
    case OBJECT_IDENTIFIERS.standardizedDomain: {
      const number = readSmallNumber(parameters);
      const group = number === null ? null : groupByParameterId(number);
      if (group !== null) return readGroupKey(group, bits);
      return readCurveKey(number === null ? 'invalid' : (curveByParameterId(number) ?? 'unsupported'), bits);
    }
    case OBJECT_IDENTIFIERS.dhKeyAgreement:
    case OBJECT_IDENTIFIERS.dhPublicNumber:
      return readDiffieHellmanKey(parameters, bits);
    default:
      return 'invalid';
  }
}

/** The curve of ECParameters (SEC 1, C.2): a name, or explicit parameters. */
export function readDomain(parameters: Tlv | undefined): NamedCurve | PublicKeyProblem {
  if (parameters?.tag === SEQUENCE) return readExplicitCurve(parameters);
  const name = readIdentifier(parameters);
  if (name === null) return 'invalid';
  const curve = curveByIdentifier(name);
  if (curve !== null) return curve;
  // A name beside those of the families that ICAO lists is more likely an altered byte than a curve.
  return name.startsWith('1.3.36.3.3.2.8.1.1.') || name.startsWith('1.3.132.0.') ? 'unsupported' : 'invalid';
}

/** An INTEGER that can't be negative: issuers exist that leave the zero before a high first bit away, or write several. */
export function readNumber(tlv: Tlv | undefined): bigint | null {
  if (tlv?.tag !== INTEGER || tlv.value.length === 0) return null;
  return bytesToNumber(tlv.value);
}

export function readSmallNumber(tlv: Tlv | undefined): number | null {
  const value = readNumber(tlv);
  return value === null || value > 0xffffn ? null : Number(value);
}

function readRsaKey(bits: Uint8Array): PublicKey | 'invalid' {
  const [modulus, exponent, ...more] = readChildren(bits, SEQUENCE)?.map(readNumber) ?? [];
  if (typeof modulus !== 'bigint' || typeof exponent !== 'bigint' || more.length > 0) return 'invalid';
  const length = modulus.toString(2).length;
  if (length > LONGEST_MODULUS || length < 512 || modulus % 2n === 0n) return 'invalid';
  return exponent < 3n || exponent >= modulus ? 'invalid' : { kind: 'rsa', modulus, exponent };
}

function readCurveKey(curve: NamedCurve | PublicKeyProblem, bits: Uint8Array): PublicKey | PublicKeyProblem {
  if (typeof curve === 'string') return curve;
  const point = decodePoint(curve, bits);
  return point === null ? 'invalid' : { kind: 'ec', curve, point };
}

function readExplicitCurve(parameters: Tlv): NamedCurve | PublicKeyProblem {
  const [version, field, coefficients, base, order] = readAll(parameters.value) ?? [];
  const [fieldType, prime] = field === undefined ? [] : (readChildren(field.encoded, SEQUENCE) ?? []);
  const [a, b] = coefficients === undefined ? [] : (readChildren(coefficients.encoded, SEQUENCE) ?? []);
  const p = readNumber(prime);
  const n = readNumber(order);
  if (version?.tag !== INTEGER || readIdentifier(fieldType) !== OBJECT_IDENTIFIERS.primeField)
    return 'invalid';
  if (a?.tag !== OCTET_STRING || b?.tag !== OCTET_STRING || base?.tag !== OCTET_STRING) return 'invalid';
  if (p === null || n === null || p % 2n === 0n || p.toString(2).length > 1024) return 'invalid';
  const described = { p, a: bytesToNumber(a.value), b: bytesToNumber(b.value), n };
  const curve = curveByParameters(described);
  if (curve !== null) {
    const generator = decodePoint(curve, base.value);
    return generator?.x === curve.generator.x && generator.y === curve.generator.y ? curve : 'invalid';
  }
  const fieldBytes = Math.ceil(p.toString(2).length / 8);
  const plain = base.value[0] === 4 && base.value.length === 1 + 2 * fieldBytes;
  return plain && !isOnCurve(described, readPlainPoint(base.value, fieldBytes)) ? 'invalid' : 'unsupported';
}

function readDiffieHellmanKey(parameters: Tlv | undefined, bits: Uint8Array): PublicKey | PublicKeyProblem {
  const [p, g, third] =
    parameters?.tag === SEQUENCE ? (readAll(parameters.value)?.map(readNumber) ?? []) : [];
  if (typeof p !== 'bigint' || typeof g !== 'bigint') return 'invalid';
  const known = groupByParameters(p, g);
  if (known !== null) return readGroupKey(known, bits);
  // X9.42 names the order in third place; PKCS #3 has a length there, which no prime of 160 bits can be mistaken for.
  const q = typeof third === 'bigint' && third > 1n << 150n ? third : (p - 1n) / 2n;
  if (p % 2n === 0n || p.toString(2).length > LONGEST_MODULUS || g < 2n || g >= p) return 'invalid';
  return readGroupKey({ p, g, q, fieldBytes: Math.ceil(p.toString(16).length / 2) }, bits);
}

function readGroupKey(group: DiffieHellmanGroup, bits: Uint8Array): PublicKey | 'invalid' {
  const value = readNumber(readAll(bits)?.[0]);
  return value === null || value <= 1n || value >= group.p - 1n ? 'invalid' : { kind: 'dh', group, value };
}

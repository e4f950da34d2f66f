import { randomBytes } from 'node:crypto';
import { type DiffieHellmanGroup, encodeElement, isGroupElement } from './diffie-hellman-groups.ts';
import {
  addPoints,
  decodePoint,
  type EllipticCurve,
  encodePoint,
  isOnCurve,
  multiplyPoint,
} from './elliptic-curve.ts';
import { bytesToNumber, invert, mod, power } from './whole-numbers.ts';

/**
 * Diffie-Hellman over a curve or over numbers (ICAO 9303-11, 9.6), for PACE and chip authentication alike. Elements are
 * in the form in which commands carry them: points uncompressed, numbers as long as the modulus.
 */
export interface KeyAgreement {
  readonly kind: 'ecdh' | 'dh';
  readonly generator: Uint8Array;
  /** Of the data object that holds a public key in 7F49 (9303-11, 9.4). */
  readonly publicKeyTag: 0x84 | 0x86;
  drawPrivateKey(): bigint;
  /** Whether bytes from a chip are an element that may be computed with. */
  isElement(bytes: Uint8Array): boolean;
  /** The element to the power of a key; null for the neutral element and for what is no element. */
  raise(element: Uint8Array, key: bigint): Uint8Array | null;
  combine(one: Uint8Array, other: Uint8Array): Uint8Array | null;
  /** What keys are derived from: the x coordinate, or the number. */
  secretOf(element: Uint8Array): Uint8Array;
  /** The order of the field's numbers: how long the pseudo-random number of integrated mapping has to be. */
  readonly fieldPrime: bigint;
  /** The generator that integrated mapping makes of a number below the prime; null where it can't be made. */
  generatorFrom(value: bigint): Uint8Array | null;
}

export function curveKeyAgreement(curve: EllipticCurve): KeyAgreement {
  const size = curve.fieldBytes;
  const encode = (point: ReturnType<typeof decodePoint>) =>
    point === null ? null : encodePoint(curve, point);
  return {
    kind: 'ecdh',
    generator: encodePoint(curve, curve.generator),
    publicKeyTag: 0x86,
    drawPrivateKey: () => drawBelow(curve.n),
    isElement: (bytes) => bytes[0] === 4 && decodePoint(curve, bytes) !== null,
    raise: (element, key) => {
      const point = decodePoint(curve, element);
      return point === null ? null : encode(multiplyPoint(curve, point, key));
    },
    combine: (one, other) => {
      const [first, second] = [decodePoint(curve, one), decodePoint(curve, other)];
      return first === null || second === null ? null : encode(addPoints(curve, first, second));
    },
    secretOf: (element) => element.subarray(1, 1 + size),
    fieldPrime: curve.p,
    generatorFrom: (value) => encodeNumberAsPoint(curve, value),
  };
}

export function numberKeyAgreement(group: DiffieHellmanGroup): KeyAgreement {
  const { p, q } = group;
  const encode = (value: bigint) => (value <= 1n ? null : encodeElement(group, value));
  return {
    kind: 'dh',
    generator: encodeElement(group, group.g),
    publicKeyTag: 0x84,
    drawPrivateKey: () => drawBelow(q),
    isElement: (bytes) => bytes.length <= group.fieldBytes && isGroupElement(group, bytesToNumber(bytes)),
    raise: (element, key) => encode(power(bytesToNumber(element), key, p)),
    combine: (one, other) => encode((bytesToNumber(one) * bytesToNumber(other)) % p),
    secretOf: (element) => element,
    fieldPrime: p,
    // 9303-11, 4.4.3.3.2: the number to the power of the cofactor.
    generatorFrom: (value) => encode(power(value, (p - 1n) / q, p)),
  };
}

/** Uniform from 1 to below the limit: 8 bytes more than needed make the rest of a division even. */
function drawBelow(limit: bigint): bigint {
  const length = Math.ceil(limit.toString(16).length / 2) + 8;
  return (bytesToNumber(randomBytes(length)) % (limit - 1n)) + 1n;
}

/**
 * The simplified Shallue-Woestijne-Ulas encoding in affine coordinates (9303-11, appendix B.2), for primes that leave 3
 * when divided by 4.
 */
function encodeNumberAsPoint(curve: EllipticCurve, value: bigint): Uint8Array | null {
  const { p, a, b } = curve;
  if (p % 4n !== 3n || a === 0n || b === 0n) return null;
  const alpha = mod(-value * value, p);
  const x2 = mod(-b * invert(a, p) * (1n + invert(alpha + alpha * alpha, p)), p);
  const x3 = mod(alpha * x2, p);
  const h2 = mod((x2 * x2 + a) * x2 + b, p);
  const u = mod(value * value * value * h2, p);
  const root = power(h2, p - 1n - (p + 1n) / 4n, p);
  const square = mod(root * root * h2, p) === 1n;
  const point = square ? { x: x2, y: mod(root * h2, p) } : { x: x3, y: mod(root * u, p) };
  return isOnCurve(curve, point) ? encodePoint(curve, point) : null;
}

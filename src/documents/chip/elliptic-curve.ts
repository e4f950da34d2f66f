import { concatBytes } from './tlv.ts';

/**
 * Points of elliptic curves y² = x³ + ax + b over a prime field, in whole numbers. BoringSSL has neither the
 * brainpool curves, nor curves by explicit parameters, nor the point additions of PACE's mappings
 * (docs/decisions/documents-curve-arithmetic.md). Time depends on the numbers: used for signatures, which are
 * public, and for keys that are drawn for one session.
 */
export interface EllipticCurve {
  readonly p: bigint;
  readonly a: bigint;
  readonly b: bigint;
  /** The order of the generator; each curve here has cofactor 1. */
  readonly n: bigint;
  readonly generator: CurvePoint;
  /** Of one coordinate. */
  readonly fieldBytes: number;
}

export interface CurvePoint {
  readonly x: bigint;
  readonly y: bigint;
}

/** X/Z², Y/Z³; Z is zero for the point at infinity. */
interface JacobianPoint {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

const INFINITY: JacobianPoint = { x: 1n, y: 1n, z: 0n };

export function isOnCurve({ p, a, b }: EllipticCurve, { x, y }: CurvePoint): boolean {
  if (x < 0n || x >= p || y < 0n || y >= p) return false;
  return (y * y - (x * x + a) * x - b) % p === 0n;
}

/** The point so many times; null for the point at infinity. */
export function multiplyPoint(curve: EllipticCurve, point: CurvePoint, factor: bigint): CurvePoint | null {
  return toAffine(curve, multiply(curve, point, mod(factor, curve.n)));
}

/** Null for the point at infinity. */
export function addPoints(curve: EllipticCurve, one: CurvePoint, other: CurvePoint): CurvePoint | null {
  return toAffine(curve, add(curve, { ...one, z: 1n }, { ...other, z: 1n }));
}

/** factor1 · point1 + factor2 · point2; null for the point at infinity. */
export function multiplyAndAdd(
  curve: EllipticCurve,
  [factor1, point1]: readonly [bigint, CurvePoint],
  [factor2, point2]: readonly [bigint, CurvePoint],
): CurvePoint | null {
  const first = multiply(curve, point1, mod(factor1, curve.n));
  return toAffine(curve, add(curve, first, multiply(curve, point2, mod(factor2, curve.n))));
}

/** The uncompressed form 04 ‖ x ‖ y (BSI TR-03111, 3.2.1). */
export function encodePoint(curve: EllipticCurve, { x, y }: CurvePoint): Uint8Array<ArrayBuffer> {
  return concatBytes(
    Uint8Array.of(4),
    numberToBytes(x, curve.fieldBytes),
    numberToBytes(y, curve.fieldBytes),
  );
}

/** Reads an uncompressed or compressed point; null when it is none of the curve. */
export function decodePoint(curve: EllipticCurve, bytes: Uint8Array): CurvePoint | null {
  const size = curve.fieldBytes;
  const x = bytesToNumber(bytes.subarray(1, 1 + size));
  if (bytes[0] === 4 && bytes.length === 1 + 2 * size) {
    const point = { x, y: bytesToNumber(bytes.subarray(1 + size)) };
    return isOnCurve(curve, point) ? point : null;
  }
  // A root by raising to a power needs a prime that leaves 3 when divided by 4, as all but P-224's do.
  const compressed = (bytes[0] === 2 || bytes[0] === 3) && bytes.length === 1 + size;
  if (!compressed || curve.p % 4n !== 3n) return null;
  const root = power((x * x + curve.a) * x + curve.b, (curve.p + 1n) / 4n, curve.p);
  const y = root % 2n === BigInt((bytes[0] ?? 0) & 1) ? root : curve.p - root;
  return isOnCurve(curve, { x, y }) ? { x, y } : null;
}

export function bytesToNumber(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

/** Big-endian, filled up with zeros in front; of too large a number the low bytes. */
export function numberToBytes(value: bigint, length: number): Uint8Array<ArrayBuffer> {
  const hex = value.toString(16).padStart(2 * length, '0');
  return Uint8Array.from(Buffer.from(hex.slice(hex.length - 2 * length), 'hex'));
}

export function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

/** Modular power by squaring; the exponent is not negative. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = mod(base, modulus);
  for (const bit of [...exponent.toString(2)].reverse()) {
    if (bit === '1') result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** The inverse by the extended Euclidean algorithm; 0 where there is none. */
export function invert(value: bigint, modulus: bigint): bigint {
  let [rest, next] = [mod(value, modulus), modulus];
  let [factor, nextFactor] = [1n, 0n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return rest === 1n ? mod(factor, modulus) : 0n;
}

/** Four bits at a time. */
function multiply(curve: EllipticCurve, point: CurvePoint, factor: bigint): JacobianPoint {
  const table: JacobianPoint[] = [INFINITY, { ...point, z: 1n }];
  for (let i = 2; i < 16; i++) table.push(add(curve, table[i - 1] ?? INFINITY, { ...point, z: 1n }));
  let result = INFINITY;
  for (const digit of factor.toString(16)) {
    for (let i = 0; i < 4; i++) result = double(curve, result);
    result = add(curve, result, table[Number.parseInt(digit, 16)] ?? INFINITY);
  }
  return result;
}

/** dbl-2007-bl without its shortcuts, for any a (hyperelliptic.org/EFD, Jacobian coordinates). */
function double({ p, a }: EllipticCurve, { x, y, z }: JacobianPoint): JacobianPoint {
  if (z === 0n || y === 0n) return INFINITY;
  const yy = (y * y) % p;
  const zz = (z * z) % p;
  const s = (4n * x * yy) % p;
  const m = (3n * x * x + a * ((zz * zz) % p)) % p;
  const doubled = mod(m * m - 2n * s, p);
  return { x: doubled, y: mod(m * (s - doubled) - 8n * yy * yy, p), z: (2n * y * z) % p };
}

/** add-2007-bl without its shortcuts. */
function add(curve: EllipticCurve, one: JacobianPoint, other: JacobianPoint): JacobianPoint {
  if (one.z === 0n) return other;
  if (other.z === 0n) return one;
  const { p } = curve;
  const z1 = (one.z * one.z) % p;
  const z2 = (other.z * other.z) % p;
  const u1 = (one.x * z2) % p;
  const u2 = (other.x * z1) % p;
  const s1 = (one.y * ((z2 * other.z) % p)) % p;
  const s2 = (other.y * ((z1 * one.z) % p)) % p;
  if (u1 === u2) return s1 === s2 ? double(curve, one) : INFINITY;
  const h = u2 - u1;
  const r = s2 - s1;
  const hh = (h * h) % p;
  const hhh = (h * hh) % p;
  const v = (u1 * hh) % p;
  const x = mod(r * r - hhh - 2n * v, p);
  return { x, y: mod(r * (v - x) - s1 * hhh, p), z: mod(h * ((one.z * other.z) % p), p) };
}

function toAffine({ p }: EllipticCurve, { x, y, z }: JacobianPoint): CurvePoint | null {
  if (z === 0n) return null;
  const inverse = invert(z, p);
  const squared = (inverse * inverse) % p;
  return { x: (x * squared) % p, y: (y * ((squared * inverse) % p)) % p };
}

import {
  type WeierstrassPoint,
  type WeierstrassPointCons,
  weierstrass,
} from '@noble/curves/abstract/weierstrass.js';
import { concatBytes } from './tlv.ts';
import { bytesToNumber, invert, mod, numberToBytes } from './whole-numbers.ts';

/**
 * Curves y² = x³ + ax + b over a prime field, as documents have them. All computing with points is @noble/curves'
 * (docs/decisions/documents-curve-arithmetic.md): BoringSSL has neither the brainpool curves, nor curves by explicit
 * parameters, nor the point additions and other generators of PACE's mappings.
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

export function isOnCurve({ p, a, b }: Pick<EllipticCurve, 'p' | 'a' | 'b'>, { x, y }: CurvePoint): boolean {
  if (x < 0n || x >= p || y < 0n || y >= p) return false;
  return (y * y - (x * x + a) * x - b) % p === 0n;
}

/**
 * The point so many times, in constant time, for keys; null for the point at infinity. The point must be one of the
 * curve, as decodePoint gives them.
 */
export function multiplyPoint(curve: EllipticCurve, point: CurvePoint, factor: bigint): CurvePoint | null {
  const scalar = mod(factor, curve.n);
  if (scalar === 0n) return null;
  const isGenerator = point.x === curve.generator.x && point.y === curve.generator.y;
  return toAffine((isGenerator ? pointsOf(curve).BASE : pointOf(curve, point)).multiply(scalar));
}

/** Null for the point at infinity. */
export function addPoints(curve: EllipticCurve, one: CurvePoint, other: CurvePoint): CurvePoint | null {
  return toAffine(pointOf(curve, one).add(pointOf(curve, other)));
}

/**
 * Whether these two numbers are an ECDSA signature over the digest (SEC 1, 4.1.4; BSI TR-03111, 4.2.1.2), of which
 * as many bits count as the order has. Both must be from 1 to below the order.
 */
export function isSignature(
  curve: EllipticCurve,
  publicPoint: CurvePoint,
  digest: Uint8Array,
  { r, s }: { readonly r: bigint; readonly s: bigint },
): boolean {
  const { n } = curve;
  const inverse = invert(s, n);
  const surplus = Math.max(0, digest.length * 8 - n.toString(2).length);
  const value = bytesToNumber(digest) >> BigInt(surplus);
  const byGenerator = pointOf(curve, curve.generator).multiplyUnsafe(mod(value * inverse, n));
  const byKey = pointOf(curve, publicPoint).multiplyUnsafe(mod(r * inverse, n));
  const sum = toAffine(byGenerator.add(byKey));
  return sum !== null && mod(sum.x, n) === r;
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
  if (bytes[0] === 4 && bytes.length === 1 + 2 * size) {
    const point = readPlainPoint(bytes, size);
    return isOnCurve(curve, point) ? point : null;
  }
  if ((bytes[0] !== 2 && bytes[0] !== 3) || bytes.length !== 1 + size) return null;
  try {
    return toAffine(pointsOf(curve).fromBytes(bytes));
  } catch {
    // The library's answer to a coordinate that no point has.
    return null;
  }
}

/** The coordinates of an uncompressed point of this size, on whatever curve. */
export function readPlainPoint(bytes: Uint8Array, fieldBytes: number): CurvePoint {
  return {
    x: bytesToNumber(bytes.subarray(1, 1 + fieldBytes)),
    y: bytesToNumber(bytes.subarray(1 + fieldBytes)),
  };
}

/**
 * Bits that the table of a generator's multiples takes at once. The library's eight are a little faster, but their table costs
 * the first document on a curve three times as long.
 */
const TABLE_BITS = 5;

/** Making a curve costs half a millisecond, its table more: once for each. */
const libraryCurves = new WeakMap<EllipticCurve, WeierstrassPointCons<bigint>>();

function pointsOf(curve: EllipticCurve): WeierstrassPointCons<bigint> {
  const known = libraryCurves.get(curve);
  if (known !== undefined) return known;
  const { p, a, b, n, generator } = curve;
  const points = weierstrass({ p, n, h: 1n, a, b, Gx: generator.x, Gy: generator.y });
  points.BASE.precompute(TABLE_BITS);
  libraryCurves.set(curve, points);
  return points;
}

function pointOf(curve: EllipticCurve, point: CurvePoint): WeierstrassPoint<bigint> {
  return pointsOf(curve).fromAffine(point);
}

function toAffine(point: WeierstrassPoint<bigint>): CurvePoint | null {
  if (point.is0()) return null;
  const { x, y } = point.toAffine();
  return { x, y };
}

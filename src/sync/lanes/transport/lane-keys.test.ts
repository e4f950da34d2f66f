import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tenureOf } from '../../../domain/lanes/tenure.ts';
import { grantCodeKey, grantCodes } from './grant-codes.ts';
import { createLaneCertificate, fingerprintOf } from './lane-certificate.ts';

const seed = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const move = { voter: 'v1', version: 3, from: tenureOf(1, 0), to: tenureOf(2, 0) };

function codesOf(own: number, others: readonly number[], station = '101') {
  return grantCodes({
    election: 'mock-2026',
    station,
    seed: seed(own),
    others: new Map(others.map((lane) => [lane, grantCodeKey(seed(lane))])),
  });
}

describe('the code of a grant', () => {
  it('is eight digits that both lanes compute, and no third', () => {
    const code = codesOf(1, [2]).code(2, move);
    expect(code).toMatch(/^\d{8}$/);
    expect(codesOf(2, [1]).code(1, move)).toBe(code);
    expect(codesOf(3, [1]).code(1, move)).not.toBe(code);
    expect(codesOf(3, [2]).code(2, move)).not.toBe(code);
  });

  it('stands for one voter, one move, one pair of lanes and one station', () => {
    const codes = codesOf(1, [2, 3]);
    const all = [
      codes.code(2, move),
      codes.code(3, move),
      codes.code(2, { ...move, voter: 'v2' }),
      codes.code(2, { ...move, version: 4 }),
      codes.code(2, { ...move, from: tenureOf(1, 1) }),
      codes.code(2, { ...move, to: tenureOf(2, 1) }),
      codesOf(1, [2], '102').code(2, move),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('the certificate of a lane', () => {
  it('names nobody, is good for every clock, and proves a P-256 key', async () => {
    const [one, other] = [await createLaneCertificate(), await createLaneCertificate()];
    const certificate = new X509Certificate(one.certificatePem);
    expect(certificate.subject).toMatch(/^CN=[0-9a-f]{32}$/);
    expect(new Date(certificate.validFrom).getTime()).toBe(0);
    expect(new Date(certificate.validTo).getUTCFullYear()).toBe(9999);
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(fingerprintOf(one.certificatePem)).not.toBe(fingerprintOf(other.certificatePem));
  });
});

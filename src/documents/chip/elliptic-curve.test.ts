import { createECDH, createHash, createSign, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupByParameterId, isGroupElement } from './diffie-hellman-groups.ts';
import { readDerSignature, verifyEcdsa } from './ecdsa.ts';
import { addPoints, decodePoint, encodePoint, isOnCurve, multiplyPoint } from './elliptic-curve.ts';
import { curveByParameterId, curveByParameters, NAMED_CURVES, type NamedCurve } from './named-curves.ts';
import { bytesToNumber, invert, mod, numberToBytes, power } from './whole-numbers.ts';

const number = (hex: string): bigint => BigInt(`0x${hex}`);
const named = (name: string): NamedCurve => {
  const curve = NAMED_CURVES.find((candidate) => candidate.name === name);
  if (curve === undefined) throw new Error(`no curve ${name}`);
  return curve;
};

describe.each(NAMED_CURVES.map((curve) => [curve.name, curve] as const))('%s', (_, curve) => {
  test('has its generator on it, of the order that is said', () => {
    expect(isOnCurve(curve, curve.generator)).toBe(true);
    expect(multiplyPoint(curve, curve.generator, curve.n)).toBeNull();
    expect(multiplyPoint(curve, curve.generator, curve.n - 1n)).toEqual({
      x: curve.generator.x,
      y: curve.p - curve.generator.y,
    });
    expect(curveByParameters(curve)).toBe(curve);
    expect(curveByParameterId(curve.parameterId)).toBe(curve);
  });

  test('adds and multiplies as a group does', () => {
    const factors = fc.bigInt({ min: 1n, max: curve.n - 1n });
    fc.assert(
      fc.property(factors, factors, (a, b) => {
        const [one, other] = [
          multiplyPoint(curve, curve.generator, a),
          multiplyPoint(curve, curve.generator, b),
        ];
        if (one === null || other === null) throw new Error('the factors are below the order');
        const sum = multiplyPoint(curve, curve.generator, a + b);
        expect(addPoints(curve, one, other)).toEqual(sum);
        expect(decodePoint(curve, encodePoint(curve, one))).toEqual(one);
      }),
      { numRuns: 3 },
    );
  });

  test('a point with one bit changed is not on it', () => {
    const encoded = encodePoint(curve, curve.generator);
    for (let i = 0; i < encoded.length; i += 7) {
      expect(
        decodePoint(
          curve,
          encoded.map((byte, at) => (at === i ? byte ^ 0x10 : byte)),
        ),
      ).toBeNull();
    }
    for (const wrong of [encoded.subarray(1), encoded.subarray(0, -1), Uint8Array.of(0), new Uint8Array(0)]) {
      expect(decodePoint(curve, wrong)).toBeNull();
    }
  });
});

describe('the same as the library computes', () => {
  test.each([
    ['secp256r1', 'prime256v1'],
    ['secp384r1', 'secp384r1'],
    ['secp521r1', 'secp521r1'],
  ])('%s: public keys, shared secrets and compressed points', (name, native) => {
    const curve = named(name);
    for (let i = 0; i < 3; i++) {
      const [one, other] = [createECDH(native), createECDH(native)];
      one.generateKeys();
      other.generateKeys();
      const key = bytesToNumber(one.getPrivateKey());
      const own = multiplyPoint(curve, curve.generator, key);
      expect(own === null ? null : Buffer.from(encodePoint(curve, own))).toEqual(one.getPublicKey());
      const peer = decodePoint(curve, other.getPublicKey());
      expect(decodePoint(curve, other.getPublicKey(null, 'compressed'))).toEqual(peer);
      const shared = peer === null ? null : multiplyPoint(curve, peer, key);
      expect(Buffer.from(numberToBytes(shared?.x ?? 0n, curve.fieldBytes))).toEqual(
        one.computeSecret(other.getPublicKey()),
      );
    }
  });

  test.each([
    ['secp224r1', 'sha224'],
    ['secp224r1', 'sha512'],
    ['secp256r1', 'sha256'],
    ['secp384r1', 'sha1'],
  ])('%s with %s: signatures', (name, hash) => {
    const curve = named(name);
    const { privateKey, publicKey } = generateKeyPairSync('ec', {
      namedCurve: name === 'secp256r1' ? 'prime256v1' : name,
    });
    const message = Buffer.from('signed');
    const signature = createSign(hash).update(message).sign(privateKey);
    const encoded = publicKey.export({ format: 'der', type: 'spki' });
    const point = decodePoint(curve, encoded.subarray(encoded.length - 1 - 2 * curve.fieldBytes));
    const numbers = readDerSignature(signature);
    if (point === null || numbers === null) throw new Error('the library writes a point and a signature');
    const key = { kind: 'ec', curve, point } as const;
    expect(verifyEcdsa(key, hash, message, numbers)).toBe(true);
    expect(verifyEcdsa(key, hash, Buffer.from('Signed'), numbers)).toBe(false);
    expect(verifyEcdsa(key, hash, message, { ...numbers, r: numbers.r ^ 1n })).toBe(false);
    for (const wrong of [0n, curve.n, -1n]) {
      expect(verifyEcdsa(key, hash, message, { ...numbers, s: wrong })).toBe(false);
    }
  });
});

describe('published values', () => {
  // RFC 7027, appendix A.1 to A.3: private keys, one public key, the shared x coordinate.
  test.each([
    [
      'brainpoolP256r1',
      '81DB1EE100150FF2EA338D708271BE38300CB54241D79950F77B063039804F1D',
      '55E40BC41E37E3E2AD25C3C6654511FFA8474A91A0032087593852D3E7D76BD3',
      '44106E913F92BC02A1705D9953A8414DB95E1AAA49E81D9E85F929A8E3100BE5',
      '8AB4846F11CACCB73CE49CBDD120F5A900A69FD32C272223F789EF10EB089BDC',
      '89AFC39D41D3B327814B80940B042590F96556EC91E6AE7939BCE31F3A18BF2B',
    ],
    [
      'brainpoolP384r1',
      '1E20F5E048A5886F1F157C74E91BDE2B98C8B52D58E5003D57053FC4B0BD65D6F15EB5D1EE1610DF870795143627D042',
      '032640BC6003C59260F7250C3DB58CE647F98E1260ACCE4ACDA3DD869F74E01F8BA5E0324309DB6A9831497ABAC96670',
      '68B665DD91C195800650CDD363C625F4E742E8134667B767B1B476793588F885AB698C852D4A6E77A252D6380FCAF068',
      '55BC91A39C9EC01DEE36017B7D673A931236D2F1F5C83942D049E3FA20607493E0D038FF2FD30C2AB67D15C85F7FAA59',
      '0BD9D3A7EA0B3D519D09D8E48D0785FB744A6B355E6304BC51C229FBBCE239BBADF6403715C35D4FB2A5444F575D4F42',
    ],
    [
      'brainpoolP512r1',
      '16302FF0DBBB5A8D733DAB7141C1B45ACBC8715939677F6A56850A38BD87BD59B09E80279609FF333EB9D4C061231FB26F92EEB04982A5F1D1764CAD57665422',
      '230E18E1BCC88A362FA54E4EA3902009292F7F8033624FD471B5D8ACE49D12CFABBC19963DAB8E2F1EBA00BFFB29E4D72D13F2224562F405CB80503666B25429',
      '0A420517E406AAC0ACDCE90FCD71487718D3B953EFD7FBEC5F7F27E28C6149999397E91E029E06457DB2D3E640668B392C2A7E737A7F0BF04436D11640FD09FD',
      '72E6882E8DB28AAD36237CD25D580DB23783961C8DC52DFA2EC138AD472A0FCEF3887CF62B623B2A87DE5C588301EA3E5FC269B373B60724F5E82A6AD147FDE7',
      'A7927098655F1F9976FA50A9D566865DC530331846381C87256BAF3226244B76D36403C024D7BBF0AA0803EAFF405D3D24F11A9B5C0BEF679FE1454B21C4CD1F',
    ],
  ])('%s: key agreement of RFC 7027', (name, one, other, x, y, shared) => {
    const curve = named(name);
    const publicKey = multiplyPoint(curve, curve.generator, number(one));
    expect(publicKey).toEqual({ x: number(x), y: number(y) });
    const secret = publicKey === null ? null : multiplyPoint(curve, publicKey, number(other));
    expect(secret?.x).toBe(number(shared));
  });
});

describe('numbers', () => {
  test('inverses and powers are those of the definition', () => {
    const modulus = named('secp192r1').p;
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: modulus - 1n }), fc.nat(60), (value, exponent) => {
        expect(mod(value * invert(value, modulus), modulus)).toBe(1n);
        expect(power(value, BigInt(exponent), modulus)).toBe(mod(value ** BigInt(exponent), modulus));
      }),
    );
    expect(invert(0n, modulus)).toBe(0n);
  });

  test('as bytes keep leading zeros', () => {
    expect(numberToBytes(0x102n, 4)).toEqual(Uint8Array.of(0, 0, 1, 2));
    expect(bytesToNumber(Uint8Array.of(0, 0, 1, 2))).toBe(0x102n);
  });

  test.each([
    [0, 1024, 160],
    [1, 2048, 224],
    [2, 2048, 256],
  ])('group %i has a generator of its order', (id, bits, orderBits) => {
    const group = groupByParameterId(id);
    if (group === null) throw new Error('the groups have numbers 0 to 2');
    expect([group.p.toString(2).length, group.q.toString(2).length]).toEqual([bits, orderBits]);
    expect(isGroupElement(group, group.g)).toBe(true);
    expect((group.p - 1n) % group.q).toBe(0n);
    const digest = bytesToNumber(createHash('sha256').update('no element').digest());
    expect(isGroupElement(group, digest)).toBe(false);
  });
});

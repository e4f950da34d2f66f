import { createPrivateKey, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as der from '../../../fixtures/documents/der.ts';
import { createRandom } from '../../../fixtures/random.ts';
import type { FingerFrame } from '../../../src/domain/devices.ts';
import type { GreyImage } from '../../../src/domain/grey-image.ts';
import { unwrap } from '../../../src/domain/result.ts';
import { systemTimer } from '../../../src/domain/timer.ts';
import { SbiEmulator, type SbiFaults, type SbiIdentity } from '../../simulated/sbi-emulator.ts';
import { malform, pick } from '../../testing/malform.ts';
import { readFingerImageRecord, writeFingerImageRecord } from './finger-image-record.ts';
import { chainHash, continuesChain, FIRST_HASH } from './hash-chain.ts';
import { decodeAnswer } from './raw-http.ts';
import { openSbi } from './sbi-scanner.ts';
import { openToken } from './signed-token.ts';

const RSA_WITH_SHA256 = der.sequence(der.oid('1.2.840.113549.1.1.11'), Uint8Array.of(5, 0));
const NOW = new Date('2026-10-04T08:00:00Z');

interface Signer {
  readonly name: string;
  readonly key: KeyObject;
}

function newSigner(name: string): Signer {
  return { name, key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey };
}

function nameOf({ name }: Signer): Uint8Array {
  return der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), der.utf8(name))));
}

/** A certificate of the subject's key by the issuer; `until`: YYMMDD. */
function certify(issuer: Signer, subject: Signer, isAuthority: boolean, until = '400101'): Uint8Array {
  const constraints = der.sequence(
    der.oid('2.5.29.19'),
    der.octets(der.sequence(...(isAuthority ? [Uint8Array.of(1, 1, 0xff)] : []))),
  );
  const signed = der.sequence(
    tagged(0xa0, der.smallInteger(2)),
    der.smallInteger(1 + subject.name.length),
    RSA_WITH_SHA256,
    nameOf(issuer),
    der.sequence(der.utcTime('200101000000Z'), der.utcTime(`${until}000000Z`)),
    nameOf(subject),
    publicKeyInfo(subject),
    tagged(0xa3, der.sequence(constraints)),
  );
  return der.sequence(signed, RSA_WITH_SHA256, der.bits(sign('sha256', signed, issuer.key)));
}

/** A constructed value of less than 128 bytes under a tag of its own. */
function tagged(tag: number, content: Uint8Array): Uint8Array {
  return Uint8Array.of(tag, content.length, ...content);
}

function publicKeyInfo({ key }: Signer): Uint8Array {
  const pem = key.export({ format: 'pem', type: 'pkcs8' });
  const certificateKey = createPrivateKey(pem);
  return Uint8Array.from(publicOf(certificateKey));
}

function publicOf(key: KeyObject): Buffer {
  const { n = '', e = '' } = key.export({ format: 'jwk' });
  const [modulus, exponent] = [n, e].map((part) =>
    der.integer(BigInt(`0x${Buffer.from(part, 'base64url').toString('hex')}`)),
  );
  const rsa = der.sequence(modulus ?? new Uint8Array(), exponent ?? new Uint8Array());
  const algorithm = der.sequence(der.oid('1.2.840.113549.1.1.1'), Uint8Array.of(5, 0));
  return Buffer.from(der.sequence(algorithm, der.bits(rsa)));
}

const FINGER: GreyImage = {
  width: 300,
  height: 400,
  dpi: 500,
  pixels: Uint8Array.from({ length: 300 * 400 }, (_, index) => (index * 7) & 0xff),
};

let authority: Signer;
let maker: Signer;
let device: Signer;
let stranger: Signer;
let identity: SbiIdentity;
let trusted: X509Certificate[];
let emulator: SbiEmulator;

beforeAll(() => {
  [authority, maker, device, stranger] = ['authority', 'maker of devices', 'device', 'somebody'].map(
    newSigner,
  ) as [Signer, Signer, Signer, Signer];
  identity = {
    key: device.key,
    otherKey: stranger.key,
    certificates: [certify(maker, device, false), certify(authority, maker, true)],
  };
  trusted = [new X509Certificate(certify(authority, authority, true))];
});
afterEach(() => emulator?.stop());

async function open(faults: Partial<SbiFaults> = {}, authorities = trusted, who = identity) {
  emulator = await SbiEmulator.start(who);
  Object.assign(emulator.faults, faults);
  return openSbi({ port: emulator.port, authorities, timer: systemTimer(1, 60), now: () => NOW });
}

/** The first two pictures of a finger, or what came instead. */
async function capture(faults: Partial<SbiFaults>) {
  const { protocol } = unwrap(await open());
  Object.assign(emulator.faults, faults);
  emulator.layFinger(FINGER);
  const stop = new AbortController();
  const fingers: FingerFrame[] = [];
  const ended = await protocol.stream((frame) => {
    if (frame.fingerPresent) fingers.push(frame);
    if (fingers.length === 2) stop.abort();
  }, stop.signal);
  return { fingers, ended };
}

describe('a scanner behind a biometric service', () => {
  test('is discovered, checked against the authority, and gives the picture of a finger, one hash after the other', async () => {
    const opened = unwrap(await open());
    expect(opened.identity).toMatchObject({ serialNo: 'SBI-1', make: 'Emulated', model: 'SBI scanner' });
    await emulator.stop();
    const { fingers, ended } = await capture({});
    expect(ended).toEqual({ code: 'cancelled' });
    expect(fingers.map(({ image }) => image)).toEqual([FINGER, FINGER]);
    expect(emulator.verbs).toEqual(['MOSIPDISC', 'MOSIPDINFO', 'RCAPTURE', 'RCAPTURE']);
  });

  test.each<[string, Partial<SbiFaults>]>([
    ['a length in characters, not bytes', { countsCharacters: true }],
    ['a body in chunks', { chunked: true }],
  ])('tolerates %s', async (_what, faults) => {
    expect((await capture(faults)).fingers).toHaveLength(2);
  });

  test.each<[string, Partial<SbiFaults>]>([
    ['a forged signature', { forged: true }],
    ['a picture that was altered after the signature', { altered: true }],
    ['a capture from before', { lateBy: 3_600_000 }],
    ['a broken chain of hashes', { breaksChain: true }],
  ])('takes no picture with %s', async (_what, faults) => {
    expect(await capture(faults)).toEqual({ fingers: [], ended: { code: 'access-denied' } });
  });

  test('takes the same capture once only', async () => {
    const { fingers, ended } = await capture({ replays: true });
    expect(fingers).toHaveLength(1);
    expect(ended).toEqual({ code: 'access-denied' });
  });

  test.each<[string, Partial<SbiFaults>, string]>([
    ['busy', { status: 'Busy' }, 'busy'],
    ['not ready', { status: 'Not Ready' }, 'no-answer'],
    ['for authentication by a server only', { purpose: 'Auth' }, 'absent'],
    ['signed by a forger', { forged: true }, 'access-denied'],
  ])('a service that is %s is not opened', async (_what, faults, code) => {
    expect(await open(faults)).toEqual({ ok: false, error: { code } });
  });

  test('nobody but a provisioned authority vouches: not a stranger, not the maker alone, not one whose time is over', async () => {
    const denied = { ok: false, error: { code: 'access-denied' } };
    const other = [new X509Certificate(certify(stranger, stranger, true))];
    expect(await open({}, other)).toEqual(denied);
    await emulator.stop();
    const alone = { ...identity, certificates: [certify(maker, device, false)] };
    expect(await open({}, trusted, alone)).toEqual(denied);
    await emulator.stop();
    // A device's own certificate is no authority over another.
    const pretended = {
      ...identity,
      certificates: [certify(maker, device, false), certify(authority, maker, false)],
    };
    expect(await open({}, trusted, pretended)).toEqual(denied);
    await emulator.stop();
    const over = {
      ...identity,
      certificates: [certify(maker, device, false, '210101'), certify(authority, maker, true)],
    };
    expect(await open({}, trusted, over)).toEqual(denied);
  });

  test('a service that stops in the middle of a capture is absent at once, and so is a port where nothing listens', async () => {
    const { protocol } = unwrap(await open());
    let closed = 0;
    protocol.onClose(() => {
      closed += 1;
    });
    const streaming = protocol.stream(() => undefined, new AbortController().signal);
    await emulator.stop();
    // The connection that was open ends without an answer; the next one is refused.
    expect(await streaming).toEqual({ code: 'absent' });
    expect(closed).toBe(1);
    const { port } = { port: 1 };
    expect(await openSbi({ port, authorities: trusted, timer: systemTimer(1, 60), now: () => NOW })).toEqual({
      ok: false,
      error: { code: 'absent' },
    });
    emulator = await SbiEmulator.start(identity);
  });
});

describe('a whole conversation with a service gone mad', () => {
  /** TIZME_FUZZ=1000000 is the long run. */
  const conversations = Math.ceil(Math.max(1_000, Number(process.env.TIZME_FUZZ ?? 6_000)) / 200);

  test(
    'ends in pictures of the size that was signed, or in a clear problem, whatever it sends',
    async () => {
      const problems = new Set<string>();
      let pictures = 0;
      for (let round = 0; round < conversations; round += 1) {
        const random = createRandom(9_000_000 + round).next;
        emulator = await SbiEmulator.start(identity);
        emulator.layFinger({ ...FINGER, width: 64, height: 64, pixels: new Uint8Array(64 * 64).fill(7) });
        // Half of them is a device that signs nonsense, half a service that sends it.
        const mad = pick(random, 2) === 0 ? 'record' : 'answer';
        emulator.tamper = (part, bytes) =>
          part === mad && random() < (mad === 'record' ? 0.8 : 0.4) ? malform(bytes, random) : bytes;
        const { port } = emulator;
        const opened = await openSbi({
          port,
          authorities: trusted,
          timer: systemTimer(1, 60),
          now: () => NOW,
        });
        if (opened.ok) {
          const stop = new AbortController();
          let frames = 0;
          const ended = await opened.value.protocol.stream(({ image, fingerPresent }) => {
            expect(image.pixels.length).toBe(image.width * image.height);
            if (fingerPresent) pictures += 1;
            frames += 1;
            if (frames > 4) stop.abort();
          }, stop.signal);
          problems.add(ended.code);
          await opened.value.protocol.close();
        } else problems.add(opened.error.code);
        await emulator.stop();
      }
      emulator = await SbiEmulator.start(identity);
      expect(pictures).toBeGreaterThan(0);
      const known = ['absent', 'access-denied', 'bad-data', 'busy', 'cancelled', 'no-answer'];
      expect(known).toEqual(expect.arrayContaining([...problems]));
    },
    60_000 + conversations * 500,
  );
});

describe('what a service may send', () => {
  test('the chain begins with the hash of nothing, and takes digits of either case', () => {
    expect(FIRST_HASH).toBe('E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855');
    const record = Uint8Array.of(1, 2, 3);
    const hash = chainHash(FIRST_HASH, record);
    expect(continuesChain(hash.toLowerCase(), FIRST_HASH, record)).toBe(true);
    expect(continuesChain(hash, hash, record)).toBe(false);
  });

  test('any bytes are an answer, a record or a token, or a clear error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        decodeAnswer(Buffer.from(bytes));
        await readFingerImageRecord(bytes);
        openToken(Buffer.from(bytes).toString('latin1'), [], NOW);
      }),
    );
    const record = writeFingerImageRecord({
      ...FINGER,
      width: 64,
      height: 64,
      pixels: new Uint8Array(64 * 64),
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(record.length - 1), fc.nat(255), async (at, value) => {
        const broken = record.slice();
        broken[at] = value;
        const read = await readFingerImageRecord(broken);
        if (read.ok) expect(read.value.pixels.length).toBe(read.value.width * read.value.height);
      }),
    );
  });
});

import { Decrypter, Encrypter } from 'age-encryption';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../fixtures/random.ts';
import { err, ok } from '../domain/result.ts';
import { hasNativePayload } from './age-payload.ts';
import { createAgeKeys, openSealed, sealTo } from './age-sealing.ts';

const CHUNK = 64 * 1024;
const SIZES = [0, 1, 15, 1_000, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17];

describe('an age file', () => {
  const random = createRandom('age files');
  const content = (bytes: number): Uint8Array =>
    Uint8Array.from({ length: bytes }, () => random.integer(256));

  test('runs on the native cipher where these tests run', () => {
    expect(hasNativePayload).toBe(true);
  });

  test.each(SIZES)(
    'of %d bytes that is sealed here is opened by the age library, and the reverse',
    async (bytes) => {
      const [first, second] = [await createAgeKeys(), await createAgeKeys()];
      const plain = content(bytes);
      const sealed = await sealTo([first.recipient, second.recipient], plain);
      for (const { identity } of [first, second]) {
        const library = new Decrypter();
        library.addIdentity(identity);
        expect(Buffer.from(await library.decrypt(sealed)).equals(plain)).toBe(true);
      }
      const library = new Encrypter();
      library.addRecipient(second.recipient);
      const opened = await openSealed(second.identity, await library.encrypt(plain));
      expect(opened.ok && Buffer.from(opened.value).equals(plain)).toBe(true);
    },
  );

  test('that was cut, lengthened or changed in any of its bytes opens nothing', async () => {
    const { identity, recipient } = await createAgeKeys();
    const sealed = await sealTo([recipient], content(300));
    expect(await openSealed(identity, sealed)).toMatchObject({ ok: true });
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect((await openSealed(identity, changed)).ok).toBe(false);
      expect((await openSealed(identity, sealed.subarray(0, at))).ok).toBe(false);
    }
    expect(await openSealed(identity, Buffer.concat([sealed, Buffer.from([0])]))).toEqual(
      err('sealed-damaged'),
    );
  });

  test('of several chunks loses none, repeats none and swaps none', async () => {
    const { identity, recipient } = await createAgeKeys();
    const plain = content(3 * CHUNK);
    const sealed = await sealTo([recipient], plain);
    const step = CHUNK + 16;
    const start = sealed.length - 3 * step;
    const chunk = (index: number): Uint8Array =>
      sealed.subarray(start + index * step, start + (index + 1) * step);
    const head = sealed.subarray(0, start);
    const made = (...order: readonly number[]): Uint8Array => Buffer.concat([head, ...order.map(chunk)]);
    expect(await openSealed(identity, made(0, 1, 2))).toEqual(ok(plain));
    for (const order of [[0, 1], [1, 0, 2], [0, 2], [0, 1, 1, 2], [0, 1, 2, 2], [2], []])
      expect((await openSealed(identity, made(...order))).ok).toBe(false);
  });

  test('is for nobody else', async () => {
    const [one, other] = [await createAgeKeys(), await createAgeKeys()];
    const sealed = await sealTo([one.recipient], content(10));
    expect(await openSealed(other.identity, sealed)).toEqual(err('not-for-this-key'));
    expect(await openSealed(one.identity, content(100))).toEqual(err('sealed-damaged'));
  });
});

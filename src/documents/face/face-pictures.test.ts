import { decode } from 'fast-png';
import { beforeAll, describe, expect, test } from 'vitest';
import { drawSyntheticFace, encodeSyntheticFace } from '../../../fixtures/documents/synthetic-face.ts';
import { unwrap } from '../../domain/result.ts';
import { decodeJpeg2000 } from './decode-jpeg2000.ts';
import { showFace } from './face-pictures.ts';
import { readJpeg2000Frame } from './jpeg2000-frame.ts';

const [WIDTH, HEIGHT] = [103, 132];
const small = { width: WIDTH, height: HEIGHT } as const;
const jp2 = (bytes: Uint8Array) => ({ mediaType: 'image/jp2', bytes }) as const;

function furthest(one: ArrayLike<number>, other: ArrayLike<number>): number {
  expect(one.length).toBe(other.length);
  let most = 0;
  for (let i = 0; i < one.length; i++) most = Math.max(most, Math.abs((one[i] ?? 0) - (other[i] ?? 0)));
  return most;
}

describe('a face in JPEG 2000 becomes a picture that browsers show', () => {
  test.each([1, 3] as const)('without loss, of %i components', async (components) => {
    const picture = unwrap(
      await showFace(jp2(await encodeSyntheticFace({ ...small, components, lossless: true })), {
        patienceMilliseconds: 300_000,
      }),
    );
    expect(picture).toMatchObject({ mediaType: 'image/png', ...small });
    const png = decode(picture.bytes);
    expect(png).toMatchObject({ ...small, channels: components, depth: 8 });
    expect(furthest(png.data, drawSyntheticFace(WIDTH, HEIGHT, components))).toBe(0);
  });

  test('in a file', async () => {
    const file = await encodeSyntheticFace({ ...small, lossless: true, container: { colours: 16 } });
    const png = decode(unwrap(await decodeJpeg2000(file)).bytes);
    expect(furthest(png.data, drawSyntheticFace(WIDTH, HEIGHT, 3))).toBe(0);
  });

  test('of twelve bits a sample, brought down to eight', async () => {
    const picture = unwrap(
      await decodeJpeg2000(await encodeSyntheticFace({ ...small, components: 1, bits: 12, lossless: true })),
    );
    expect(furthest(decode(picture.bytes).data, drawSyntheticFace(WIDTH, HEIGHT, 1))).toBe(0);
  });

  test('in luma and chroma, which become red, green and blue', async () => {
    const file = await encodeSyntheticFace({ ...small, lossless: true, container: { colours: 18 } });
    const png = decode(unwrap(await decodeJpeg2000(file)).bytes);
    const [y = 0, cb = 0, cr = 0] = drawSyntheticFace(WIDTH, HEIGHT, 3);
    const shown = [
      y + 1.402 * (cr - 128),
      y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128),
      y + 1.772 * (cb - 128),
    ];
    expect([...png.data.subarray(0, 3)]).toEqual(shown.map((value) => Math.min(255, Math.round(value))));
  });

  test('squeezed with loss is still the face', async () => {
    const picture = unwrap(await decodeJpeg2000(await encodeSyntheticFace()));
    const [png, drawn] = [Array.from(decode(picture.bytes).data), drawSyntheticFace(413, 531, 3)];
    const error = png.reduce((sum, value, i) => sum + Math.abs(value - (drawn[i] ?? 0)), 0) / png.length;
    expect(error).toBeLessThan(3);
  });
});

describe('a face in JPEG', () => {
  const jpeg = (width: number, height: number) =>
    Uint8Array.of(
      0xff,
      0xd8,
      0xff,
      0xff,
      0xc0,
      0,
      11,
      8,
      height >> 8,
      height & 255,
      width >> 8,
      width & 255,
      1,
      1,
      0x11,
      0,
    );
  const show = (bytes: Uint8Array) => showFace({ mediaType: 'image/jpeg', bytes });

  test('is shown as it is, unless it can be none', async () => {
    expect(unwrap(await show(jpeg(240, 320)))).toEqual({
      mediaType: 'image/jpeg',
      bytes: jpeg(240, 320),
      width: 240,
      height: 320,
    });
    expect(await show(jpeg(0, 320))).toEqual({ ok: false, error: { code: 'malformed' } });
    expect(await show(jpeg(60_000, 60_000))).toEqual({ ok: false, error: { code: 'too-large' } });
    expect(await show(Uint8Array.of(0xff, 0xd8, 0xff))).toEqual({ ok: false, error: { code: 'malformed' } });
  });
});

describe('what asks for more than a face is refused before a decoder makes room for it', () => {
  let face: Uint8Array;
  beforeAll(async () => {
    face = await encodeSyntheticFace(small);
  });
  /** The face with these bytes from the place on. */
  const changed = (at: number, ...values: readonly number[]): Uint8Array => {
    const bytes = Uint8Array.from(face);
    bytes.set(values, at);
    return bytes;
  };
  const codingAt = (): number => Buffer.from(face).indexOf(Buffer.from('ff52', 'hex'));
  const codeOf = (bytes: Uint8Array): string | null => {
    const frame = readJpeg2000Frame(bytes);
    return frame.ok ? null : frame.error.code;
  };

  test('by its size, its tiles, its components', () => {
    expect(codeOf(face)).toBeNull();
    expect(codeOf(changed(8, 0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff))).toBe('too-large');
    expect(codeOf(changed(8, 0xff, 0xff, 0xff, 0xff))).toBe('too-large');
    expect(codeOf(changed(24, 0, 0, 0, 1, 0, 0, 0, 1))).toBe('too-large');
    expect(codeOf(changed(24, 0, 0, 0, 0))).toBe('malformed');
    expect(codeOf(changed(40, 0x40, 0))).toBe('malformed');
    expect(codeOf(changed(43, 2))).toBe('unsupported');
    expect(codeOf(changed(42, 31))).toBe('unsupported');
  });

  test('by precincts of one dot, and by code blocks out of range', () => {
    const at = codingAt();
    const levels = face[at + 9] ?? 0;
    const tiny = Uint8Array.from([
      ...face.subarray(0, at + 2),
      0,
      13 + levels,
      1,
      ...face.subarray(at + 5, at + 14),
      ...new Uint8Array(levels + 1),
      ...face.subarray(at + 14),
    ]);
    expect(codeOf(tiny)).toBe('too-large');
    expect(codeOf(changed(at + 10, 9, 9))).toBe('malformed');
    expect(codeOf(changed(at + 9, 99))).toBe('malformed');
  });

  test('a palette, whose colours nobody needs for a face', async () => {
    const file = Buffer.from(
      await encodeSyntheticFace({ ...small, container: { colours: 17 }, components: 1 }),
    );
    file.write('pclr', file.indexOf('colr'), 'latin1');
    expect(codeOf(Uint8Array.from(file))).toBe('unsupported');
  });

  test('nothing, a cut header, and boxes without a code stream', () => {
    for (const bytes of [
      new Uint8Array(0),
      face.subarray(0, 60),
      face.subarray(0, 3),
      Uint8Array.of(0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20, 13, 10, 0x87, 10),
    ]) {
      expect(codeOf(bytes)).toBe('malformed');
    }
  });

  test('data that end early give what there is, or nothing; never the picture before', async () => {
    expect((await decodeJpeg2000(face)).ok).toBe(true);
    const cut = await decodeJpeg2000(face.subarray(0, 200));
    if (cut.ok) expect(cut.value).toMatchObject(small);
    const garbage = changed(codingAt() + 20, ...Array.from({ length: 200 }, (_, i) => (i * 37) % 256));
    const decoded = await decodeJpeg2000(garbage);
    if (!decoded.ok) expect(['malformed', 'not-decoded', 'too-large']).toContain(decoded.error.code);
  });

  test('a decoder that does not come to an end is stopped', async () => {
    const endless = new URL('data:text/javascript,for(;;);');
    expect(await showFace(jp2(face), { entry: endless, patienceMilliseconds: 50 })).toEqual({
      ok: false,
      error: { code: 'not-decoded' },
    });
  });
});

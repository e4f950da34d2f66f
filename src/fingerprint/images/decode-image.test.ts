import fc from 'fast-check';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { decodeImage } from './decode-image.ts';

/** A picture of three columns and two rows, every row another. */
const GREYS = [0, 100, 255, 30, 60, 90];
const [WIDTH, HEIGHT] = [3, 2];

function greysOf(bytes: Uint8Array, reading = {}): number[] {
  const image = unwrap(decodeImage(bytes, { dpi: 500, ...reading }));
  expect([image.width, image.height, image.dpi]).toEqual([WIDTH, HEIGHT, 500]);
  return [...image.pixels];
}

function png(channels: number, depth: 8 | 16, samples: readonly number[]): Uint8Array {
  const data = depth === 16 ? Uint16Array.from(samples) : Uint8Array.from(samples);
  return encode({ width: WIDTH, height: HEIGHT, channels, depth, data });
}

const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];
const little32 = (value: number): number[] => [
  value & 255,
  (value >> 8) & 255,
  (value >> 16) & 255,
  (value >>> 24) & 255,
];
const little16 = (value: number): number[] => [value & 255, value >> 8];

function bmp(bits: 8 | 24 | 32, topDown: boolean): Uint8Array {
  const palette = bits === 8 ? Array.from({ length: 256 }, (_, i) => [i, i, i, 0]).flat() : [];
  const rows = [GREYS.slice(0, 3), GREYS.slice(3)].map((row) => {
    const bytes = row.flatMap((grey) => Array.from({ length: bits / 8 }, () => grey));
    return [...bytes, ...Array.from({ length: (4 - (bytes.length % 4)) % 4 }, () => 7)];
  });
  const pixels = (topDown ? rows : rows.toReversed()).flat();
  const start = 54 + palette.length;
  return Uint8Array.from([
    ...ascii('BM'),
    ...[...little32(start + pixels.length), ...little32(0), ...little32(start)],
    ...[...little32(40), ...little32(WIDTH), ...little32(topDown ? -HEIGHT : HEIGHT)],
    ...[...little16(1), ...little16(bits), ...little32(0), ...little32(0)],
    ...[...little32(0), ...little32(0), ...little32(0), ...little32(0)],
    ...palette,
    ...pixels,
  ]);
}

interface TiffOptions {
  readonly compression?: number;
  readonly photometric?: number;
  readonly data?: readonly number[];
}

/** Little endian, one strip. */
function tiff({ compression = 1, photometric = 1, data = GREYS }: TiffOptions = {}): Uint8Array {
  const entries = [
    [256, WIDTH],
    [257, HEIGHT],
    [258, 8],
    [259, compression],
    [262, photometric],
    [273, 8],
    [277, 1],
    [279, data.length],
  ] as const;
  const padded = data.length % 2 === 0 ? data : [...data, 0];
  return Uint8Array.from([
    ...[...ascii('II'), 42, 0, ...little32(8 + padded.length)],
    ...padded,
    ...little16(entries.length),
    ...entries.flatMap(([tag, value]) => [
      ...little16(tag),
      ...little16(4),
      ...little32(1),
      ...little32(value),
    ]),
    ...little32(0),
  ]);
}

describe('images in files', () => {
  it('read PNG of 8 and 16 bits, grey and colour, what is transparent as paper', () => {
    expect(greysOf(png(1, 8, GREYS))).toEqual(GREYS);
    expect(
      greysOf(
        png(
          1,
          16,
          GREYS.map((grey) => grey * 257),
        ),
      ),
    ).toEqual(GREYS);
    expect(
      greysOf(
        png(
          3,
          8,
          GREYS.flatMap((grey) => [grey, grey, grey]),
        ),
      ),
    ).toEqual(GREYS);
    expect(
      greysOf(
        png(
          2,
          8,
          GREYS.flatMap((grey, i) => [grey, i === 0 ? 0 : 255]),
        ),
      ),
    ).toEqual([255, ...GREYS.slice(1)]);
    expect(
      greysOf(
        png(
          4,
          8,
          GREYS.flatMap((grey) => [grey, grey, grey, 255]),
        ),
      ),
    ).toEqual(GREYS);
  });

  it('read portable grey maps, plain and raw, of 8 and 16 bits, with comments', () => {
    const header = ascii('P5 # made by hand\n3 2\n255\n');
    expect(greysOf(Uint8Array.from([...header, ...GREYS]))).toEqual(GREYS);
    expect(greysOf(Uint8Array.from(ascii(`P2\n3 2\n255\n${GREYS.join(' ')}\n`)))).toEqual(GREYS);
    const wide = GREYS.flatMap((grey) => [grey, grey]);
    expect(greysOf(Uint8Array.from([...ascii('P5\n3 2\n65535\n'), ...wide]))).toEqual(GREYS);
    const colours = GREYS.flatMap((grey) => [grey, grey, grey]);
    expect(greysOf(Uint8Array.from([...ascii('P6\n3 2\n255\n'), ...colours]))).toEqual(GREYS);
  });

  it('read bitmaps of 8, 24 and 32 bits, upside down and not', () => {
    for (const bits of [8, 24, 32] as const) {
      for (const topDown of [false, true]) expect(greysOf(bmp(bits, topDown))).toEqual(GREYS);
    }
  });

  it('read TIFF, plain and packed, black or white as zero', () => {
    expect(greysOf(tiff())).toEqual(GREYS);
    expect(greysOf(tiff({ photometric: 0, data: GREYS.map((grey) => 255 - grey) }))).toEqual(GREYS);
    // Two bytes as they are, one byte twice, one no-operation, two more as they are.
    const packed = [1, 5, 6, 255, 9, 128, 1, 7, 8];
    expect(greysOf(tiff({ compression: 32_773, data: packed }))).toEqual([5, 6, 9, 9, 7, 8]);
  });

  it('turn left to right and light to dark when told so', () => {
    const bytes = png(1, 8, GREYS);
    expect(greysOf(bytes, { mirror: true })).toEqual([255, 100, 0, 90, 60, 30]);
    expect(greysOf(bytes, { invert: true })).toEqual(GREYS.map((grey) => 255 - grey));
  });

  it('name what they do not read', () => {
    const read = (bytes: Uint8Array) => decodeImage(bytes, { dpi: 500 });
    const refused = (code: string) => ({ ok: false, error: { code } });
    expect(read(tiff({ compression: 5 }))).toEqual(refused('unsupported-image'));
    expect(read(new Uint8Array(0))).toEqual(refused('not-an-image'));
    expect(read(Uint8Array.from(ascii('P5\n10000 10000\n255\n')))).toEqual(refused('image-too-large'));
    const huge = png(1, 8, GREYS);
    new DataView(huge.buffer, huge.byteOffset).setUint32(16, 100_000_000);
    expect(read(huge)).toEqual(refused('image-too-large'));
  });

  it('refuse a PNG whose data unpack to more than its picture has', () => {
    const small = png(1, 8, GREYS);
    const large = encode({ width: 600, height: 600, channels: 1, depth: 8, data: new Uint8Array(360_000) });
    // The header of the small one, with a header's checksum of its own, before the data of the large one.
    const bomb = Uint8Array.from([...small.subarray(0, 33), ...large.subarray(33)]);
    expect(decodeImage(bomb, { dpi: 500 })).toEqual({ ok: false, error: { code: 'not-an-image' } });
  });

  it('answer lawfully to files that are cut or damaged anywhere', () => {
    const originals = [
      png(
        3,
        8,
        GREYS.flatMap((grey) => [grey, grey, grey]),
      ),
      Uint8Array.from([...ascii('P5\n3 2\n255\n'), ...GREYS]),
      Uint8Array.from(ascii(`P2\n3 2\n255\n${GREYS.join(' ')}\n`)),
      bmp(8, false),
      bmp(24, true),
      tiff(),
      tiff({ compression: 32_773, data: [1, 5, 6, 255, 9, 128, 1, 7, 8] }),
    ];
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 5 });
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        damage,
        fc.option(fc.nat(2000)),
        (original, changes, cut) => {
          const bytes = original.slice(0, cut ?? original.length);
          for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
          const image = decodeImage(bytes, { dpi: 500 });
          if (image.ok) expect(image.value.pixels).toHaveLength(image.value.width * image.value.height);
        },
      ),
      { numRuns: 1500 },
    );
  });
});

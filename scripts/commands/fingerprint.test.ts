import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRandom } from '../../src/fingerprint/testing/random.ts';
import { drawRidges } from '../../src/fingerprint/testing/ridge-image.ts';
import { encodeWsq } from '../../src/fingerprint/testing/wsq-encoder.ts';
import { runFingerprint } from './fingerprint.ts';

let folder = '';

/** Four toy fingers with two impressions each: the second is the first, turned a little and cut. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tizme-fingerprint-'));
  for (const finger of [1, 2, 3, 4]) {
    const random = makeRandom(finger);
    const minutiae = Array.from({ length: 20 }, () => {
      return { x: 50 + 200 * random(), y: 50 + 220 * random(), along: random() < 0.5 };
    });
    for (const impression of [1, 2]) {
      const image = drawRidges({
        width: 300,
        height: 320,
        orientation: 0.3 * finger,
        minutiae,
        coverage: impression === 1 ? 0.95 : 0.85,
      });
      await writeFile(
        join(folder, `${finger}_${impression}.png`),
        encode({ width: image.width, height: image.height, data: image.pixels, channels: 1, depth: 8 }),
      );
    }
  }
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const code = await runFingerprint(args, { out: (line) => lines.push(line), progress: () => {} });
  return { code, lines };
}

function lastJson(lines: readonly string[]): unknown {
  return JSON.parse(lines.at(-1) ?? '');
}

describe('tizme fingerprint', () => {
  it('extracts a template and matches it against an image of the same finger and of another', async () => {
    const template = join(folder, 'enrolled.fmr');
    const extracted = await run(
      'extract',
      join(folder, '1_1.png'),
      '--out',
      template,
      '--position',
      '7',
      '--json',
    );
    expect(extracted.code).toBe(0);
    expect((await readFile(template)).subarray(0, 4).toString('latin1')).toBe('FMR\0');
    const same = await run('match', template, join(folder, '1_2.png'), '--json');
    const other = await run('match', template, join(folder, '2_1.png'), '--json');
    expect(lastJson(same.lines)).toMatchObject({ score: expect.any(Number) });
    const scoreOf = (lines: readonly string[]): number => (lastJson(lines) as { score: number }).score;
    expect(scoreOf(same.lines)).toBeGreaterThan(40);
    expect(scoreOf(other.lines)).toBeLessThan(20);
  });

  it('evaluates a folder and writes the raw scores of every pair', async () => {
    const scores = join(folder, 'scores.txt');
    const { code, lines } = await run('evaluate', folder, '--scores', scores, '--json');
    expect(code).toBe(0);
    expect(lastJson(lines)).toMatchObject({
      sets: [
        {
          images: 8,
          failedToEnrol: 0,
          allImpostors: { genuineCount: 4, impostorCount: 24, equalErrorRate: 0 },
        },
      ],
    });
    const written = (await readFile(scores, 'utf8')).trim().split('\n');
    expect(written).toHaveLength(28);
    expect(written[0]).toMatch(/^1_1 1_2 \d+(\.\d+)?$/);
  });

  it('evaluates records of others, among themselves and against images, and WSQ like any image', async () => {
    const [records, archive] = [join(folder, 'records'), join(folder, 'archive')];
    await mkdir(records);
    await mkdir(archive);
    for (const name of ['1_1', '1_2', '2_1', '2_2', '3_1', '3_2', '4_1', '4_2']) {
      const image = join(folder, `${name}.png`);
      await run('extract', image, '--out', join(records, `${name}.ansi`), '--format', 'ansi-2004');
      const { width, height, data } = decode(await readFile(image));
      const pixels = Uint8Array.from(data);
      await writeFile(join(archive, `${name}.wsq`), encodeWsq(pixels, width, height, { bin: 8 }));
    }
    const perfect = { sets: [{ images: 8, allImpostors: { genuineCount: 4, equalErrorRate: 0 } }] };
    expect(lastJson((await run('evaluate', records, '--json')).lines)).toMatchObject(perfect);
    expect(lastJson((await run('evaluate', archive, '--json')).lines)).toMatchObject(perfect);
    const across = await run('evaluate', archive, '--against', records, '--json');
    expect(lastJson(across.lines)).toMatchObject(perfect);
    await rm(join(records, '4_2.ansi'));
    expect((await run('evaluate', archive, '--against', records)).lines.join(' ')).toContain('has no 4_2');
  });

  it('draws a set of fingers that nobody has, labelled as such, to be evaluated like any other', async () => {
    const set = join(folder, 'drawn');
    const drawn = await run('generate', '--out', set, '--fingers', '4', '--impressions', '2', '--json');
    expect(lastJson(drawn.lines)).toEqual({ images: 8, out: set, synthetic: true });
    expect(await readFile(join(set, 'SYNTHETIC.txt'), 'utf8')).toContain('no person has these fingers');
    const again = join(folder, 'drawn again');
    await run('generate', '--out', again, '--fingers', '4', '--impressions', '2');
    expect(await readFile(join(again, '4_2.png'))).toEqual(await readFile(join(set, '4_2.png')));
    expect(lastJson((await run('evaluate', set, '--json')).lines)).toMatchObject({
      sets: [{ images: 8, failedToEnrol: 0, allImpostors: { genuineCount: 4, impostorCount: 24 } }],
    });
  });

  it('draws what it found', async () => {
    const out = join(folder, 'shown.png');
    expect((await run('show', join(folder, '1_1.png'), '--out', out)).code).toBe(0);
    const picture = decode(await readFile(out));
    expect([picture.width, picture.height]).toEqual([2 * 3 * 300, 3 * 320]);
  });

  it('draws two images with the pairs that it matched', async () => {
    const out = join(folder, 'matched.png');
    expect((await run('show', join(folder, '1_1.png'), join(folder, '1_2.png'), '--out', out)).code).toBe(0);
    const picture = decode(await readFile(out));
    expect([picture.width, picture.height]).toEqual([2 * 3 * 300, 3 * 320]);
  });

  it('lists candidates of a folder for a finger, from images and from records of others', async () => {
    const gallery = join(folder, 'gallery');
    await mkdir(gallery);
    for (const finger of [1, 2, 3]) {
      const record = join(gallery, `${finger}_a.ansi`);
      const format = ['iso-2011', 'ansi-2004', 'ansi-2009'][finger - 1] ?? '';
      const made = await run('extract', join(folder, `${finger}_1.png`), '--out', record, '--format', format);
      expect(made.code).toBe(0);
    }
    await copyFile(join(folder, '4_1.png'), join(gallery, '4_1.png'));
    await writeFile(join(gallery, '5_1.png'), 'no picture');
    for (const finger of [2, 4]) {
      const search = ['identify', join(folder, `${finger}_2.png`), '--in', gallery, '--limit', '2', '--json'];
      const { code, lines } = await run(...search);
      expect(code).toBe(0);
      expect(lines.join(' ')).toContain('never an identification');
      const list = lastJson(lines) as { candidates: { person: number }[]; persons: number };
      expect(list.persons).toBe(4);
      expect(list.candidates.map(({ person }) => person)[0]).toBe(finger);
      expect(list.candidates).toHaveLength(2);
    }
  });

  it('reads a mirrored and inverted image as what it is when it is told so', async () => {
    const { width, height, data } = decode(await readFile(join(folder, '3_2.png')));
    const turned = Uint8Array.from({ length: width * height }, (_, i) => {
      return 255 - (data[Math.floor(i / width) * width + width - 1 - (i % width)] ?? 0);
    });
    const header = new TextEncoder().encode(`P5\n${width} ${height}\n255\n`);
    const file = join(folder, 'turned.pgm');
    await writeFile(file, Uint8Array.from([...header, ...turned]));
    const template = join(folder, 'turned.fmr');
    await run('extract', file, '--mirror', '--invert', '--out', template);
    const plain = join(folder, 'plain.fmr');
    await run('extract', join(folder, '3_2.png'), '--out', plain);
    expect(await readFile(template)).toEqual(await readFile(plain));
  });

  it('says what it can not read', async () => {
    const wsq = join(folder, 'card.wsq');
    await writeFile(wsq, Uint8Array.of(0xff, 0xa0, 0xff, 0xa4));
    const refused = await run('extract', wsq);
    expect(refused.code).toBe(1);
    expect(refused.lines.join(' ')).toContain('not-an-image');
    expect((await run('extract', join(folder, '1_1.png'), '--dpi', '72')).lines.join(' ')).toContain(
      'unsupported-resolution',
    );
    const huge = join(folder, 'huge.pgm');
    await writeFile(huge, 'P5\n10000 10000\n255\n');
    expect((await run('extract', huge)).lines.join(' ')).toContain('image-too-large');
  });

  it('tells wrong usage from unusable input', async () => {
    expect((await run('nonsense')).code).toBe(2);
    expect((await run('toString')).code).toBe(2);
    expect((await run('extract', '--position', '11')).code).toBe(2);
    expect((await run('extract', join(folder, 'missing.png'))).code).toBe(1);
    await writeFile(join(folder, 'broken.png'), 'no picture');
    const broken = await run('extract', join(folder, 'broken.png'), '--json');
    expect(broken.code).toBe(1);
    expect(lastJson(broken.lines)).toEqual({ error: expect.stringContaining('not-an-image') });
    expect((await run('evaluate', join(folder, 'missing'))).code).toBe(1);
  });
});

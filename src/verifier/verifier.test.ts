import { expect, test } from 'vitest';
import { fromBase64, toBase64, toHex, utf8 } from './bytes.ts';
import { sha256 } from './crypto.ts';
import { readCheckpoint, readCheckpoints, signingOf } from './note.ts';
import { readPublicPart } from './public-part.ts';
import { Tree } from './tree.ts';

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

test('roots of every size are those of the Certificate Transparency test vectors', async () => {
  const leaves = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  const tree = await Tree.over(
    await Promise.all(leaves.map((leaf) => sha256(Uint8Array.of(0), bytes(leaf)))),
  );
  const roots: string[] = [];
  for (let size = 0; size <= 8; size += 1) {
    roots.push(toHex(fromBase64((await tree.root(size)) ?? '') ?? new Uint8Array()));
  }
  expect(roots).toEqual([
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]);
  expect(await tree.root(9)).toBe(null);
});

/** A checkpoint of a certificate log as it was published, with a witness's line below. */
const PUBLISHED = `arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
`;
const PUBLISHED_KEY =
  fromBase64('AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f')?.subarray(1) ?? new Uint8Array();

test('a checkpoint that others signed is read, and its signature checked', async () => {
  const read = (text: string) => {
    const checkpoint = readCheckpoint(text);
    if (checkpoint === null) throw new Error('a checkpoint');
    return checkpoint;
  };
  expect(await signingOf(read(PUBLISHED), PUBLISHED_KEY)).toBe('signed');
  expect(await signingOf(read(PUBLISHED.replaceAll('\n', ' \r\n')), PUBLISHED_KEY)).toBe('signed');
  expect(await signingOf(read(PUBLISHED.replace('532', '533')), PUBLISHED_KEY)).toBe('wrong');
  expect(await signingOf(read(PUBLISHED), PUBLISHED_KEY.toReversed())).toBe('wrong');
  expect(await signingOf(read(PUBLISHED.split('\n').slice(0, 3).join('\n')), PUBLISHED_KEY)).toBe('unsigned');
});

test('several checkpoints in one text are told apart, and what is none is said to be none', () => {
  const root = toBase64(new Uint8Array(32));
  const text = `tizme/e/s/d/1\n3\n${root}\n\n— x AAAAAAA=\ntizme-TRAINING/e/s/d/2\n4\n${root}`;
  expect(readCheckpoints(text).map((found) => [found?.size, found?.signatures.length])).toEqual([
    [3, 1],
    [4, 0],
  ]);
  expect(readCheckpoints('hello')).toEqual([null]);
  expect(readCheckpoints(' \n')).toEqual([]);
  for (const wrong of [
    '',
    'a\n1',
    `a b\n1\n${root}`,
    `a\n01\n${root}`,
    'a\n1\nAAAA',
    `a\n1\n${root}\n- x y`,
  ]) {
    expect(readCheckpoint(wrong), wrong).toBe(null);
  }
});

test('only the one canonical form of a public part is read', () => {
  const hash = '5820'.concat('11'.repeat(32));
  const fields: [string, string][] = [
    ['v', '01'],
    ['seq', '1903e8'],
    ['kind', '656f74686572'],
    ['mock', 'f5'],
    ['prev', hash],
    ['epoch', '1a6b49d200'],
    ['device', '6164'],
    ['period', '00'],
    ['station', '6173'],
    ['election', '6165'],
    ['centreCommitment', hash],
    ['privateCommitment', hash],
  ];
  const encode = (list: readonly (readonly [string, string])[], map = 'ac'): Uint8Array =>
    bytes(
      map +
        list.map(([name, value]) => (0x60 + name.length).toString(16) + toHex(utf8(name)) + value).join(''),
    );
  expect(readPublicPart(encode(fields))).toMatchObject({
    seq: 1000,
    epoch: 1_800_000_000,
    kind: 'other',
    mock: true,
  });
  const changed = (name: string, value: string) =>
    encode(fields.map(([field, old]) => [field, field === name ? value : old] as const));
  for (const [name, wrong] of [
    ['a length that is not the shortest', changed('seq', '1a000003e8')],
    ['a number that is not the shortest', changed('period', '1800')],
    ['an unknown version', changed('v', '02')],
    ['an unknown kind', changed('kind', '656f74686573')],
    ['a short hash', changed('prev', '411100')],
    ['no truth value', changed('mock', 'f6')],
    ['keys out of order', encode([...fields.slice(1, 2), ...fields.slice(0, 1), ...fields.slice(2)])],
    ['a missing field', encode(fields.slice(0, 11), 'ab')],
    ['something after the end', Uint8Array.of(...encode(fields), 0)],
    ['text that is cut', encode(fields).subarray(0, 60)],
    ['an indefinite map', encode(fields, 'bf')],
    ['nothing', new Uint8Array()],
  ] as const) {
    expect(readPublicPart(wrong), name).toBe(null);
  }
});

import { expect, test } from 'vitest';
import { type BlockWrite, CutDisk } from './block-log.ts';

const write = (at: number, text: string, flags: Partial<BlockWrite> = {}): BlockWrite => ({
  at,
  bytes: Buffer.from(text),
  flush: false,
  forced: false,
  ...flags,
});
const flush = (): BlockWrite => write(0, '', { flush: true });
const WRITES = [
  write(0, 'a'),
  write(1, 'b'),
  flush(),
  write(2, 'c'),
  write(3, 'd', { forced: true }),
  write(0, 'e'),
];
const cut = (count: number, keeps: boolean): string =>
  new CutDisk(WRITES, 4)
    .image(count, () => (keeps ? 0 : 1))
    .toString('latin1')
    .replaceAll('\0', '.');

test('what was flushed or forced survives every cut; the rest only when the cache was lucky', () => {
  expect([cut(2, false), cut(2, true)]).toEqual(['....', 'ab..']);
  expect([cut(3, false), cut(3, true)]).toEqual(['ab..', 'ab..']);
  expect([cut(5, false), cut(5, true)]).toEqual(['ab.d', 'abcd']);
  expect([cut(6, false), cut(6, true)]).toEqual(['ab.d', 'ebcd']);
});

test('later cuts of the same disk start from what is certain, not from what an earlier cut was lucky with', () => {
  const disk = new CutDisk(WRITES, 4);
  expect(disk.image(2, () => 0).toString('latin1')).toContain('ab');
  expect(
    disk
      .image(4, () => 1)
      .toString('latin1')
      .replaceAll('\0', '.'),
  ).toBe('ab..');
});

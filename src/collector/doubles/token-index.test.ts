import { expect, test } from 'vitest';
import { seededRandom } from '../demo/demo-day.ts';
import { TokenIndex } from './token-index.ts';

function tokenOf(random: () => number): Uint8Array {
  return Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256));
}

test('of a hundred thousand tokens over several chunks, exactly the planted ones are shared', () => {
  const random = seededRandom(4);
  const index = new TokenIndex();
  const logs = ['0101', '0102'].map((station) => index.addLog({ device: `${station}-1`, epoch: 1, station }));
  const planted = new Map<number, Uint8Array>();
  const found = new Set<number>();
  for (let seq = 1; seq <= 100_000; seq += 1) {
    const again = seq > 50_000 && seq % 1000 === 0 ? planted.get(seq - 50_000) : undefined;
    const token = again ?? tokenOf(random);
    if (seq % 1000 === 0) planted.set(seq, token);
    const entry = index.add(logs[seq % 2] ?? 0, seq, false, token);
    if (index.isShared(entry)) found.add(seq);
  }
  expect(index.size).toBe(100_000);
  expect([...found]).toEqual(Array.from({ length: 50 }, (_, i) => 51_000 + i * 1000));
});

test('what shares a token is given newest first, with its place, up to a number', () => {
  const index = new TokenIndex();
  const log = { device: 'lane-1', epoch: 7, station: '0101' };
  const stands = index.addLog(log);
  const token = tokenOf(seededRandom(1));
  index.add(stands, 3, false, token);
  index.add(stands, 4, false, tokenOf(seededRandom(2)));
  const last = index.add(stands, 9, true, token);
  expect(index.sharing(last, 10)).toEqual([
    { ...log, token, seq: 9, isUndo: true },
    { ...log, token, seq: 3, isUndo: false },
  ]);
  expect(index.sharing(last, 1)).toHaveLength(1);
});

test('tokens that differ in one bit are different tokens', () => {
  const index = new TokenIndex();
  const log = index.addLog({ device: 'lane-1', epoch: 1, station: '0101' });
  for (let bit = 0; bit < 128; bit += 1) {
    const token = new Uint8Array(16);
    token[bit >> 3] = 1 << (bit & 7);
    expect(index.isShared(index.add(log, bit + 1, false, token))).toBe(false);
  }
});

import { expect, test } from 'vitest';
import { seededRandom } from '../demo/demo-day.ts';
import { TokenIndex } from './token-index.ts';

const act = { isUndo: false, settles: 0 };

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
    const entry = index.add(logs[seq % 2] ?? 0, { ...act, seq, token });
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
  index.add(stands, { ...act, seq: 3, token });
  index.add(stands, { ...act, seq: 4, token: tokenOf(seededRandom(2)) });
  index.add(stands, { seq: 134_217_727, isUndo: true, settles: 0, token });
  const last = index.add(stands, { ...act, seq: 9, settles: 15, token });
  expect(index.sharing(last, 10)).toEqual([
    { ...log, token, seq: 9, isUndo: false, settles: 15 },
    { ...log, token, seq: 134_217_727, isUndo: true, settles: 0 },
    { ...log, token, seq: 3, isUndo: false, settles: 0 },
  ]);
  expect(index.sharing(last, 1)).toHaveLength(1);
});

test('tokens that differ in one bit are different tokens', () => {
  const index = new TokenIndex();
  const log = index.addLog({ device: 'lane-1', epoch: 1, station: '0101' });
  for (let bit = 0; bit < 128; bit += 1) {
    const token = new Uint8Array(16);
    token[bit >> 3] = 1 << (bit & 7);
    expect(index.isShared(index.add(log, { ...act, seq: bit + 1, token }))).toBe(false);
  }
});

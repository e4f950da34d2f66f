import { describe, expect, it } from 'vitest';
import { HistoryIndex } from './history-index.ts';

const event = (seq: number, hash: string, prev: string, epoch = 1) => ({ lane: 1, epoch, seq, hash, prev });

function chain(...names: readonly string[]): HistoryIndex {
  const index = new HistoryIndex();
  names.forEach((name, position) => {
    index.add(event(position + 1, name, names[position - 1] ?? ''));
  });
  return index;
}

describe('the history of one lane', () => {
  it('is one chain that grows by what follows its head', () => {
    const index = chain('a', 'b', 'c');
    expect(index.heads()).toEqual([{ lane: 1, epoch: 1, seq: 3, hash: 'c' }]);
    expect(index.add(event(3, 'c', 'b'))).toBe('known');
    expect(index.add(event(5, 'e', 'd'))).toBe('gap');
    expect(index.add(event(4, 'd', 'b'))).toBe('gap');
    expect(index.way(event(3, 'c', ''), 1, 10)).toEqual(['b', 'c']);
    expect(index.way(event(3, 'c', ''), 0, 2)).toEqual(['a', 'b']);
  });

  it('keeps both sides where a copied disk went on differently', () => {
    const index = chain('a', 'b', 'c');
    expect(index.add(event(3, 'C', 'b'))).toBe('forked');
    expect(index.add(event(4, 'D', 'C'))).toBe('extended');
    expect(index.add(event(4, 'd', 'c'))).toBe('extended');
    expect(index.heads().map(({ hash }) => hash)).toEqual(['d', 'D']);
    expect(index.leadsTo(event(2, 'b', ''), event(4, 'D', ''))).toBe(true);
    expect(index.leadsTo(event(3, 'c', ''), event(4, 'D', ''))).toBe(false);
    expect(index.way(event(4, 'D', ''), 0, 10)).toEqual(['a', 'b', 'C', 'D']);
    expect(index.way(event(4, 'D', ''), 2, 10)).toEqual(['C', 'D']);
  });

  it('keeps both sides where they part at the very first event', () => {
    const index = chain('a', 'b');
    expect(index.add(event(1, 'A', ''))).toBe('forked');
    expect(index.heads().map(({ hash }) => hash)).toEqual(['b', 'A']);
  });

  it('tells epochs and lanes apart', () => {
    const index = chain('a');
    expect(index.add(event(1, 'x', 'a', 2))).toBe('extended');
    expect(index.has(event(1, 'x', '', 2))).toBe(true);
    expect(index.has(event(1, 'x', '', 1))).toBe(false);
    expect(index.has({ ...event(1, 'x', '', 2), lane: 2 })).toBe(false);
  });
});

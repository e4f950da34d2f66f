import { describe, expect, it } from 'vitest';
import { countAtRest, nothingLeft } from './left-behind.ts';

/** A process whose open files are counted one look after the other. */
function counting(...counts: readonly number[]) {
  let look = -1;
  return {
    count: () => counts[Math.min(look, counts.length - 1)] ?? 0,
    rest: async () => {
      look += 1;
    },
    looks: () => look + 1,
  };
}

const LEFT = { devices: ['a'], rounds: 50, filesLeaked: 0, memoryGrown: 0, heapGrown: 0, openFiles: [] };

describe('what rounds leave behind', () => {
  it('is nothing as long as no file, and no more memory than pools take, is held', () => {
    expect(nothingLeft(LEFT)).toBe(true);
    expect(nothingLeft({ ...LEFT, filesLeaked: 1 })).toBe(false);
    expect(nothingLeft({ ...LEFT, memoryGrown: 41 })).toBe(false);
    expect(nothingLeft({ ...LEFT, devices: ['a', 'b'], memoryGrown: 41 })).toBe(false);
    expect(nothingLeft({ ...LEFT, memoryGrown: 40, heapGrown: 4 })).toBe(true);
    expect(nothingLeft({ ...LEFT, heapGrown: 5 })).toBe(false);
  });
});

describe('the files that a process holds at rest', () => {
  it('are not those that a look for devices holds open for a moment', async () => {
    const { count, rest, looks } = counting(23, 24, 23, 22, 25);
    expect(await countAtRest(count, 22, rest)).toBe(22);
    expect(looks()).toBe(4);
  });

  it('are those that are never closed, however long one waits', async () => {
    const { count, rest, looks } = counting(25, 24, 23);
    expect(await countAtRest(count, 22, rest)).toBe(23);
    expect(looks()).toBe(60);
  });
});

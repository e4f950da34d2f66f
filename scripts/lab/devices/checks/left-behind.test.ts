import { describe, expect, it } from 'vitest';
import { countAtRest } from './left-behind.ts';

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

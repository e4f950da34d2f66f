import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeVoterList, encodeVoterList, VoterListWriter } from './voter-list.ts';
import { VoterMarks } from './voter-marks.ts';

const keys = fc
  .uniqueArray(fc.integer({ min: 1, max: 100_000 }), { maxLength: 60 })
  .map((list) => list.toSorted((a, b) => a - b));

describe('a list of voters', () => {
  it('gives back what was put in, a byte for each near neighbour', () => {
    fc.assert(
      fc.property(keys, (list) => {
        expect([...decodeVoterList(encodeVoterList(list))]).toEqual(list);
      }),
    );
    expect([...decodeVoterList(encodeVoterList([1, 0xffff_fffe]))]).toEqual([1, 0xffff_fffe]);
    expect(encodeVoterList(Array.from({ length: 1000 }, (_, at) => at + 1))).toHaveLength(1000);
  });

  it('takes the last key again, and no earlier one', () => {
    const writer = new VoterListWriter();
    for (const key of [5, 5, 9]) writer.add(key);
    expect([...decodeVoterList(writer.bytes())]).toEqual([5, 9]);
    expect(() => writer.add(8)).toThrow(RangeError);
  });

  it('cut short anywhere ends with its last whole key', () => {
    const bytes = encodeVoterList([1, 1000, 1_000_000]);
    for (let end = 0; end <= bytes.length; end += 1) {
      const read = [...decodeVoterList(bytes.subarray(0, end))];
      expect([1, 1000, 1_000_000].slice(0, read.length)).toEqual(read);
    }
  });
});

describe('marks of voters', () => {
  it('count and order as comparing every voter with every list would', () => {
    const fits = fc.integer({ min: 0, max: 40 });
    const words = fc.array(fc.array(fc.tuple(keys, fits), { maxLength: 3 }), { minLength: 1, maxLength: 3 });
    const marks = new VoterMarks(100_000);
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 3 }), (typed, wanted) => {
        const atLeast = Math.min(wanted, typed.length);
        marks.clear();
        const expected = new Map<number, number[]>();
        for (const [at, lists] of typed.entries()) {
          for (const [list, fit] of lists.toSorted((a, b) => a[1] - b[1])) {
            marks.add(at, encodeVoterList(list), fit, true);
            for (const voter of list) {
              const known = expected.get(voter) ?? [];
              known[at] ??= fit;
              expected.set(voter, known);
            }
          }
        }
        const best = [...expected]
          .map(([voter, known]) => ({ voter, known: Object.values(known) }))
          .filter(({ known }) => known.length >= atLeast)
          .map(({ voter, known }) => ({
            voter,
            fit: known.reduce((sum, fit) => sum + fit, 0) + 45 * (typed.length - known.length),
          }))
          .sort((a, b) => a.fit - b.fit || a.voter - b.voter)
          .map(({ voter }) => voter);
        expect(marks.count(atLeast)).toBe(best.length);
        expect(marks.best(typed.length, atLeast, 45, 10)).toEqual(best.slice(0, 10));
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { ServedRanges } from './served-ranges.ts';
import type { StationRange } from './station-range.ts';

const head = { lane: 1, epoch: 1, seq: 900, hash: 'aa'.repeat(32) };

function rangeFrom(seq: number): StationRange {
  return {
    ...{ lane: 1, epoch: 1, firstSeq: seq + 1, lastSeq: seq + 1, lastHash: 'bb'.repeat(32) },
    ...{ records: [], signature: new Uint8Array(64) },
  };
}

/** Serves and tells whether the log had to be read for it. */
function wasRead(served: ServedRanges, seq: number, { erasures = 0, hash = head.hash, most = 500 } = {}) {
  let read = false;
  const range = served.serve({ head: { ...head, hash }, seq, most }, erasures, () => {
    read = true;
    return rangeFrom(seq);
  });
  expect(range).toEqual(rangeFrom(seq));
  return read;
}

describe('a range of the own log', () => {
  it('is read once for all tables that lack the same', () => {
    const served = new ServedRanges();
    expect([0, 0, 0, 500, 500, 0].map((seq) => wasRead(served, seq))).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  it('is another one after another event, towards another head, or of another length', () => {
    const served = new ServedRanges();
    wasRead(served, 0);
    expect(wasRead(served, 1)).toBe(true);
    expect(wasRead(served, 0, { hash: 'cc'.repeat(32) })).toBe(true);
    expect(wasRead(served, 0, { most: 63 })).toBe(true);
  });

  it('is read again once something was erased', () => {
    const served = new ServedRanges();
    wasRead(served, 0);
    expect(wasRead(served, 0, { erasures: 1 })).toBe(true);
    expect(wasRead(served, 0, { erasures: 1 })).toBe(false);
  });

  it('that could not be read is tried again', () => {
    const served = new ServedRanges();
    const asked = { head, seq: 0, most: 500 };
    expect(served.serve(asked, 0, () => null)).toBeNull();
    expect(wasRead(served, 0)).toBe(true);
  });

  it('makes room for others: the four that were asked for last stay', () => {
    const served = new ServedRanges();
    for (const seq of [0, 1, 2, 3]) wasRead(served, seq);
    wasRead(served, 0);
    wasRead(served, 4);
    expect(wasRead(served, 0)).toBe(false);
    expect(wasRead(served, 1)).toBe(true);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tenureOf } from '../../../domain/lanes/tenure.ts';
import { unwrap } from '../../../domain/result.ts';
import { encodeCanonical } from '../../../ledger/canonical.ts';
import { decodeFrame, encodeFrame, FrameCutter, type LaneFrame, LONGEST_FRAME } from './lane-frame.ts';

const hash = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
const count = fc.integer({ min: 1, max: 2 ** 40 });
const head = fc.record({ lane: count, epoch: count, seq: count, hash });
const part = fc.uint8Array({ minLength: 1, maxLength: 80 });
const text = fc.string({ minLength: 1, maxLength: 40 });
const record = fc.record({
  publicBytes: part,
  centre: fc.record({ salt: part, bytes: part }),
  private: fc.record({ salt: part, bytes: part }),
});
const frame: fc.Arbitrary<LaneFrame> = fc.oneof(
  fc.record({
    type: fc.constant('lane' as const),
    ...{ protocol: count, version: text, election: text, station: text },
    ...{ mock: fc.boolean(), device: text, lane: count },
  }),
  fc.record({
    type: fc.constant('hello' as const),
    start: text,
    tenure: fc.constant(tenureOf(2, 1)),
    heads: fc.array(head, { maxLength: 4 }),
  }),
  fc.record({
    type: fc.constant('have' as const),
    tenure: fc.constant(tenureOf(2, 1)),
    heads: fc.array(head, { maxLength: 4 }),
  }),
  fc
    .record({ lane: count, epoch: count, first: fc.integer({ min: 1, max: 1e6 }), lastHash: hash })
    .chain(({ lane, epoch, first, lastHash }) =>
      fc
        .tuple(
          fc.array(record, { minLength: 1, maxLength: 5 }),
          fc.uint8Array({ minLength: 64, maxLength: 64 }),
        )
        .map(([records, signature]) => ({
          type: 'events' as const,
          range: {
            ...{ lane, epoch, lastHash, records, signature },
            firstSeq: first,
            lastSeq: first + records.length - 1,
          },
        })),
    ),
  fc.record({ type: fc.constant('stored' as const), head }),
  fc.record({
    type: fc.constant('ask' as const),
    ...{ request: count, voter: text, tenure: fc.constant(tenureOf(3, 0)) },
  }),
  fc.record({
    type: fc.constant('answer' as const),
    ...{ request: count, voter: text },
    answer: fc.oneof(
      fc.constant({ outcome: 'given' as const }),
      fc.record({ outcome: fc.constant('ask-lane' as const), lane: count }),
      fc.record({
        outcome: fc.constant('refused' as const),
        why: fc.constant('at-desk' as const),
        lane: count,
      }),
    ),
  }),
);

describe('frames between lanes', () => {
  it('are read as they were written, however the stream cuts them', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 50 }),
        (frames, size) => {
          const bytes = Buffer.concat(frames.map(encodeFrame));
          const cutter = new FrameCutter();
          cutter.longest = LONGEST_FRAME;
          const read: LaneFrame[] = [];
          for (let at = 0; at < bytes.length; at += size)
            for (const body of cutter.cut(new Uint8Array(bytes.subarray(at, at + size)))) {
              if (body === 'too-long') throw new Error('too long');
              read.push(unwrap(decodeFrame(body)));
            }
          expect(read).toEqual(frames);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it('are refused with a bit more, a bit less, or another type', () => {
    const ask = { type: 'ask', request: 1, voter: 'v', tenure: 2000 };
    expect(decodeFrame(encodeCanonical(ask)).ok).toBe(true);
    for (const wrong of [
      { ...ask, more: 1 },
      { ...ask, request: 0 },
      { ...ask, request: 1.5 },
      { ...ask, voter: '' },
      { ...ask, voter: 'x'.repeat(65) },
      { type: 'ask', request: 1, voter: 'v' },
      { ...ask, type: 'shout' },
      { type: 'answer', request: 1, voter: 'v', answer: { outcome: 'given', lane: 1 } },
      { type: 'answer', request: 1, voter: 'v', answer: { outcome: 'refused', why: 'because', lane: 1 } },
      { type: 'stored', head: [1, 1, 1, 'ABC'] },
    ])
      expect(decodeFrame(encodeCanonical(wrong)), JSON.stringify(wrong)).toEqual({
        ok: false,
        error: 'malformed',
      });
  });

  it('that claim to be longer than they may end the stream', () => {
    const cutter = new FrameCutter();
    expect([...cutter.cut(Uint8Array.of(0, 0, 4, 1))]).toEqual(['too-long']);
    expect([...new FrameCutter().cut(Uint8Array.of(0, 0, 0, 0))]).toEqual(['too-long']);
  });

  it('of random bytes are never taken for one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeFrame(bytes).ok).toBe(false);
      }),
      { seed: 2, numRuns: 5_000 },
    );
  });
});

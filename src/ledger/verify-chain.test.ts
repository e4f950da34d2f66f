import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assertDefined } from '../domain/assert.ts';
import { deviceKeyFromSeed } from './device-key.ts';
import {
  type ChainPoint,
  commitTo,
  encodePublicPart,
  hashEvent,
  type LedgerIdentity,
  NO_EVENT_HASH,
  type SaltedPart,
  saltPart,
} from './event.ts';
import { type SignedHead, signHead } from './head.ts';
import { type ChainRecord, verifyChain } from './verify-chain.ts';

const key = deviceKeyFromSeed(new Uint8Array(32).fill(1));
const identity: LedgerIdentity = { election: 'e-1', station: '0101', device: 'lane-1', mock: false };

interface Made extends ChainRecord {
  readonly publicBytes: Uint8Array;
  readonly centre: SaltedPart;
  readonly private: SaltedPart;
  readonly point: ChainPoint;
}

/** A chain of the given lengths, one per epoch. */
function makeChain(lengths: readonly number[], as: LedgerIdentity = identity): Made[] {
  const made: Made[] = [];
  lengths.forEach((length, i) => {
    for (let seq = 1; seq <= length; seq += 1) {
      const centre = saltPart({ n: seq });
      const privatePart = saltPart({ voter: `v-${seq}` });
      const epoch = i + 1;
      const publicBytes = encodePublicPart({
        ...as,
        v: 1,
        epoch,
        seq,
        kind: 'identification',
        period: 1,
        prev: made.at(-1)?.point.hash ?? NO_EVENT_HASH,
        centreCommitment: commitTo(centre),
        privateCommitment: commitTo(privatePart),
      });
      const point = { epoch, seq, hash: hashEvent(publicBytes) };
      made.push({ publicBytes, centre, private: privatePart, point });
    }
  });
  return made;
}

const headOf = (made: Made): SignedHead => signHead(key, identity, made.point);
const lastHead = (chain: readonly Made[]): SignedHead =>
  headOf(assertDefined(chain.at(-1), 'the last event'));

function verify(
  records: readonly ChainRecord[],
  heads: readonly SignedHead[],
  after: ChainPoint | null | 'anywhere' = null,
) {
  return verifyChain(records, key.publicKey, { identity, heads, after });
}

function faultsOf(
  records: readonly ChainRecord[],
  heads: readonly SignedHead[],
  after: ChainPoint | null | 'anywhere' = null,
) {
  const result = verify(records, heads, after);
  return result.ok ? [] : result.error;
}

const at = (chain: readonly Made[], i: number): Made => assertDefined(chain[i], 'an event');

describe('a sound chain', () => {
  test('verifies with one signature at its end, over epochs, with or without its parts', () => {
    const chain = makeChain([5, 3]);
    const verified = verify(chain, [lastHead(chain)]);
    expect(verified.ok && verified.value.map(({ epoch, seq }) => `${epoch}/${seq}`)).toEqual([
      '1/1',
      '1/2',
      '1/3',
      '1/4',
      '1/5',
      '2/1',
      '2/2',
      '2/3',
    ]);
    expect(
      verify(
        chain.map(({ publicBytes }) => ({ publicBytes })),
        chain.map(headOf),
      ).ok,
    ).toBe(true);
    expect(verify([], []).ok).toBe(true);
  });

  test('a range of it verifies where it continues, or alone', () => {
    const chain = makeChain([10]);
    const range = chain.slice(4, 8);
    expect(verify(range, [lastHead(range)], at(chain, 3).point).ok).toBe(true);
    expect(verify(range, [lastHead(range)], 'anywhere').ok).toBe(true);
  });
});

describe('whatever is changed is found and named', () => {
  test('any byte of any public part: that event and no other', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (length, which, where, flip) => {
          const chain = makeChain([length]);
          const heads = [lastHead(chain)];
          const index = which % length;
          const { publicBytes } = at(chain, index);
          const changed = publicBytes.map((byte, i) =>
            i === where % publicBytes.length ? byte ^ flip : byte,
          );
          const faults = faultsOf(chain.with(index, { ...at(chain, index), publicBytes: changed }), heads);
          // A flip inside the number itself moves the event; the place it left is then the fault.
          const seq = index + 1;
          expect(faults.length).toBeGreaterThan(0);
          const named = faults.some(
            (fault) =>
              ('seq' in fault && fault.seq === seq) ||
              (fault.code === 'gap' && fault.fromSeq <= seq && seq <= fault.toSeq) ||
              (fault.code === 'cut-tail' && fault.lastSeq < seq),
          );
          expect(named).toBe(true);
          const blamed = faults.filter(
            (fault) => fault.code === 'altered-event' || fault.code === 'malformed',
          );
          const moved = faults.some((fault) =>
            ['gap', 'duplicate', 'out-of-order', 'cut-tail'].includes(fault.code),
          );
          if (!moved) expect(blamed.map((fault) => 'seq' in fault && fault.seq)).toEqual([seq]);
        },
      ),
      { seed: 6, numRuns: 400 },
    );
  });

  test('any byte of a shown part or its salt', () => {
    fc.assert(
      fc.property(fc.nat(3), fc.nat(), fc.boolean(), fc.boolean(), (index, where, inSalt, isCentre) => {
        const chain = makeChain([4]);
        const part = isCentre ? 'centre' : 'private';
        const field = inSalt ? 'salt' : 'bytes';
        const shown = at(chain, index)[part];
        const bytes = shown[field].map((byte, i) => (i === where % shown[field].length ? byte ^ 0x10 : byte));
        const changed = { ...at(chain, index), [part]: { ...shown, [field]: bytes } };
        expect(faultsOf(chain.with(index, changed), [lastHead(chain)])).toEqual([
          { code: 'wrong-commitment', epoch: 1, seq: index + 1, part },
        ]);
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  test('an event whose hash was recomputed and whose successor was left as it was', () => {
    const chain = makeChain([5]);
    const forged = at(makeChain([5]), 2);
    expect(faultsOf(chain.with(2, { ...forged }), [lastHead(chain)])).toEqual([
      { code: 'altered-event', epoch: 1, seq: 3 },
    ]);
  });

  test('removed events, at the start, in the middle, at the end', () => {
    const chain = makeChain([6]);
    const heads = [lastHead(chain)];
    expect(faultsOf(chain.slice(2), heads)).toContainEqual({ code: 'gap', epoch: 1, fromSeq: 1, toSeq: 2 });
    expect(faultsOf(chain.toSpliced(2, 2), heads)).toEqual([{ code: 'gap', epoch: 1, fromSeq: 3, toSeq: 4 }]);
    expect(faultsOf(chain.slice(0, 4), heads)).toContainEqual({
      code: 'cut-tail',
      epoch: 1,
      lastSeq: 4,
      headSeq: 6,
    });
    expect(faultsOf([], heads)).toEqual([{ code: 'cut-tail', epoch: 1, lastSeq: 0, headSeq: 6 }]);
  });

  test('a tail that was cut, with the head of that place kept, against a head that somebody photographed', () => {
    const chain = makeChain([6]);
    const cut = chain.slice(0, 4);
    expect(faultsOf(cut, [lastHead(cut)])).toEqual([]);
    expect(faultsOf(cut, [lastHead(cut), lastHead(chain)])).toEqual([
      { code: 'cut-tail', epoch: 1, lastSeq: 4, headSeq: 6 },
    ]);
  });

  test('swapped and repeated records', () => {
    const chain = makeChain([5]);
    const heads = [lastHead(chain)];
    const swapped = chain.with(1, at(chain, 3)).with(3, at(chain, 1));
    expect(faultsOf(swapped, heads)).toEqual([
      { code: 'out-of-order', epoch: 1, seq: 4, position: 1 },
      { code: 'out-of-order', epoch: 1, seq: 2, position: 3 },
    ]);
    // Far from each other, and one that was moved: those are named, and not everything that lies between.
    const long = makeChain([60]);
    const far = long.with(9, at(long, 49)).with(49, at(long, 9));
    expect(faultsOf(far, [lastHead(long)])).toEqual([
      { code: 'out-of-order', epoch: 1, seq: 50, position: 9 },
      { code: 'out-of-order', epoch: 1, seq: 10, position: 49 },
    ]);
    const moved = [...long.slice(0, 4), ...long.slice(5, 50), at(long, 4), ...long.slice(50)];
    expect(faultsOf(moved, [lastHead(long)])).toEqual([
      { code: 'out-of-order', epoch: 1, seq: 5, position: 49 },
    ]);
    expect(faultsOf([...chain, at(chain, 0)], heads)).toEqual([
      { code: 'duplicate', epoch: 1, seq: 1, position: 5 },
    ]);
  });

  test('a rewritten history: both are signed, so the device itself forked', () => {
    const chain = makeChain([5]);
    const other = makeChain([5]);
    expect(faultsOf(other, [headOf(at(chain, 2)), lastHead(other)])).toEqual([
      { code: 'forked', epoch: 1, seq: 3 },
    ]);
  });

  test('a signature of another key, and a log that no head covers', () => {
    const chain = makeChain([4]);
    const stranger = deviceKeyFromSeed(new Uint8Array(32).fill(2));
    const forged = signHead(stranger, identity, at(chain, 3).point);
    expect(faultsOf(chain, [headOf(at(chain, 1)), forged])).toEqual([
      { code: 'wrong-signature', epoch: 1, seq: 4 },
      { code: 'unsigned-tail', epoch: 1, fromSeq: 3 },
    ]);
    expect(faultsOf(chain, [])).toEqual([{ code: 'unsigned-tail', epoch: 1, fromSeq: 1 }]);
  });

  test('a mock log shown as a real one, and a log of another station', () => {
    const mock = makeChain([1], { ...identity, mock: true });
    expect(faultsOf(mock, [lastHead(mock)])).toContainEqual({
      code: 'wrong-identity',
      epoch: 1,
      seq: 1,
      field: 'mock',
    });
    const elsewhere = makeChain([1], { ...identity, station: '0102' });
    expect(faultsOf(elsewhere, [lastHead(elsewhere)])).toContainEqual({
      code: 'wrong-identity',
      epoch: 1,
      seq: 1,
      field: 'station',
    });
  });

  test('a range that does not continue what is known', () => {
    const chain = makeChain([6]);
    const range = chain.slice(3);
    const other = { ...at(chain, 2).point, hash: new Uint8Array(32).fill(9) };
    expect(faultsOf(range, [lastHead(range)], other)).toEqual([{ code: 'broken-start', epoch: 1, seq: 4 }]);
  });
});

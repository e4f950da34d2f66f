import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeCanonical } from '../../ledger/canonical.ts';
import { createDeviceSeed, deviceKeyFromSeed } from '../../ledger/device-key.ts';
import { signHead } from '../../ledger/head.ts';
import { decodeUploadRange, encodeUploadRange } from '../../ledger/upload-range.ts';
import { verifyChain } from '../../ledger/verify-chain.ts';
import { DemoDevice, type DemoEvent } from '../demo/demo-device.ts';
import { checkRange } from './check-range.ts';
import { PublicPartReader, readRange } from './range-reader.ts';

const identified: DemoEvent = {
  kind: 'identification',
  period: 2,
  centre: { type: 'identified', method: 'fingerprint', sex: 'female', ageGroup: '26-35', hour: 9 },
};
const names = { election: 'mock-2026', station: '0101', device: 'lane-1' };

/** What the ledger's own functions say of the same bytes: the collector must never accept more. */
function ledgerAccepts(body: Uint8Array, device: DemoDevice): boolean {
  const decoded = decodeUploadRange(body);
  if (!decoded.ok) return false;
  const { records, identity, head, epoch, firstSeq } = decoded.value;
  const events = verifyChain(records, device.key.publicKey, { identity, heads: [head], after: 'anywhere' });
  return events.ok && events.value.every((event, i) => event.epoch === epoch && event.seq === firstSeq + i);
}

test('every range of a device is read the quick way, into exactly what the ledger reads', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 });
  const period = fc.constantFrom(0, 23, 24, 255, 256, 65_536, 2 ** 32);
  const kind = fc.constantFrom('identification' as const, 'undo' as const, 'other' as const);
  fc.assert(
    fc.property(sizes, period, kind, fc.string({ maxLength: 80 }), (ranges, number, event, text) => {
      const device = new DemoDevice(names);
      for (const size of ranges) {
        const centre = { type: text, list: [1, null, text] };
        const sent = device.commit(
          Array.from({ length: size }, () => ({ kind: event, period: number, centre })),
        );
        const body = encodeUploadRange(sent);
        expect(readRange(body)).toEqual(sent);
        const reader = new PublicPartReader(sent);
        const [first] = sent.records;
        expect(first && reader.read(first.publicBytes, sent.firstSeq)?.kind).toBe(event);
        expect(checkRange(body, device.key.publicKey)).toMatchObject({ status: 'verified', range: sent });
      }
    }),
    { numRuns: 25, seed: 8 },
  );
});

test('changed, cut, lengthened and mixed bytes: never accepted where the ledger refuses', () => {
  const device = new DemoDevice(names);
  const first = encodeUploadRange(device.commit([identified, { ...identified, kind: 'other', period: 300 }]));
  const second = encodeUploadRange(device.commit([identified, identified]));
  const edit = fc.record({ at: fc.nat(first.length - 1), to: fc.nat(255), cut: fc.nat(3), add: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), fc.boolean(), (edits, mixed) => {
      let body = new Uint8Array(first);
      for (const { at, to, cut, add } of edits) {
        const tail = body.subarray(Math.min(body.length, at + cut));
        const patch = mixed ? second.subarray(at, at + add) : new Uint8Array(add).fill(to);
        body = new Uint8Array(Buffer.concat([body.subarray(0, at), patch, tail]));
      }
      const accepted = checkRange(body, device.key.publicKey).status === 'verified';
      expect(accepted).toBe(ledgerAccepts(body, device));
    }),
    { numRuns: 3000, seed: 9 },
  );
});

test('forms of the same range that are not the canonical one are malformed', () => {
  const device = new DemoDevice(names);
  const body = encodeUploadRange(device.commit([identified]));
  const hex = Buffer.from(body).toString('hex');
  // The map's length in two bytes, an indefinite array, the version as a longer number.
  for (const [from, to] of [
    ['ab61', 'b80b61'],
    ['677265636f72647381', '677265636f7264739f'],
    ['617601', '61761801'],
  ] as const) {
    expect(hex).toContain(from);
    const changed = new Uint8Array(Buffer.from(hex.replace(from, to), 'hex'));
    expect(readRange(changed)).toBeNull();
    expect(checkRange(changed, device.key.publicKey)).toEqual({ status: 'malformed' });
  }
});

test('a range that another key signed is faulty, and names why; without a key nothing is verified', () => {
  const device = new DemoDevice(names);
  const stranger = deviceKeyFromSeed(createDeviceSeed());
  const range = device.commit([identified]);
  const forged = { ...range, head: signHead(stranger, range.identity, range.head) };
  expect(checkRange(encodeUploadRange(forged), device.key.publicKey)).toMatchObject({
    status: 'faulty',
    faults: expect.arrayContaining(['wrong-signature']),
  });
  expect(checkRange(encodeUploadRange(range), null)).toMatchObject({ status: 'faulty', faults: [] });
  expect(checkRange(encodeCanonical({ v: 1 }), device.key.publicKey)).toEqual({ status: 'malformed' });
});

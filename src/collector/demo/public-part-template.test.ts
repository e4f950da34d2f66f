import { expect, test } from 'vitest';
import { EVENT_KINDS, encodePublicPart, sha256 } from '../../ledger/event.ts';
import { PublicPartTemplate } from './public-part-template.ts';

test('the bytes are those of the ledger’s own encoder, whatever the number, kind and period', () => {
  const identity = { election: 'mock-cseq', station: '1001', device: '1001-1', mock: true };
  const template = new PublicPartTemplate(identity, 1);
  const hashOf = (what: string, seq: number): Uint8Array => sha256(Buffer.from(`${what} ${seq}`));
  for (const seq of [1, 2, 23, 24, 25, 255, 256, 257, 1000, 65_535, 65_536, 1_000_000]) {
    for (const kind of EVENT_KINDS) {
      for (const period of [0, 5, 30]) {
        const fields = {
          ...{ seq, kind, period, prev: hashOf('prev', seq) },
          centreCommitment: hashOf('centre', seq),
          privateCommitment: hashOf('private', seq),
        };
        const encoded = encodePublicPart({ ...identity, v: 1, epoch: 1, ...fields });
        // A second time it is filled in, not made.
        for (let time = 0; time < 2; time += 1) expect(template.encode(fields)).toEqual(encoded);
      }
    }
  }
});

import { encodePublicPart, HASH_BYTES, type LedgerIdentity, type PublicPart } from '../../ledger/event.ts';

/** What differs from one event of a device to the next. */
export type EventFields = Pick<
  PublicPart,
  'seq' | 'kind' | 'period' | 'prev' | 'centreCommitment' | 'privateCommitment'
>;

interface Template {
  readonly bytes: Uint8Array;
  /** Of the argument of `seq`, and how many bytes it has: none where the head itself is the number. */
  readonly seqAt: number;
  readonly seqBytes: number;
  readonly prevAt: number;
  readonly centreAt: number;
  readonly privateAt: number;
}

/** The key `seq` as RFC 8949 encodes it; nothing before it but the version. */
const SEQ_KEY = 'cseq';

/**
 * Public parts of one device's epoch, encoded once and filled in again: the same bytes as `encodePublicPart`, in a tenth of the
 * time. For whoever plays ten thousand laptops on one machine.
 */
export class PublicPartTemplate {
  readonly #identity: LedgerIdentity;
  readonly #epoch: number;
  readonly #templates = new Map<string, Template>();

  constructor(identity: LedgerIdentity, epoch: number) {
    this.#identity = identity;
    this.#epoch = epoch;
  }

  encode(fields: EventFields): Uint8Array {
    const { seq, kind, period } = fields;
    const seqBytes = argumentBytes(seq);
    const name = `${kind}/${period}/${seqBytes === 0 ? seq : `of ${seqBytes}`}`;
    const template = this.#templates.get(name) ?? this.#make(fields, seqBytes);
    this.#templates.set(name, template);
    const bytes = template.bytes.slice();
    let left = seq;
    for (let i = seqBytes - 1; i >= 0; i -= 1) {
      bytes[template.seqAt + i] = left % 256;
      left = Math.floor(left / 256);
    }
    bytes.set(fields.prev, template.prevAt);
    bytes.set(fields.centreCommitment, template.centreAt);
    bytes.set(fields.privateCommitment, template.privateAt);
    return bytes;
  }

  #make({ seq, kind, period }: EventFields, seqBytes: number): Template {
    const [prev, centreCommitment, privateCommitment] = [0xf9, 0xfa, 0xfb].map((byte) =>
      new Uint8Array(HASH_BYTES).fill(byte),
    ) as [Uint8Array, Uint8Array, Uint8Array];
    const bytes = encodePublicPart({
      ...{ ...this.#identity, v: 1, epoch: this.#epoch, seq, kind, period },
      ...{ prev, centreCommitment, privateCommitment },
    });
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return {
      ...{ bytes, seqBytes, seqAt: text.indexOf(SEQ_KEY) + SEQ_KEY.length + 1 },
      prevAt: text.indexOf(prev),
      centreAt: text.indexOf(centreCommitment),
      privateAt: text.indexOf(privateCommitment),
    };
  }
}

/** Of an unsigned number beside its head (RFC 8949 section 3). */
function argumentBytes(value: number): number {
  if (value < 24) return 0;
  if (value < 2 ** 8) return 1;
  return value < 2 ** 16 ? 2 : 4;
}

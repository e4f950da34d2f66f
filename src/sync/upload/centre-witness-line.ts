import { centreWitnessName, parseTreeHead } from '../../ledger/checkpoint.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { cosignedAt } from '../../ledger/notes/cosignature.ts';
import { ED25519_COSIGNATURE, splitNote } from '../../ledger/notes/signed-note.ts';
import type { CollectorClient } from './collector-client.ts';
import { offeredCheckpointText } from './upload-protocol.ts';

/** What asking for a countersignature needs of the ledger. */
export type WitnessedLedger = Pick<
  Ledger,
  'identity' | 'epoch' | 'head' | 'checkpoint' | 'askWitness' | 'cosigned' | 'keepCosigned' | 'signExport'
>;

export type CountersignOutcome =
  /** The newest checkpoint has the centre's line, now or before. */
  | 'countersigned'
  /** The centre countersigned another history of this log: an old copy of the disk, or two disks in use. */
  | 'other-history'
  /** What it answered is not its signature over this checkpoint. */
  | 'wrong-signature'
  /** It can't be reached, is busy, knows no such address or no such device: another time. */
  | 'not-now';

/** The centre as one device's witness: shows it the newest checkpoint, and keeps what it signed. */
export class CentreWitnessLine {
  readonly #ledger: WitnessedLedger;
  readonly #client: CollectorClient;
  /** The centre's key as it was provisioned; null: its line is kept unverified, as its receipts are. */
  readonly #centreKey: Uint8Array | null;

  constructor(ledger: WitnessedLedger, client: CollectorClient, centreKey: Uint8Array | null) {
    this.#ledger = ledger;
    this.#client = client;
    this.#centreKey = centreKey;
  }

  async countersign(): Promise<CountersignOutcome> {
    const head = this.#ledger.head();
    if (head === null) return 'countersigned';
    const signedSize = this.#signedSize();
    if (signedSize === head.seq) return 'countersigned';
    const answer = await this.#offer(Math.min(signedSize, head.seq));
    if (typeof answer === 'string') return answer;
    // It remembers more than this laptop knows of, or is elsewhere after another lane's disk was put back.
    const { size } = this.#ledger.checkpoint();
    if (answer.size > size) return 'other-history';
    const again = await this.#offer(answer.size);
    return typeof again === 'string' ? again : 'not-now';
  }

  /** @returns Where the proof has to begin instead, if it doesn't begin there. */
  async #offer(oldSize: number): Promise<CountersignOutcome | { readonly size: number }> {
    const { note } = this.#ledger.checkpoint();
    const request = this.#ledger.askWitness(oldSize);
    if (!request.ok) return 'not-now';
    const signature = this.#ledger.signExport(offeredCheckpointText(request.value));
    const answer = await this.#client.offerCheckpoint(request.value, signature);
    switch (answer.status) {
      case 'signed':
        return this.#keep(note, answer.line);
      case 'other-size':
        return { size: answer.size };
      case 'forked':
        return 'other-history';
      default:
        return 'not-now';
    }
  }

  #keep(note: string, line: string): CountersignOutcome {
    const cosigned = `${note}${line}`;
    if (!this.#isCentres(cosigned)) return 'wrong-signature';
    const kept = this.#ledger.keepCosigned('centre', cosigned);
    return kept.ok && kept.value ? 'countersigned' : 'not-now';
  }

  #isCentres(cosigned: string): boolean {
    const split = splitNote(cosigned);
    if (!split.ok || split.value.signatures.length !== 2) return false;
    const name = centreWitnessName(this.#ledger.identity);
    if (this.#centreKey === null) return split.value.signatures[1]?.name === name;
    const centre = { name, type: ED25519_COSIGNATURE, publicKey: this.#centreKey } as const;
    return cosignedAt(split.value, centre) !== null;
  }

  /** Up to where the centre signed this epoch's log, as far as this laptop keeps it. */
  #signedSize(): number {
    const cosigned = this.#ledger.cosigned('centre');
    const { origin } = this.#ledger.checkpoint();
    for (const note of cosigned.ok ? cosigned.value : []) {
      const split = splitNote(note);
      const head = split.ok ? parseTreeHead(split.value.text) : split;
      if (head.ok && head.value.origin === origin) return head.value.size;
    }
    return 0;
  }
}

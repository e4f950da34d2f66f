import type { Unsubscribe } from '../../domain/devices.ts';
import { err } from '../../domain/result.ts';
import { isAddressCode } from '../../sync/lanes/transport/reachable-addresses.ts';
import type { ChipReading, StationContext, ZoneReading } from '../context.ts';

export interface DocumentFeedOutcome {
  /** A document is being read. */
  reading(): void;
  /** A document was read: its zone, and its chip where it has one that answers. */
  read(zone: ZoneReading, chip: ChipReading | null): void;
  failed(code: 'mrz-invalid' | 'card-lost'): void;
}

/**
 * Documents come as text (MRZ reader, or a reader that types) and as a card in reach. The zone opens the chip,
 * so a chip is read when both are there; a zone alone finds the voter too, and the ledger says which it was.
 */
export class DocumentFeed {
  readonly #context: StationContext;
  readonly #outcome: DocumentFeedOutcome;
  #cardPresent = false;
  /** A zone that came before its card. */
  #waiting: { readonly lines: readonly string[]; readonly zone: ZoneReading } | null = null;
  #busy = false;
  #stopped = false;
  readonly #unsubscribe: readonly Unsubscribe[];

  constructor(context: StationContext, outcome: DocumentFeedOutcome) {
    this.#context = context;
    this.#outcome = outcome;
    this.#unsubscribe = [
      context.devices.mrzReader.onText((lines) => this.text(lines)),
      context.devices.cardReader.onCard((present) => this.#card(present)),
    ];
  }

  stop(): void {
    this.#stopped = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  /**
   * What a reader read: a document's zone, or the code of another table's screen, which the same readers read.
   * @returns false when it is neither.
   */
  text(lines: readonly string[]): boolean {
    const text = lines.join(' ');
    if (!isAddressCode(text)) return this.#zone(lines);
    this.#context.lanes.scan(text);
    return true;
  }

  #zone(lines: readonly string[]): boolean {
    const zone = this.#context.documents.readZone(lines);
    if (!zone.ok) {
      this.#outcome.failed('mrz-invalid');
      return false;
    }
    this.#waiting = { lines, zone: zone.value };
    if (this.#cardPresent) void this.#readChip();
    else {
      this.#waiting = null;
      this.#outcome.read(zone.value, null);
    }
    return true;
  }

  #card(present: boolean): void {
    this.#cardPresent = present;
    if (!present) {
      this.#waiting = null;
      return;
    }
    this.#outcome.reading();
    if (this.#waiting !== null) void this.#readChip();
  }

  async #readChip(): Promise<void> {
    const waiting = this.#waiting;
    if (waiting === null || this.#busy) return;
    this.#waiting = null;
    this.#busy = true;
    this.#outcome.reading();
    try {
      const connected = await this.#context.devices.cardReader.connect();
      const chip = connected.ok
        ? await this.#context.documents.readChip(connected.value, waiting.lines)
        : err(connected.error.code === 'card-lost' ? ('card-lost' as const) : ('card-problem' as const));
      if (this.#stopped) return;
      if (chip.ok) this.#outcome.read(waiting.zone, chip.value);
      else if (chip.error === 'card-lost') this.#outcome.failed('card-lost');
      else {
        // A chip that doesn't answer takes nobody's vote: the zone finds the voter, and the ledger says so.
        this.#context.problem('card-problem');
        this.#outcome.read(waiting.zone, null);
      }
    } finally {
      this.#busy = false;
    }
  }
}

import type { CborRecord } from '../../ledger/canonical.ts';
import type { Place } from '../../ledger/ledger-tables.ts';
import type { ReadableStore } from '../../store/store.ts';
import { type PinRecords, pinRecords, readPinHashes } from '../people/pin-records.ts';
import type { TableFault } from './compare-with-log.ts';

interface PinByLog {
  readonly record: string;
  /** The event since which it counts. */
  readonly place: Place;
}

/** Which PINs count by the log, event by event. */
export class PinsByLog {
  /** By person; null until the log says so, and again after a program that changed one and didn't. */
  known: ReadonlyMap<string, PinByLog> | null = null;
  /** Who has another PIN than the letter says, and since which event; null where a program left it open. */
  own: Map<string, Place> | null = new Map();

  hear({ type, pins, person }: CborRecord, place: Place): void {
    switch (type) {
      case 'program-started':
        if (pins !== undefined) this.#say(pins as PinRecords, place);
        return;
      case 'pin-changed':
      case 'pin-renewed':
        if (!this.own?.has(String(person))) this.own?.set(String(person), place);
        this.#hear(pins as PinRecords | undefined, place);
        return;
      case 'package-replaced':
        this.#hear(pins as PinRecords | undefined, place);
        // Who isn't named any more has none.
        for (const id of this.own?.keys() ?? []) if (this.known?.has(id) === false) this.own?.delete(id);
        return;
    }
  }

  #hear(pins: PinRecords | undefined, place: Place): void {
    if (pins !== undefined) {
      this.#say(pins, place);
      return;
    }
    this.known = null;
    this.own = null;
  }

  #say(pins: PinRecords, place: Place): void {
    const before = this.known;
    this.known = new Map(
      Object.entries(pins).map(([person, record]) => {
        const stood = before?.get(person);
        return [person, stood?.record === record ? stood : { record, place }];
      }),
    );
  }
}

/** The PINs that the file has, and who chose one, against the log; each named by the event since which it counts. */
export function comparePins(store: ReadableStore, { known, own }: PinsByLog): TableFault[] {
  const faults: TableFault[] = [];
  if (known !== null) {
    const there = pinRecords(readPinHashes(store));
    for (const [row, { record, place }] of known) {
      const fault = { table: 'person_pin', row, place } as const;
      if (there[row] === undefined) faults.push({ ...fault, what: 'missing' });
      else if (there[row] !== record) faults.push({ ...fault, what: 'changed', columns: ['hash'] });
    }
    for (const row of Object.keys(there))
      if (!known.has(row)) faults.push({ table: 'person_pin', what: 'not-in-log', row, place: null });
  }
  if (own === null) return faults;
  const chosen = new Set(
    store.all<{ id: string }>('SELECT person_id AS id FROM own_pin').map(({ id }) => id),
  );
  for (const [row, place] of own)
    if (!chosen.has(row)) faults.push({ table: 'own_pin', what: 'missing', row, place });
  for (const row of chosen)
    if (!own.has(row)) faults.push({ table: 'own_pin', what: 'not-in-log', row, place: null });
  return faults;
}

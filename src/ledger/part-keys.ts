import { createSecretKey, type KeyObject } from 'node:crypto';
import { assertDefined } from '../domain/assert.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { openRecord, randomKey, sealRecord } from '../store/keys.ts';
import type { ReadableStore, WritableStore } from '../store/store.ts';
import { type ChainPoint, type EventPart, SALT_BYTES, type SaltedPart } from './event.ts';

type Place = Pick<ChainPoint, 'epoch' | 'seq'>;

/** A part that is sealed under the key of number `keyId`. */
export interface SealedPart {
  readonly keyId: number;
  readonly sealed: Uint8Array;
}

export type OpenPartError =
  /** The key was destroyed, and with it every part sealed under it. */
  { readonly code: 'erased' } | { readonly code: 'part-damaged' };

/** The key table: centre parts and private parts under keys of their own, each erasable alone. */
export class PartKeys {
  readonly #keys = new Map<number, KeyObject>();
  readonly #current = new Map<EventPart, number>();

  /** To be called in a transaction: makes a key for each part that has none that still lives. */
  prepare(store: WritableStore): void {
    this.load(store);
    for (const part of ['centre', 'private'] as const) {
      if (this.#current.has(part)) continue;
      store.run('INSERT INTO ledger_part_key (part, key) VALUES (?, ?)', [part, randomKey()]);
    }
    this.load(store);
  }

  load(store: ReadableStore): void {
    this.#keys.clear();
    this.#current.clear();
    const rows = store.all<{ id: number; part: EventPart; key: Uint8Array | null }>(
      'SELECT id, part, key FROM ledger_part_key ORDER BY id',
    );
    for (const { id, part, key } of rows) {
      if (key === null) continue;
      this.#keys.set(id, createSecretKey(key));
      key.fill(0);
      this.#current.set(part, id);
    }
  }

  seal(part: EventPart, place: Place, { salt, bytes }: SaltedPart): SealedPart {
    const keyId = assertDefined(this.#current.get(part), `a key for the ${part} part`);
    const key = assertDefined(this.#keys.get(keyId), `a key for the ${part} part`);
    return { keyId, sealed: sealRecord(key, Buffer.concat([salt, bytes]), associate(part, place)) };
  }

  open(part: EventPart, place: Place, { keyId, sealed }: SealedPart): Result<SaltedPart, OpenPartError> {
    const key = this.#keys.get(keyId);
    if (key === undefined) return err({ code: 'erased' });
    const plain = openRecord(key, sealed, associate(part, place));
    if (!plain.ok) return err({ code: 'part-damaged' });
    return ok({ salt: plain.value.subarray(0, SALT_BYTES), bytes: plain.value.subarray(SALT_BYTES) });
  }

  /** To be called in a transaction; the store's checkpoint must follow, so that the log forgets the key too. */
  erase(store: WritableStore, part: EventPart): void {
    store.run('UPDATE ledger_part_key SET key = NULL WHERE part = ?', [part]);
  }
}

/** Binds a sealed part to its event: moved to another one, it doesn't open. */
function associate(part: EventPart, { epoch, seq }: Place): Uint8Array {
  return Buffer.from(`tizme ledger ${part} part v1 ${epoch}/${seq}`, 'utf8');
}

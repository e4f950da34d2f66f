import { randomBytes } from 'node:crypto';
import { encodeCanonical } from '../../ledger/canonical.ts';
import { createDeviceSeed, type DeviceKey, deviceKeyFromSeed } from '../../ledger/device-key.ts';
import {
  commitTo,
  type EventKind,
  hashEvent,
  type LedgerIdentity,
  NO_EVENT_HASH,
  type PartFields,
  SALT_BYTES,
  sha256,
} from '../../ledger/event.ts';
import { signHead } from '../../ledger/head.ts';
import type { UploadRange, WireRecord } from '../../ledger/upload-range.ts';
import { PublicPartTemplate } from './public-part-template.ts';

export interface DemoEvent {
  readonly kind: EventKind;
  readonly period: number;
  readonly centre: PartFields;
}

/**
 * A lane without a laptop: its log is made as a ledger makes it, hashed, linked and signed, but only the end of it
 * is remembered. For demonstrations and measurements, which need ten thousand of them.
 */
export class DemoDevice {
  readonly identity: LedgerIdentity;
  readonly key: DeviceKey;
  readonly #template: PublicPartTemplate;
  #seq = 0;
  #hash = NO_EVENT_HASH;

  constructor(
    {
      mock = true,
      ...names
    }: Pick<LedgerIdentity, 'election' | 'station' | 'device'> & { readonly mock?: boolean },
    key: DeviceKey = deviceKeyFromSeed(createDeviceSeed()),
  ) {
    this.identity = { ...names, mock };
    this.#template = new PublicPartTemplate(this.identity, 1);
    this.key = key;
  }

  /** The next events of the log, at least one, as the range that goes to the centre. */
  commit(events: readonly DemoEvent[]): UploadRange {
    const firstSeq = this.#seq + 1;
    // Drawn together, and parts not read back as a ledger does: a machine that plays ten thousand laptops has the
    // processor of one.
    const salts = new Uint8Array(randomBytes(SALT_BYTES * events.length));
    const records = events.map((event, i) =>
      this.#append(event, salts.subarray(SALT_BYTES * i, SALT_BYTES * (i + 1))),
    );
    const point = { epoch: 1, seq: this.#seq, hash: this.#hash };
    return {
      identity: this.identity,
      epoch: 1,
      firstSeq,
      lastSeq: this.#seq,
      records,
      head: signHead(this.key, this.identity, point),
    };
  }

  #append({ kind, period, centre: fields }: DemoEvent, salt: Uint8Array): WireRecord {
    const centre = { salt, bytes: encodeCanonical(fields) };
    this.#seq += 1;
    const publicBytes = this.#template.encode({
      seq: this.#seq,
      kind,
      period,
      prev: this.#hash,
      centreCommitment: commitTo(centre),
      // Nobody stands behind it: what it is committed to is only as random as a part would be.
      privateCommitment: sha256(centre.salt),
    });
    this.#hash = hashEvent(publicBytes);
    return { publicBytes, centre };
  }
}

import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { assertDefined } from '../../src/domain/assert.ts';
import { encodePublicPart, HASH_BYTES, hashEvent, type LedgerIdentity } from '../../src/ledger/event.ts';
import { NationTree } from '../../src/ledger/heads-tree.ts';

/** As many as a national day may have: 10,000 laptops in 2,620 stations. */
const DEVICES = 10_000;
const STATIONS = 2_620;
const EPOCH = 1_800_752_400;
const BLOCK = 8 * 1024 * 1024;

/** The public parts of every event of a nation in a file: a length of 2 bytes, then the bytes, log after log. */
export interface NationalFile {
  readonly file: string;
  readonly devices: readonly { readonly identity: LedgerIdentity; readonly events: number }[];
}

/** Draws the events: every byte as it would be, except that commitments and links are random. Not part of what is timed. */
export function drawNation(
  directory: string,
  events: number,
  onDrawn: (events: number) => void,
): NationalFile {
  const file = join(directory, 'national-events');
  const descriptor = openSync(file, 'w');
  const perDevice = Math.ceil(events / DEVICES);
  const devices: { identity: LedgerIdentity; events: number }[] = [];
  let drawn = 0;
  for (let number = 0; drawn < events; number += 1) {
    const identity = {
      election: 'parliament-2027',
      station: String(1000 + (number % STATIONS)),
      device: `lane-${1 + Math.floor(number / STATIONS)}-${String(10_000_000 + number)}`,
      mock: false,
    };
    const count = Math.min(perDevice, events - drawn);
    writeSync(descriptor, drawLog(identity, count));
    devices.push({ identity, events: count });
    drawn += count;
    if (number % 100 === 0) onDrawn(drawn);
  }
  closeSync(descriptor);
  return { file, devices };
}

function drawLog(identity: LedgerIdentity, events: number): Buffer {
  const pieces: Uint8Array[] = [];
  const random = randomBytes(HASH_BYTES * 3 * events);
  for (let i = 0; i < events; i += 1) {
    const hash = (n: number): Uint8Array =>
      random.subarray((3 * i + n) * HASH_BYTES, (3 * i + n + 1) * HASH_BYTES);
    const bytes = encodePublicPart({
      ...identity,
      v: 1,
      epoch: EPOCH,
      seq: i + 1,
      kind: i % 7 === 0 ? 'identification' : 'other',
      period: 8 + Math.floor((12 * i) / events),
      prev: hash(0),
      centreCommitment: hash(1),
      privateCommitment: hash(2),
    });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    pieces.push(length, bytes);
  }
  return Buffer.concat(pieces);
}

/** Reads every event, hashes it, and builds the trees of devices, stations and nation. @returns root and seconds */
export function nationalRoot(nation: NationalFile): {
  readonly rootBase64: string;
  readonly seconds: number;
} {
  const started = performance.now();
  const tree = new NationTree({ election: 'parliament-2027', mock: false });
  const events = readRecords(nation.file);
  for (const { identity, events: count } of nation.devices) {
    const log = tree.logTree(identity, EPOCH);
    for (let i = 0; i < count; i += 1) {
      log.append(hashEvent(assertDefined(events.next().value ?? undefined, 'an event')));
    }
  }
  const { rootBase64 } = tree.head();
  const seconds = (performance.now() - started) / 1000;
  rmSync(nation.file);
  return { rootBase64, seconds };
}

function* readRecords(file: string): Generator<Uint8Array, undefined> {
  const descriptor = openSync(file, 'r');
  let rest = Buffer.alloc(0);
  for (;;) {
    const block = Buffer.alloc(BLOCK);
    const read = readSync(descriptor, block, 0, BLOCK, null);
    if (read === 0) break;
    const bytes = Buffer.concat([rest, block.subarray(0, read)]);
    let at = 0;
    while (at + 2 <= bytes.length) {
      const end = at + 2 + bytes.readUInt16BE(at);
      if (end > bytes.length) break;
      yield bytes.subarray(at + 2, end);
      at = end;
    }
    rest = bytes.subarray(at);
  }
  closeSync(descriptor);
}

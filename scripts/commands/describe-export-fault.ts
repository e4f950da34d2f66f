import { basename } from 'node:path';
import { throwIllegalValue } from '../../src/domain/assert.ts';
import type { ExportFault } from '../../src/ledger/verify-export.ts';

/** What an observer does with a difference, whatever it is. */
export const WHAT_TO_DO =
  'It does not match. Keep a copy of the folder as it is, change nothing in it, and show these lines and the ' +
  'photographs to the commission and the one above it.';

/** An epoch is one uninterrupted life of a device's log; in it events are numbered from 1. */
function event({ epoch, seq }: { readonly epoch: number; readonly seq: number }): string {
  return `event ${seq} of epoch ${epoch}`;
}

/** A checkpoint by its number, and by the file that it was given in. */
export function nameCheckpoint(number: number | string, files: readonly string[]): string {
  if (typeof number === 'string') return `the checkpoint that others countersigned (${number})`;
  if (number === 0) return 'the export’s own checkpoint.txt';
  const file = files[number - 1];
  return file === undefined ? `checkpoint ${number}` : `checkpoint ${number} (${basename(file)})`;
}

/**
 * One fault in a sentence: which file, which line or event, which checkpoint.
 * @param files Those of the checkpoints that were given, in their order.
 */
export function describeFault(fault: ExportFault, files: readonly string[] = []): string {
  const checkpoint = ({ number }: { readonly number: number | string }) => nameCheckpoint(number, files);
  switch (fault.code) {
    case 'missing-file':
      return `${fault.file} is missing.`;
    case 'unexpected-file':
      return `${fault.file} does not belong to this export.`;
    case 'wrong-sum':
      return `${fault.file} is not as it was exported: its sum differs.`;
    case 'malformed-file':
      return `${fault.file} can’t be read.`;
    case 'malformed-line':
      return `${fault.file}, line ${fault.line} can’t be read.`;
    case 'wrong-label':
      return `${fault.file}, line ${fault.line} names another event than the one inside it.`;
    case 'wrong-manifest-signature':
      return 'manifest.json: the device’s signature in manifest.json.sig does not hold.';
    case 'wrong-sums-signature':
      return 'SHA256SUMS: the minisign signature in SHA256SUMS.minisig does not hold.';
    case 'wrong-key':
      return 'The log is signed by another key than the published one.';
    case 'wrong-count':
      return `events.jsonl holds ${fault.found} events; the manifest says ${fault.manifest}.`;
    case 'wrong-receipt':
      return `receipts.jsonl: the centre’s receipt for ${event(fault)} does not hold.`;
    case 'wrong-cosignature':
      return `${fault.file}: the centre’s countersignature does not hold.`;
    case 'wrong-training-mark':
      return 'TRAINING.txt and the manifest disagree on whether this is a mock election.';
    case 'malformed':
      return `${event(fault)} can’t be read.`;
    case 'wrong-identity':
      return `${event(fault)} is of another ${fault.field === 'mock' ? 'kind of election (mock or real)' : fault.field}.`;
    case 'gap':
      return fault.fromSeq === fault.toSeq
        ? `event ${fault.fromSeq} of epoch ${fault.epoch} is missing.`
        : `events ${fault.fromSeq} to ${fault.toSeq} of epoch ${fault.epoch} are missing.`;
    case 'duplicate':
      return `${event(fault)} is there twice.`;
    case 'out-of-order':
      return `${event(fault)} does not stand in its place.`;
    case 'altered-event':
      return `${event(fault)} was changed.`;
    case 'broken-start':
      return `${event(fault)} does not go on from the event before it.`;
    case 'wrong-signature':
      return `the device’s signature at ${event(fault)} does not hold.`;
    case 'forked':
      return `two signed histories disagree about ${event(fault)}.`;
    case 'cut-tail':
      return fault.lastSeq === 0
        ? `the end of the log was cut off: epoch ${fault.epoch} is missing, ${fault.headSeq} events were signed.`
        : `the end of the log was cut off after ${event({ epoch: fault.epoch, seq: fault.lastSeq })}: ${fault.headSeq} events were signed.`;
    case 'unsigned-tail':
      return `no signature covers the events from ${fault.fromSeq} of epoch ${fault.epoch} on.`;
    case 'damaged-part':
      return `the ${fault.part} part of ${event(fault)} is damaged.`;
    case 'wrong-commitment':
      return `the ${fault.part} part of ${event(fault)} was changed.`;
    case 'checkpoint-malformed':
      return `${checkpoint(fault)} is no checkpoint: compare its three lines with the photograph.`;
    case 'checkpoint-not-signed':
      return `${checkpoint(fault)}: its signature is not this device’s.`;
    case 'checkpoint-of-other-log':
      return `${checkpoint(fault)} is of another log (${fault.origin}): check it with that device’s folder.`;
    case 'checkpoint-not-extended':
      return `the log does not go on from ${checkpoint(fault)}: one of its first ${fault.size} events was changed or taken out.`;
    default:
      throwIllegalValue(fault);
  }
}

import { type LaptopPlace, placeOfLaptop } from '../domain/lanes/laptop-place.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { decodeCanonical } from './canonical.ts';
import { isReceiptFor } from './centre-receipt.ts';
import type { ChainFault } from './chain-fault.ts';
import { centreWitnessName, openCheckpoint, type TreeHead } from './checkpoint.ts';
import { verifySignaturesAside } from './device-key.ts';
import { type ChainPoint, EVENT_KINDS, type EventKind, type LedgerIdentity } from './event.ts';
import {
  type Files,
  findFileFaults,
  findSealFaults,
  findTrainingFaults,
  type Line,
  readAll,
  readLines,
  readManifest,
} from './export-files.ts';
import {
  CENTRE_COSIGNED_FILE,
  CHECKPOINT_FILE,
  COSIGNED_FILE,
  EVENTS_FILE,
  fromBase64,
  HEADS_FILE,
  type Manifest,
  parseEventLine,
  parseHeadLine,
  parseReceiptLine,
  RECEIPTS_FILE,
  type ReadEvent,
  type ReceiptLine,
  toHex,
} from './export-format.ts';
import { headText, type SignedHead } from './head.ts';
import {
  type CheckpointFault,
  type Cosigned,
  findExtensionFaults,
  type KeptCheckpoint,
  readCosigned,
  readKept,
} from './kept-checkpoints.ts';
import { ED25519_COSIGNATURE, type NoteVerifier } from './notes/signed-note.ts';
import { findResumptions, type Resumption } from './resumptions-in-log.ts';
import { type ClockChange, readClocks } from './time-in-log.ts';
import { type ChainRecord, chainAsItIs, type VerifiedEvent, verifyChain } from './verify-chain.ts';

/** What is wrong with an export. `line` counts from 1. */
export type ExportFault =
  | ChainFault
  | { readonly code: 'missing-file'; readonly file: string }
  | { readonly code: 'unexpected-file'; readonly file: string }
  /** The file is not the one that the manifest, or the list of sums, was made of. */
  | { readonly code: 'wrong-sum'; readonly file: string }
  | { readonly code: 'malformed-file'; readonly file: string }
  | { readonly code: 'malformed-line'; readonly file: string; readonly line: number }
  /** The place written on a line is not the one inside its event. */
  | { readonly code: 'wrong-label'; readonly file: string; readonly line: number }
  | { readonly code: 'wrong-manifest-signature' }
  /** What minisign would say of the list of sums. */
  | { readonly code: 'wrong-sums-signature' }
  /** Signed by another device than the one that was expected. */
  | { readonly code: 'wrong-key' }
  | { readonly code: 'wrong-count'; readonly manifest: number; readonly found: number }
  /** A receipt that the centre's key didn't sign, or not over this log. */
  | { readonly code: 'wrong-receipt'; readonly epoch: number; readonly seq: number }
  /** A checkpoint that the centre's key didn't countersign, though it lies where the centre's line should be. */
  | { readonly code: 'wrong-cosignature'; readonly file: string }
  /** The mark of a mock election is missing, or stands on a real one. */
  | { readonly code: 'wrong-training-mark' }
  /** Of the checkpoints: 0 is the export's own, then the given ones in order. */
  | CheckpointFault;

export interface VerifiedExport {
  readonly identity: LedgerIdentity;
  readonly level: Manifest['level'];
  /** 32 bytes; to be compared with what was published for this device. */
  readonly publicKey: Uint8Array;
  readonly events: number;
  readonly kinds: Readonly<Record<EventKind, number>>;
  readonly heads: number;
  /** The last event of each epoch. */
  readonly ends: readonly { readonly epoch: number; readonly seq: number; readonly hash: string }[];
  /** The export's own. */
  readonly checkpoint: TreeHead;
  /** The given ones, all of which the log extends; `signed` is false for three lines that were read off paper. */
  readonly extended: readonly KeptCheckpoint[];
  /** Who countersigned the newest checkpoint in the export that anybody did; only where witnesses' keys were given. */
  readonly cosigned: Cosigned | null;
  /** Up to where the centre countersigned the log as a witness; null where no key of it was given, or it didn't. */
  readonly centreCosigned: Cosigned | null;
  /** Up to where, in each epoch, the centre signed that it has the log; empty where no key of the centre was given. */
  readonly receipted: readonly { readonly epoch: number; readonly seq: number }[];
  /** Parts that were shown and match their commitments. */
  readonly partsOpened: number;
  /** Where somebody moved the wall clock; only a full export can tell. */
  readonly clockJumps: readonly ClockChange[];
  /** The first event after each further start of the machine; only a full export can tell. */
  readonly newBoots: readonly { readonly epoch: number; readonly seq: number }[];
  /** Where two people let this table go on without showing that its log is the newest; only a full export can tell. */
  readonly resumptions: readonly Resumption[];
  /** Of a spare, where it stands; null for a laptop of the package, and in a public export, which can't tell. */
  readonly place: LaptopPlace | null;
}

/** An export that is not as it should be. */
export interface BrokenExport {
  readonly faults: readonly ExportFault[];
  /**
   * Given checkpoints whose first events are here as they were all the same: what is wrong with the log came behind
   * them, or isn't in what everybody sees of an event. `number` as in a fault: of the given ones in order, from 1.
   */
  readonly extended: readonly (KeptCheckpoint & { readonly number: number })[];
}

export interface VerifyOptions {
  /** The device's key as it was published; without it the export is only checked against itself. */
  readonly publicKey?: Uint8Array;
  /** Checkpoints that somebody kept, as notes or as the three lines on paper: the log must extend each of them. */
  readonly checkpoints?: readonly string[];
  /** The key with which the centre signs its receipts and countersigns checkpoints, as it was published. */
  readonly centreKey?: Uint8Array;
  /** Other lanes, observers: those whose countersignatures count. */
  readonly witnesses?: readonly NoteVerifier[];
}

/**
 * Checks an export completely: sums, the manifest's signature, every event, link, head, commitment and
 * checkpoint. Goes on after a fault as far as it makes sense, and names them all.
 */
export function verifyExport(
  directory: string,
  options: VerifyOptions = {},
): Result<VerifiedExport, BrokenExport> {
  const opened = openExport(directory);
  return opened.ok ? verifyOpened(opened.value, readEvents(opened.value), options) : opened;
}

/**
 * The same with the signatures of all heads checked aside, while this thread reads the events and takes for granted that
 * they hold, as nearly always they do: for a full export, whose log has thousands of heads.
 */
export async function verifyExportAside(
  directory: string,
  options: VerifyOptions = {},
): Promise<Result<VerifiedExport, BrokenExport>> {
  const opened = openExport(directory);
  if (!opened.ok) return opened;
  const { publicKey, identity, heads } = opened.value;
  const checking = verifySignaturesAside(
    publicKey,
    heads.map((head) => ({ message: headText(identity, head), signature: head.signature })),
  );
  const events = readEvents(opened.value);
  const hoped = verifyOpened(opened.value, events, options, new Set(heads));
  const held = await checking;
  if (held.every(Boolean)) return hoped;
  return verifyOpened(opened.value, events, options, new Set(heads.filter((_, i) => held[i])));
}

interface OpenedExport {
  readonly files: Files;
  readonly manifest: Manifest;
  readonly publicKey: Uint8Array;
  readonly identity: LedgerIdentity;
  readonly heads: readonly SignedHead[];
  /** Lines that are no heads. */
  readonly faults: readonly ExportFault[];
}

function openExport(directory: string): Result<OpenedExport, BrokenExport> {
  const files = readAll(directory);
  const manifest = readManifest(files);
  if (!manifest.ok) return err({ faults: [manifest.error], extended: [] });
  const { election, station, device, training } = manifest.value;
  const publicKey = fromBase64(manifest.value.publicKey);
  const identity = { election, station, device, mock: training !== null };
  const faults: ExportFault[] = [];
  const heads = readLines(files, HEADS_FILE, parseHeadLine, faults).map(({ value }) => value);
  return ok({ files, manifest: manifest.value, publicKey, identity, heads, faults });
}

interface ReadEvents {
  readonly lines: readonly Line<ReadEvent>[];
  readonly records: readonly ChainRecord[];
  readonly faults: readonly ExportFault[];
}

function readEvents({ files }: OpenedExport): ReadEvents {
  const faults: ExportFault[] = [];
  const lines = readLines(files, EVENTS_FILE, parseEventLine, faults);
  return { lines, records: lines.map(({ value }) => value), faults };
}

function verifyOpened(
  { files, manifest, publicKey, identity, heads, faults: headFaults }: OpenedExport,
  { lines: events, records, faults: eventFaults }: ReadEvents,
  options: VerifyOptions,
  signed?: ReadonlySet<SignedHead>,
): Result<VerifiedExport, BrokenExport> {
  const { level } = manifest;
  const faults: ExportFault[] = [
    ...findFileFaults(files, manifest),
    ...findSealFaults(files, publicKey, options.publicKey),
    ...findTrainingFaults(files, identity.mock),
    ...eventFaults,
    ...headFaults,
  ];
  if (events.length !== manifest.events) {
    faults.push({ code: 'wrong-count', manifest: manifest.events, found: events.length });
  }
  const expectation = { identity, heads, after: null, ...(signed === undefined ? {} : { signed }) };
  const chain = verifyChain(records, publicKey, expectation);
  // What people kept is held against a broken log as well: up to where it is what it was is half of the answer.
  const log = chain.ok ? chain.value : chainAsItIs(records);
  faults.push(...(chain.ok ? findLabelFaults(events, chain.value) : chain.error));
  const own = openCheckpoint(files.get(CHECKPOINT_FILE)?.toString('utf8') ?? '', publicKey);
  if (!own.ok) faults.push({ code: 'checkpoint-not-signed', number: 0 });
  const kept = (options.checkpoints ?? []).map((text, i) => readKept(text, { identity, publicKey }, i + 1));
  faults.push(...kept.flatMap((one) => (one.ok ? [] : [one.error])));
  const [byLanes, byCentre] = [COSIGNED_FILE, CENTRE_COSIGNED_FILE].map((file) => {
    const note = files.get(file)?.toString('utf8');
    if (note === undefined) return null;
    const opened = openCheckpoint(note, publicKey);
    if (!opened.ok) faults.push({ code: 'malformed-file', file });
    return { file, note, head: opened.ok ? opened.value : null };
  });
  const centreCosigned = readCentreCosigned(byCentre?.note ?? null, identity, options.centreKey);
  if (centreCosigned?.by.length === 0) faults.push({ code: 'wrong-cosignature', file: CENTRE_COSIGNED_FILE });

  const given = kept.flatMap((one, i) => (one.ok ? [{ ...one.value, number: i + 1 }] : []));
  const toExtend = [
    ...(own.ok ? [{ name: 0, head: own.value }] : []),
    ...given.map((head) => ({ name: head.number, head })),
    ...[byLanes, byCentre].flatMap((one) => (one?.head ? [{ name: one.file, head: one.head }] : [])),
  ];
  const notExtended = findExtensionFaults(toExtend, identity, log);
  faults.push(...notExtended);
  const extended = given.filter(({ number }) => notExtended.every((fault) => fault.number !== number));
  const receipts = readLines(files, RECEIPTS_FILE, parseReceiptLine, faults, true);
  if (options.centreKey !== undefined)
    faults.push(...findReceiptFaults(receipts, log, identity, options.centreKey));
  if (faults.length > 0 || !own.ok || !chain.ok) return err({ faults, extended });
  const { origin, size, rootBase64 } = own.value;
  const clocks = readClocks(chain.value, records);
  return ok({
    identity,
    level,
    publicKey,
    events: chain.value.length,
    kinds: countKinds(chain.value),
    heads: heads.length,
    ends: findEnds(chain.value),
    checkpoint: { origin, size, rootBase64 },
    extended: extended.map(({ number: _, ...one }) => one),
    cosigned: byLanes ? readCosigned(byLanes.note, options.witnesses ?? []) : null,
    centreCosigned,
    receipted:
      options.centreKey === undefined ? [] : receipts.map(({ value: { epoch, seq } }) => ({ epoch, seq })),
    partsOpened: records.reduce((sum, r) => sum + (r.centre ? 1 : 0) + (r.private ? 1 : 0), 0),
    clockJumps: clocks.jumps,
    newBoots: clocks.newBoots,
    resumptions: findResumptions(chain.value, records),
    place: findPlace(records[0], identity),
  });
}

/** Null without a note, or without a key to check it with; `by` is empty when the centre didn't sign it. */
function readCentreCosigned(
  note: string | null,
  identity: LedgerIdentity,
  centreKey: Uint8Array | undefined,
): Cosigned | null {
  if (note === null || centreKey === undefined) return null;
  return readCosigned(note, [
    { name: centreWitnessName(identity), type: ED25519_COSIGNATURE, publicKey: centreKey },
  ]);
}

function* findReceiptFaults(
  receipts: readonly Line<ReceiptLine>[],
  chain: readonly ChainPoint[],
  identity: LedgerIdentity,
  centreKey: Uint8Array,
): Generator<ExportFault> {
  for (const { value } of receipts) {
    const { epoch, seq, receipt } = value;
    const event = chain.find((one) => one.epoch === epoch && one.seq === seq);
    if (event === undefined || !isReceiptFor(centreKey, identity, event, fromBase64(receipt)))
      yield { code: 'wrong-receipt', epoch, seq };
  }
}

/** It is what the first event of a spare's log says. */
function findPlace(first: ChainRecord | undefined, { device }: LedgerIdentity): LaptopPlace | null {
  const bytes = first?.private?.bytes;
  const fields = bytes === undefined ? null : decodeCanonical(bytes);
  return fields?.ok === true ? placeOfLaptop(fields.value, device) : null;
}

function* findLabelFaults(
  lines: readonly Line<ReadEvent>[],
  chain: readonly VerifiedEvent[],
): Generator<ExportFault> {
  for (const [i, { line, value }] of lines.entries()) {
    const event = chain[i];
    if (event === undefined || event.epoch !== value.epoch || event.seq !== value.seq) {
      yield { code: 'wrong-label', file: EVENTS_FILE, line };
    }
  }
}

function countKinds(chain: readonly VerifiedEvent[]): Record<EventKind, number> {
  const kinds: Record<EventKind, number> = { identification: 0, undo: 0, other: 0 };
  for (const kind of EVENT_KINDS) kinds[kind] = chain.filter((event) => event.public.kind === kind).length;
  return kinds;
}

function findEnds(chain: readonly VerifiedEvent[]): { epoch: number; seq: number; hash: string }[] {
  return chain
    .filter((event, i) => chain[i + 1]?.epoch !== event.epoch)
    .map(({ epoch, seq, hash }) => ({ epoch, seq, hash: toHex(hash) }));
}

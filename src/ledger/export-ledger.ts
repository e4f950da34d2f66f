import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../domain/result.ts';
import type { StoreError } from '../store/store-error.ts';
import type { ChainFault } from './chain-fault.ts';
import { publicKeyPem } from './device-key.ts';
import type { ChainPoint, EventPart } from './event.ts';
import {
  CENTRE_COSIGNED_FILE,
  CHECKPOINT_FILE,
  COSIGNED_FILE,
  EVENTS_FILE,
  type EventLine,
  type ExportLevel,
  HEADS_FILE,
  type HeadLine,
  KEY_FILE,
  MANIFEST_FILE,
  type Manifest,
  MINISIGN_FILE,
  MINISIGN_KEY_FILE,
  RECEIPTS_FILE,
  type ReceiptLine,
  SIGNATURE_FILE,
  SUMS_FILE,
  TRAINING_FILE,
  TRAINING_MARK,
  toBase64,
  toHex,
} from './export-format.ts';
import type { Ledger, StoredEvent } from './ledger.ts';
import type { LedgerError } from './ledger-error.ts';
import { minisign, minisignPublicKey } from './minisign.ts';
import type { LedgerOptions } from './open-ledger.ts';

export type ExportError =
  | StoreError
  /** There is something in the directory: an export never mixes with another. */
  | { readonly code: 'directory-not-empty' }
  | { readonly code: 'directory-not-writable' }
  /** A part doesn't open under its key. */
  | { readonly code: 'part-damaged' }
  /** The log on the disk is not what it was. Nothing is exported, and nothing is repaired. */
  | { readonly code: 'chain-damaged'; readonly faults: readonly ChainFault[] }
  /** The log on the disk ends elsewhere than the one that this program wrote. */
  | { readonly code: 'head-moved' };

interface ExportOptions extends Pick<LedgerOptions, 'onVerified'> {
  readonly level: ExportLevel;
  /** After the log was found sound and before its end is looked up: what is recorded here is exported, too. */
  readonly onAudited?: () => Result<void, StoreError>;
  /** Told how many events are written. */
  readonly onEvents?: (done: number) => void;
}

export interface ExportedLedger {
  readonly events: number;
  readonly head: ChainPoint | null;
}

const PAGE = 500;

/** Breaks off an export; carries the named reason to its border. */
class ExportStopped extends Error {
  readonly reason: ExportError;
  constructor(reason: ExportError) {
    super('the export was stopped');
    this.reason = reason;
  }
}

/**
 * Writes the log as it is now into `directory`, which must be empty or not there. It appears whole or not at
 * all: it is written beside its place, flushed to the disk, and moved.
 */
export async function exportLedger(
  ledger: Ledger,
  directory: string,
  options: ExportOptions,
): Promise<Result<ExportedLedger, ExportError>> {
  const unfinished = `${directory}.unfinished`;
  try {
    await makeRoom(directory, unfinished);
    const exported = await writeFiles(ledger, unfinished, options);
    await rename(unfinished, directory);
    return ok(exported);
  } catch (cause) {
    // Whatever stopped the export may stop the tidying too; the reason is what counts.
    await rm(unfinished, { recursive: true, force: true }).catch(() => {});
    const reason = cause instanceof ExportStopped ? cause.reason : fileProblem(cause);
    if (reason === null) throw cause;
    return err(reason);
  }
}

async function makeRoom(directory: string, unfinished: string): Promise<void> {
  const present = await readdir(directory).catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return null;
    throw cause;
  });
  if (present !== null && present.length > 0) throw new ExportStopped({ code: 'directory-not-empty' });
  if (present !== null) await rmdir(directory);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
}

async function writeFiles(
  ledger: Ledger,
  directory: string,
  { level, onVerified, onAudited = ok, onEvents = () => {} }: ExportOptions,
): Promise<ExportedLedger> {
  const sound = ledger.audit(onVerified);
  if (!sound.ok) throw new ExportStopped(auditProblem(sound.error));
  orStop(onAudited());
  // Head and checkpoint first: what is committed while the files are written stays out.
  const head = ledger.head();
  const checkpoint = ledger.checkpoint();
  const heads = selectHeadLines(ledger, level, head);
  const sums = new Map<string, string>();
  const write = async (
    name: string,
    lines: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  ): Promise<void> => {
    sums.set(name, await writeFile(join(directory, name), lines));
  };

  let events = 0;
  await write(
    EVENTS_FILE,
    eventLines(ledger, level, head, () => {
      events += 1;
      onEvents(events);
    }),
  );
  await write(
    HEADS_FILE,
    heads.map((line) => `${JSON.stringify(line)}\n`),
  );
  await write(CHECKPOINT_FILE, [checkpoint.note]);
  await write(KEY_FILE, [publicKeyPem(ledger.publicKey)]);
  await write(MINISIGN_KEY_FILE, [minisignPublicKey(ledger.publicKey)]);
  const cosigned = orStop(ledger.cosigned('lanes')).at(-1);
  if (cosigned !== undefined) await write(COSIGNED_FILE, [cosigned]);
  const byCentre = orStop(ledger.cosigned('centre')).at(-1);
  if (byCentre !== undefined) await write(CENTRE_COSIGNED_FILE, [byCentre]);
  const receipts = selectReceiptLines(ledger, head);
  if (receipts.length > 0)
    await write(
      RECEIPTS_FILE,
      receipts.map((line) => `${JSON.stringify(line)}\n`),
    );
  if (ledger.identity.mock) await write(TRAINING_FILE, [`${TRAINING_MARK}\n`]);

  const { election, station, device, mock } = ledger.identity;
  const manifest: Manifest = {
    format: 'tizme-ledger-export',
    v: 1,
    level,
    training: mock ? TRAINING_MARK : null,
    election,
    station,
    device,
    publicKey: toBase64(ledger.publicKey),
    events,
    files: Object.fromEntries(sums),
  };
  const manifestText = `${JSON.stringify(manifest, null, 2)}\n`;
  await write(MANIFEST_FILE, [manifestText]);
  await write(SIGNATURE_FILE, [ledger.signExport(Buffer.from(manifestText, 'utf8'))]);
  const sumsText = [...sums].map(([name, sum]) => `${sum}  ${name}\n`).join('');
  await write(SUMS_FILE, [sumsText]);
  const signer = { publicKey: ledger.publicKey, sign: (message: Uint8Array) => ledger.signExport(message) };
  const comment = `${checkpoint.origin} ${checkpoint.size} ${checkpoint.rootBase64}`;
  await write(MINISIGN_FILE, [minisign(signer, Buffer.from(sumsText, 'utf8'), comment)]);
  return { events, head };
}

/** All heads in a full export. Observers get one per epoch: which events were one commit is not theirs to know. */
function selectHeadLines(ledger: Ledger, level: ExportLevel, through: ChainPoint | null): HeadLine[] {
  const heads = orStop(ledger.signedHeads()).filter((head) => isUpTo(head, through));
  const chosen = heads.filter((head, i) => level === 'full' || heads[i + 1]?.epoch !== head.epoch);
  return chosen.map(({ epoch, seq, hash, signature }) => ({
    epoch,
    seq,
    hash: toHex(hash),
    signature: toBase64(signature),
  }));
}

/** The newest of each epoch: one receipt covers everything before it. */
function selectReceiptLines(ledger: Ledger, through: ChainPoint | null): ReceiptLine[] {
  const lines = orStop(ledger.receipts())
    .map(({ epoch, throughSeq, receipt }) => ({ epoch, seq: throughSeq, receipt: toBase64(receipt) }))
    .filter((line) => isUpTo(line, through));
  return lines.filter((line, i) => lines[i + 1]?.epoch !== line.epoch);
}

async function* eventLines(
  ledger: Ledger,
  level: ExportLevel,
  through: ChainPoint | null,
  onEvent: () => void,
): AsyncGenerator<string> {
  let after: ChainPoint | null = null;
  for (;;) {
    const page: readonly StoredEvent[] = orStop(ledger.events(after, PAGE));
    for (const event of page) {
      if (!isUpTo(event, through)) return;
      yield `${JSON.stringify(toLine(ledger, level, event))}\n`;
      onEvent();
    }
    after = page.at(-1) ?? null;
    if (after === null) return;
  }
}

function isUpTo(point: { epoch: number; seq: number }, through: ChainPoint | null): boolean {
  // A new epoch without events yet: everything before it belongs to the log.
  if (through === null) return true;
  return point.epoch < through.epoch || (point.epoch === through.epoch && point.seq <= through.seq);
}

function toLine(ledger: Ledger, level: ExportLevel, event: StoredEvent): EventLine {
  const { epoch, seq, hash, publicBytes } = event;
  const line = { epoch, seq, hash: toHex(hash), public: toBase64(publicBytes) };
  if (level === 'public') return line;
  return {
    ...line,
    centre: shownPart(ledger, event, 'centre'),
    private: shownPart(ledger, event, 'private'),
  };
}

function shownPart(
  ledger: Ledger,
  event: StoredEvent,
  part: EventPart,
): { readonly salt: string; readonly bytes: string } | null {
  const opened = ledger.openPart(event, part);
  if (opened.ok) return { salt: toBase64(opened.value.salt), bytes: toBase64(opened.value.bytes) };
  if (opened.error.code === 'erased') return null;
  throw new ExportStopped(opened.error);
}

/** @returns The SHA-256 of what was written, hex. */
async function writeFile(
  path: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx', 0o600);
  try {
    let waiting: Buffer[] = [];
    let size = 0;
    const flush = async (): Promise<void> => {
      await file.writeFile(Buffer.concat(waiting));
      waiting = [];
      size = 0;
    };
    for await (const piece of pieces) {
      const bytes = Buffer.from(piece);
      hash.update(bytes);
      waiting.push(bytes);
      size += bytes.length;
      if (size >= 262_144) await flush();
    }
    await flush();
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

function orStop<T>(result: Result<T, StoreError>): T {
  if (!result.ok) throw new ExportStopped(result.error);
  return result.value;
}

function auditProblem(error: LedgerError): ExportError {
  switch (error.code) {
    case 'other-ledger':
    case 'epoch-behind':
    case 'centre-is-ahead':
      throw new Error('an open ledger is not asked whose it is');
    default:
      return error;
  }
}

function codeOf(cause: unknown): string | null {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}

function fileProblem(cause: unknown): ExportError | null {
  const code = codeOf(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') return { code: 'disk-full' };
  if (code === 'EIO') return { code: 'io-error', sqliteCode: code };
  if (code !== null && ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT', 'EEXIST'].includes(code)) {
    return { code: 'directory-not-writable' };
  }
  return null;
}

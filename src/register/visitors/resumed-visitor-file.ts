import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { flushDirectory } from '../../store/write-whole.ts';
import type { SealedPiece } from './seal-visitors.ts';
import { ENTRY_BYTES, type VisitorHeader } from './visitor-file-layout.ts';
import { type VisitorFileSummary, VisitorFileWriter, writeAt } from './visitor-file-writer.ts';

/**
 * The visitors of a country, station by station, in a run that may be cut anywhere. Records go into `FILE.unfinished`,
 * and when a station's are on the disk, a line of it into `FILE.pieces`: the content that it is a run of (32 bytes),
 * and for each station its number (4 bytes, little-endian), how many voters (4), bytes of records (6) and entries (4)
 * it has, the SHA-256 of its records, its entries, and the SHA-256 of all this. A run that finds both goes on behind
 * the last station that is whole to the last byte.
 */
const DIGEST_BYTES = 32;
const FRAME_HEAD_BYTES = 4 + 4 + 6 + 4 + DIGEST_BYTES;

interface KnownPiece {
  readonly station: number;
  readonly voters: number;
  readonly recordBytes: number;
  readonly recordsHash: Buffer;
  readonly entries: Buffer;
}

export class ResumedVisitorFile {
  readonly #file: string;
  readonly #records: number;
  readonly #pieces: number;
  readonly #writer: VisitorFileWriter;
  readonly #done = new Set<number>();
  #piecesEnd: number;
  #voters = 0;

  /**
   * @param content SHA-256 of everything that goes into the file: another content begins anew
   * @throws what the file system says
   */
  constructor(file: string, about: VisitorHeader, content: Uint8Array) {
    this.#file = file;
    const [recordsFile, piecesFile] = [unfinishedOf(file), piecesOf(file)];
    const known = existsSync(recordsFile) && existsSync(piecesFile) ? readFileSync(piecesFile) : null;
    const goesOn = known?.subarray(0, DIGEST_BYTES).equals(content) === true;
    this.#records = openSync(recordsFile, goesOn ? 'r+' : 'w+', 0o600);
    this.#pieces = openSync(piecesFile, goesOn ? 'r+' : 'w+', 0o600);
    this.#writer = new VisitorFileWriter(this.#records, about);
    this.#piecesEnd = DIGEST_BYTES;
    // No line vouches for the header: it may have been cut, and is written once more.
    this.#writer.begin();
    if (goesOn && known !== null) this.#goOn(known);
    else writeAt(this.#pieces, content, 0);
    // What follows the last whole station is of one that was cut.
    ftruncateSync(this.#records, this.#writer.position);
    ftruncateSync(this.#pieces, this.#piecesEnd);
  }

  /** Stations whose records are in the file. */
  get done(): ReadonlySet<number> {
    return this.#done;
  }

  get voters(): number {
    return this.#voters;
  }

  add(station: number, piece: SealedPiece): void {
    this.#writer.add(piece);
    // A line says that the records are there: they are, first.
    fdatasyncSync(this.#records);
    const head = Buffer.alloc(FRAME_HEAD_BYTES);
    head.writeUInt32LE(station, 0);
    head.writeUInt32LE(piece.voters, 4);
    head.writeUIntLE(piece.records.length, 8, 6);
    head.writeUInt32LE(piece.entries.length / ENTRY_BYTES, 14);
    createHash('sha256').update(piece.records).digest().copy(head, 18);
    const digest = createHash('sha256').update(head).update(piece.entries).digest();
    const frame = Buffer.concat([head, piece.entries, digest]);
    writeAt(this.#pieces, frame, this.#piecesEnd);
    fdatasyncSync(this.#pieces);
    this.#piecesEnd += frame.length;
    this.#done.add(station);
    this.#voters += piece.voters;
  }

  /** In its place, whole; the one that stood there until now is replaced. */
  finish(): VisitorFileSummary {
    const summary = this.#writer.finish();
    this.close();
    renameSync(unfinishedOf(this.#file), this.#file);
    flushDirectory(dirname(this.#file));
    rmSync(piecesOf(this.#file), { force: true });
    return summary;
  }

  /** What is whole stays for the next run; of a run in which nothing was, nothing. */
  stop(): void {
    this.close();
    if (this.#done.size > 0) return;
    for (const left of [unfinishedOf(this.#file), piecesOf(this.#file)]) rmSync(left, { force: true });
  }

  close(): void {
    closeSync(this.#records);
    closeSync(this.#pieces);
  }

  #goOn(known: Buffer): void {
    for (;;) {
      const piece = pieceAt(known, this.#piecesEnd);
      if (piece === null || !this.#isWhole(piece)) return;
      const { station, voters, entries, recordBytes } = piece;
      this.#writer.known(voters, entries, recordBytes);
      this.#done.add(station);
      this.#voters += voters;
      this.#piecesEnd += FRAME_HEAD_BYTES + entries.length + DIGEST_BYTES;
    }
  }

  #isWhole({ recordBytes, recordsHash }: KnownPiece): boolean {
    const records = Buffer.alloc(recordBytes);
    const from = this.#writer.position;
    for (let at = 0; at < recordBytes; ) {
      const read = readSync(this.#records, records, at, recordBytes - at, from + at);
      if (read === 0) return false;
      at += read;
    }
    return createHash('sha256').update(records).digest().equals(recordsHash);
  }
}

function pieceAt(known: Buffer, at: number): KnownPiece | null {
  const headEnd = at + FRAME_HEAD_BYTES;
  if (headEnd > known.length) return null;
  const entriesEnd = headEnd + known.readUInt32LE(at + 14) * ENTRY_BYTES;
  if (entriesEnd + DIGEST_BYTES > known.length) return null;
  const digest = createHash('sha256').update(known.subarray(at, entriesEnd)).digest();
  if (!digest.equals(known.subarray(entriesEnd, entriesEnd + DIGEST_BYTES))) return null;
  return {
    station: known.readUInt32LE(at),
    voters: known.readUInt32LE(at + 4),
    recordBytes: known.readUIntLE(at + 8, 6),
    recordsHash: known.subarray(at + 18, headEnd),
    entries: known.subarray(headEnd, entriesEnd),
  };
}

function unfinishedOf(file: string): string {
  return `${file}.unfinished`;
}

function piecesOf(file: string): string {
  return `${file}.pieces`;
}

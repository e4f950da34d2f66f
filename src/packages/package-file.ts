import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { err, ok, type Result } from '../domain/result.ts';
import { equalBytes } from '../ledger/canonical.ts';
import { type DeviceKey, verifySignature } from '../ledger/device-key.ts';
import { ED25519, noteKeyId, signatureLine, splitNote } from '../ledger/notes/signed-note.ts';
import type { Commission } from './commission.ts';
import {
  encodeManifest,
  type Manifest,
  type ManifestPart,
  MOST_PART_BYTES,
  mostSealedBytes,
  PART_NAMES,
  type PartName,
  parseManifest,
} from './manifest.ts';
import type { PackageError } from './package-error.ts';

/**
 * One file: `tizme package 1 <bytes of the note>`, a line feed, the signed note (https://c2sp.org/signed-note) with
 * the manifest as its text, and the parts of the manifest one after another. There are no paths in it, nothing is
 * ever unpacked to a place that it names, and there is no byte in it that a signature does not cover.
 */
const FIRST_LINE = /^tizme package 1 ([1-9][0-9]{0,6})\n/;
const LONGEST_FIRST_LINE = 32;
const MOST_NOTE_BYTES = 512 * 1024;
const CHUNK_BYTES = 1024 * 1024;

export interface PackageSigner {
  readonly name: string;
  readonly signing: DeviceKey;
}

/** The beginning of the file: everything before the parts. Unsigned where nobody has signed yet. */
export function encodeHeader(manifest: Manifest, signers: readonly PackageSigner[]): Uint8Array {
  const text = encodeManifest(manifest);
  const message = Buffer.from(text, 'utf8');
  const lines = signers.map(({ name, signing }) =>
    signatureLine({ name, type: ED25519, publicKey: signing.publicKey }, signing.sign(message)),
  );
  return encodeNote(text, lines);
}

/** The first line, and a text with signature lines of its own. */
export function encodeNote(text: string, signatureLines: readonly string[]): Uint8Array {
  const note = Buffer.from(`${text}\n${signatureLines.join('')}`, 'utf8');
  return Buffer.concat([Buffer.from(`tizme package 1 ${note.length}\n`, 'latin1'), note]);
}

/** A package whose beginning was read. Its signatures are still to be checked. */
export interface PackageHeader {
  readonly manifest: Manifest;
  readonly text: string;
  readonly signatures: readonly {
    readonly name: string;
    readonly keyId: Uint8Array;
    readonly signature: Uint8Array;
  }[];
  /** Where the parts begin. */
  readonly headerBytes: number;
}

/** Reads and understands the beginning; sizes and names of all parts fit, and so does the file's own size. */
export function readHeader(descriptor: number): Result<PackageHeader, PackageError> {
  const { size } = fstatSync(descriptor);
  const start = readAt(descriptor, 0, Math.min(size, LONGEST_FIRST_LINE)).toString('latin1');
  const match = FIRST_LINE.exec(start);
  if (match?.[1] === undefined) return err({ code: 'not-a-package' });
  const noteBytes = Number(match[1]);
  if (noteBytes > MOST_NOTE_BYTES) return err({ code: 'manifest-malformed' });
  const headerBytes = match[0].length + noteBytes;
  if (size < headerBytes) return err({ code: 'package-size', expected: headerBytes, found: size });
  const note = decodeUtf8(readAt(descriptor, match[0].length, noteBytes));
  const split = note === null ? null : splitHeaderNote(note);
  if (split === null) return err({ code: 'manifest-malformed' });
  const manifest = parseManifest(split.text);
  if (!manifest.ok) return err({ code: 'manifest-malformed' });
  const fits = checkParts(manifest.value.parts);
  if (!fits.ok) return fits;
  const expected = headerBytes + manifest.value.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  if (size !== expected) return err({ code: 'package-size', expected, found: size });
  return ok({ manifest: manifest.value, headerBytes, ...split });
}

function splitHeaderNote(note: string): Pick<PackageHeader, 'text' | 'signatures'> | null {
  // Built, and signed by nobody yet: a note needs a line of a signature.
  if (note.endsWith('\n\n')) return { text: note.slice(0, -1), signatures: [] };
  const split = splitNote(note);
  return split.ok ? { text: split.value.text, signatures: split.value.signatures } : null;
}

function checkParts(parts: readonly ManifestPart[]): Result<void, PackageError> {
  for (const name of PART_NAMES)
    if (!parts.some((part) => part.name === name)) return err({ code: 'part-missing', part: name });
  for (const [index, { name, bytes, opened }] of parts.entries()) {
    if (name !== PART_NAMES[index]) return err({ code: 'part-out-of-place', part: name });
    const most = MOST_PART_BYTES[name];
    if (opened.bytes > most) return err({ code: 'part-too-large', part: name, bytes: opened.bytes, most });
    const mostSealed = mostSealedBytes(opened.bytes);
    if (bytes > mostSealed) return err({ code: 'part-too-large', part: name, bytes, most: mostSealed });
  }
  return ok();
}

/**
 * Every line has to be of a member of this commission, over this text, and of each member one; and enough of them.
 * (A note as such lets foreign lines pass; here nothing passes that isn't vouched for.)
 */
export function verifySignatures(
  { text, signatures }: PackageHeader,
  commission: Commission,
): Result<readonly string[], PackageError> {
  const message = Buffer.from(text, 'utf8');
  const signed = new Set<string>();
  for (const { name, keyId, signature } of signatures) {
    const member = commission.members.find(({ verifier }) => verifier.name === name);
    const isRight =
      member !== undefined &&
      !signed.has(member.id) &&
      equalBytes(keyId, noteKeyId(member.verifier)) &&
      verifySignature(member.verifier.publicKey, message, signature);
    if (!isRight) return err({ code: 'signature-wrong', name });
    signed.add(member.id);
  }
  if (signed.size < commission.threshold)
    return err({ code: 'too-few-signatures', needed: commission.threshold, found: signed.size });
  return ok([...signed]);
}

/** Hashes every part as it lies there. */
export function verifyParts(descriptor: number, header: PackageHeader): Result<void, PackageError> {
  let at = header.headerBytes;
  for (const part of header.manifest.parts) {
    if (hashRange(descriptor, at, part.bytes) !== part.sha256)
      return err({ code: 'part-changed', part: part.name });
    at += part.bytes;
  }
  return ok();
}

/** A sealed part, hashed again: the stick may have been changed since the whole file was. */
export function readPart(
  descriptor: number,
  header: PackageHeader,
  name: PartName,
): Result<Uint8Array, PackageError> {
  let at = header.headerBytes;
  for (const part of header.manifest.parts) {
    if (part.name !== name) {
      at += part.bytes;
      continue;
    }
    const bytes = readAt(descriptor, at, part.bytes);
    if (bytes.length !== part.bytes || sha256Hex(bytes) !== part.sha256)
      return err({ code: 'part-changed', part: name });
    return ok(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  }
  return err({ code: 'part-missing', part: name });
}

/** SHA-256 of a file, in hex, and its size; null where it can't be read. */
export function hashFile(file: string): { readonly bytes: number; readonly sha256: string } | null {
  return withFile(file, (descriptor) => {
    const bytes = fstatSync(descriptor).size;
    return { bytes, sha256: hashRange(descriptor, 0, bytes) };
  });
}

/** Null where the file can't be opened or its medium fails. */
export function withFile<T>(file: string, work: (descriptor: number) => T): T | null {
  const descriptor = openRegularFile(file);
  if (descriptor === null) return null;
  try {
    return work(descriptor);
  } catch (cause) {
    if (cause instanceof Error && 'syscall' in cause) return null;
    throw cause;
  } finally {
    closeSync(descriptor);
  }
}

/** For reading; null where there is no file of bytes that can be opened. The caller closes it. */
export function openRegularFile(file: string): number | null {
  try {
    // Before it is opened: a pipe that somebody laid on a stick would be waited for, and for ever.
    return statSync(file).isFile() ? openSync(file, 'r') : null;
  } catch {
    return null;
  }
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function hashRange(descriptor: number, from: number, bytes: number): string {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, bytes));
  for (let done = 0; done < bytes; ) {
    const read = readSync(descriptor, chunk, 0, Math.min(chunk.length, bytes - done), from + done);
    if (read === 0) break;
    hash.update(chunk.subarray(0, read));
    done += read;
  }
  return hash.digest('hex');
}

function readAt(descriptor: number, from: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  let done = 0;
  while (done < bytes) {
    const read = readSync(descriptor, buffer, done, bytes - done, from + done);
    if (read === 0) break;
    done += read;
  }
  return buffer.subarray(0, done);
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

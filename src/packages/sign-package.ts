import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { err, ok, type Result } from '../domain/result.ts';
import { ED25519, signatureLine } from '../ledger/notes/signed-note.ts';
import type { Commission } from './commission.ts';
import type { PackageError } from './package-error.ts';
import { encodeNote, type PackageSigner, readHeader, verifyParts, verifySignatures } from './package-file.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * Adds signatures to a package, after making sure that it is whole and that those before are right: nobody signs
 * what would be refused. Whoever signed already doesn't sign again. The file is replaced whole or not at all.
 */
export function signPackage(
  file: string,
  commission: Commission,
  signers: readonly PackageSigner[],
): Result<void, PackageError> {
  let source: number;
  try {
    source = openSync(file, 'r');
  } catch {
    return err({ code: 'package-unreadable' });
  }
  try {
    const header = readHeader(source);
    if (!header.ok) return header;
    const right = verifySignatures(header.value, { ...commission, threshold: 0 });
    if (!right.ok) return right;
    const whole = verifyParts(source, header.value);
    if (!whole.ok) return whole;
    const { text, signatures, headerBytes } = header.value;
    const message = Buffer.from(text, 'utf8');
    const before = signatures.map(({ name, signature }) => {
      const member = commission.members.find(({ verifier }) => verifier.name === name);
      return member === undefined ? '' : signatureLine(member.verifier, signature);
    });
    const own = signers
      .filter(({ name }) => !signatures.some((signature) => signature.name === name))
      .map(({ name, signing }) =>
        signatureLine({ name, type: ED25519, publicKey: signing.publicKey }, signing.sign(message)),
      );
    writeBehind(file, encodeNote(text, [...before, ...own]), source, headerBytes);
    return ok();
  } finally {
    closeSync(source);
  }
}

function writeBehind(file: string, header: Uint8Array, source: number, from: number): void {
  const unfinished = `${file}.unfinished`;
  const target = openSync(unfinished, 'w', 0o600);
  try {
    writeAll(target, header);
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const { size } = fstatSync(source);
    for (let at = from; at < size; ) {
      const read = readSync(source, chunk, 0, chunk.length, at);
      if (read === 0) break;
      writeAll(target, chunk.subarray(0, read));
      at += read;
    }
    fsyncSync(target);
  } finally {
    closeSync(target);
  }
  renameSync(unfinished, file);
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

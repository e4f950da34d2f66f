import { closeSync, fstatSync, readSync } from 'node:fs';
import { err, ok, type Result } from '../domain/result.ts';
import { ED25519, signatureLine } from '../ledger/notes/signed-note.ts';
import { writeWhole } from '../store/write-whole.ts';
import type { Commission } from './commission.ts';
import type { PackageError } from './package-error.ts';
import {
  encodeNote,
  openRegularFile,
  type PackageSigner,
  readHeader,
  verifyParts,
  verifySignatures,
} from './package-file.ts';

const CHUNK_BYTES = 1024 * 1024;

export interface SignedPackage {
  /** Ids of everybody who has signed by now. */
  readonly signedBy: readonly string[];
  /** How many of them in this call. */
  readonly added: number;
}

/**
 * Adds signatures to a package, after making sure that it is whole and that those before are right: nobody signs
 * what would be refused. Whoever signed already doesn't sign again. The file is replaced whole or not at all.
 * @throws what the file system says while it is written
 */
export function signPackage(
  file: string,
  commission: Commission,
  signers: readonly PackageSigner[],
): Result<SignedPackage, PackageError> {
  const source = openRegularFile(file);
  if (source === null) return err({ code: 'package-unreadable' });
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
    const lacking = signers.filter(({ name }) => !signatures.some((signature) => signature.name === name));
    if (lacking.length > 0) {
      const own = lacking.map(({ name, signing }) =>
        signatureLine({ name, type: ED25519, publicKey: signing.publicKey }, signing.sign(message)),
      );
      writeWhole(file, signedPieces(encodeNote(text, [...before, ...own]), source, headerBytes));
    }
    const ids = lacking.map(
      ({ name }) => commission.members.find(({ verifier }) => verifier.name === name)?.id,
    );
    return ok({
      signedBy: [...right.value, ...ids.filter((id) => id !== undefined)],
      added: lacking.length,
    });
  } finally {
    closeSync(source);
  }
}

function* signedPieces(header: Uint8Array, source: number, from: number): Generator<Uint8Array> {
  yield header;
  yield* restOf(source, from);
}

/** From `from` to the end, piece by piece: a package may be larger than what is free in memory. */
function* restOf(descriptor: number, from: number): Generator<Uint8Array> {
  const { size } = fstatSync(descriptor);
  for (let at = from; at < size; ) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const read = readSync(descriptor, chunk, 0, chunk.length, at);
    if (read === 0) break;
    yield chunk.subarray(0, read);
    at += read;
  }
}

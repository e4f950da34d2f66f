import { assert } from '../../domain/assert.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { equalBytes } from '../canonical.ts';
import { type DeviceKey, PUBLIC_KEY_BYTES, verifySignature } from '../device-key.ts';
import { sha256 } from '../event.ts';

/** Text that keys vouch for, as https://c2sp.org/signed-note has it, to the byte. */

/** Signature types of C2SP signed-note that are used here. */
export const ED25519 = 0x01 as const;
/** A witness's, with its time: https://c2sp.org/tlog-cosignature */
export const ED25519_COSIGNATURE = 0x04 as const;
export type SignatureType = typeof ED25519 | typeof ED25519_COSIGNATURE;

/** Who may sign: a key by the name that its signature lines carry. */
export interface NoteVerifier {
  readonly name: string;
  readonly type: SignatureType;
  /** 32 bytes, Ed25519. */
  readonly publicKey: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  /** 4 bytes. */
  readonly keyId: Uint8Array;
  /** What the type says: 64 bytes of Ed25519, or 8 of time before them. */
  readonly signature: Uint8Array;
}

export interface SignedNote {
  /** With its last newline, without the empty line. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Neither a space nor a plus, which the line and the verifier key are split at. */
const KEY_NAME = /^[^\s+]+$/u;
const SIGNATURE_LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;
const MOST_SIGNATURES = 64;
const KEY_ID_BYTES = 4;

/** The first 4 bytes of SHA-256(name || 0x0A || type || key), by which a signature line names its key. */
export function noteKeyId({ name, type, publicKey }: NoteVerifier): Uint8Array {
  return sha256(Buffer.from(`${name}\n`, 'utf8'), Uint8Array.of(type), publicKey).subarray(0, KEY_ID_BYTES);
}

/** `name+key id+base64(type || key)`: how a key is published. */
export function encodeVerifierKey(verifier: NoteVerifier): string {
  const material = Buffer.concat([Uint8Array.of(verifier.type), verifier.publicKey]).toString('base64');
  return `${verifier.name}+${Buffer.from(noteKeyId(verifier)).toString('hex')}+${material}`;
}

export function parseVerifierKey(text: string): Result<NoteVerifier, { readonly code: 'malformed' }> {
  // The base64 at the end may hold a plus of its own.
  const [, name = '', keyId = '', base64 = ''] =
    /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(text) ?? [];
  const material = new Uint8Array(Buffer.from(base64, 'base64'));
  const type = [ED25519, ED25519_COSIGNATURE].find((known) => known === material[0]);
  if (type === undefined) return err({ code: 'malformed' });
  if (material.length !== 1 + PUBLIC_KEY_BYTES) return err({ code: 'malformed' });
  const verifier: NoteVerifier = { name, type, publicKey: material.subarray(1) };
  const isNamedRight = Buffer.from(noteKeyId(verifier)).toString('hex') === keyId;
  return isNamedRight ? ok(verifier) : err({ code: 'malformed' });
}

/** One signature line, newline included. */
export function signatureLine(verifier: NoteVerifier, signature: Uint8Array): string {
  assert(KEY_NAME.test(verifier.name), 'the name of a key has no space and no plus');
  const signed = Buffer.concat([noteKeyId(verifier), signature]).toString('base64');
  return `— ${verifier.name} ${signed}\n`;
}

/** Text and one Ed25519 signature under `name`. */
export function signNote(name: string, key: DeviceKey, text: string): string {
  const signature = key.sign(Buffer.from(text, 'utf8'));
  return `${text}\n${signatureLine({ name, type: ED25519, publicKey: key.publicKey }, signature)}`;
}

/** Takes a note apart at its last empty line. Nothing in it is believed yet. */
export function splitNote(note: string): Result<SignedNote, { readonly code: 'malformed' }> {
  const at = note.lastIndexOf('\n\n');
  if (at < 1 || !note.endsWith('\n') || hasControlCharacter(note)) return err({ code: 'malformed' });
  const lines = note.slice(at + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) return err({ code: 'malformed' });
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const [, name, base64] = SIGNATURE_LINE.exec(line) ?? [];
    const signed = new Uint8Array(Buffer.from(base64 ?? '', 'base64'));
    if (name === undefined || signed.length <= KEY_ID_BYTES) return err({ code: 'malformed' });
    if (Buffer.from(signed).toString('base64') !== base64) return err({ code: 'malformed' });
    signatures.push({
      name,
      keyId: signed.subarray(0, KEY_ID_BYTES),
      signature: signed.subarray(KEY_ID_BYTES),
    });
  }
  return ok({ text: note.slice(0, at + 1), signatures });
}

/** The signatures of one key, found by its name and id; others are somebody else's business. */
export function signaturesOf({ signatures }: SignedNote, verifier: NoteVerifier): readonly NoteSignature[] {
  const keyId = noteKeyId(verifier);
  return signatures.filter(({ name, keyId: id }) => name === verifier.name && equalBytes(id, keyId));
}

/** Whether the key signed the text, and no line that claims to be its own is wrong. */
export function isNoteSignedBy(note: SignedNote, verifier: NoteVerifier): boolean {
  const own = signaturesOf(note, verifier);
  const text = Buffer.from(note.text, 'utf8');
  return own.length > 0 && own.every(({ signature }) => verifySignature(verifier.publicKey, text, signature));
}

function hasControlCharacter(text: string): boolean {
  for (const character of text) if (character < ' ' && character !== '\n') return true;
  return false;
}

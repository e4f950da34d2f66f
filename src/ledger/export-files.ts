import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../domain/result.ts';
import { equalBytes } from './canonical.ts';
import { publicKeyPem, verifySignature } from './device-key.ts';
import { sha256 } from './event.ts';
import {
  CHECKPOINT_FILE,
  EVENTS_FILE,
  HEADS_FILE,
  KEY_FILE,
  MANIFEST_FILE,
  type Manifest,
  MINISIGN_FILE,
  MINISIGN_KEY_FILE,
  parseManifest,
  SIGNATURE_FILE,
  SUMS_FILE,
  TRAINING_FILE,
  TRAINING_MARK,
  toHex,
} from './export-format.ts';
import { isMinisigned, minisignPublicKey } from './minisign.ts';
import type { ExportFault } from './verify-export.ts';

/** The files of an export as a whole: which there are, their sums and seals, and their lines. */

export type Files = ReadonlyMap<string, Buffer>;

const MOST_FILES = 32;

export function readAll(directory: string): Files {
  try {
    const entries = readdirSync(directory, { withFileTypes: true }).slice(0, MOST_FILES);
    // A folder or a link holds nothing that was exported, and is named as what it is: not part of this.
    return new Map(
      entries.map(
        (entry) =>
          [entry.name, entry.isFile() ? readFileSync(join(directory, entry.name)) : Buffer.alloc(0)] as const,
      ),
    );
  } catch {
    return new Map();
  }
}

export function readManifest(files: Files): Result<Manifest, ExportFault> {
  const bytes = files.get(MANIFEST_FILE);
  if (bytes === undefined) return err({ code: 'missing-file', file: MANIFEST_FILE });
  const manifest = parseManifest(bytes.toString('utf8'));
  return manifest === null ? err({ code: 'malformed-file', file: MANIFEST_FILE }) : ok(manifest);
}

export function* findFileFaults(files: Files, manifest: Manifest): Generator<ExportFault> {
  const listed = new Map(Object.entries(manifest.files));
  const always = [EVENTS_FILE, HEADS_FILE, CHECKPOINT_FILE, KEY_FILE, MINISIGN_KEY_FILE];
  for (const file of new Set([...always, ...listed.keys()])) {
    const bytes = files.get(file);
    if (bytes === undefined) yield { code: 'missing-file', file };
    else if (toHex(sha256(bytes)) !== listed.get(file)) yield { code: 'wrong-sum', file };
  }
  const known = new Set([...listed.keys(), MANIFEST_FILE, SIGNATURE_FILE, SUMS_FILE, MINISIGN_FILE]);
  for (const file of files.keys()) if (!known.has(file)) yield { code: 'unexpected-file', file };

  const sums = files.get(SUMS_FILE)?.toString('utf8');
  // Of the other files, what the manifest says: one of them that was changed is named above, and not the list as well.
  const expected = [...listed].map(([name, sum]) => `${sum}  ${name}\n`);
  for (const name of [MANIFEST_FILE, SIGNATURE_FILE])
    expected.push(`${toHex(sha256(files.get(name) ?? Buffer.alloc(0)))}  ${name}\n`);
  if (sums === undefined) yield { code: 'missing-file', file: SUMS_FILE };
  else if (sums !== expected.join('')) yield { code: 'wrong-sum', file: SUMS_FILE };
}

export function* findSealFaults(
  files: Files,
  publicKey: Uint8Array,
  expected: Uint8Array | undefined,
): Generator<ExportFault> {
  const manifest = files.get(MANIFEST_FILE) ?? Buffer.alloc(0);
  const signature = files.get(SIGNATURE_FILE) ?? Buffer.alloc(0);
  if (!verifySignature(publicKey, manifest, signature)) yield { code: 'wrong-manifest-signature' };
  if (expected !== undefined && !equalBytes(expected, publicKey)) yield { code: 'wrong-key' };
  const text = (file: string): string => files.get(file)?.toString('utf8') ?? '';
  if (!isMinisigned(publicKey, files.get(SUMS_FILE) ?? Buffer.alloc(0), text(MINISIGN_FILE))) {
    yield { code: 'wrong-sums-signature' };
  }
  if (text(KEY_FILE) !== publicKeyPem(publicKey)) yield { code: 'malformed-file', file: KEY_FILE };
  if (text(MINISIGN_KEY_FILE) !== minisignPublicKey(publicKey)) {
    yield { code: 'malformed-file', file: MINISIGN_KEY_FILE };
  }
}

export function* findTrainingFaults(files: Files, mock: boolean): Generator<ExportFault> {
  const mark = files.get(TRAINING_FILE)?.toString('utf8') ?? null;
  if (mark !== (mock ? `${TRAINING_MARK}\n` : null)) yield { code: 'wrong-training-mark' };
}

export interface Line<T> {
  readonly line: number;
  readonly value: T;
}

export function readLines<T>(
  files: Files,
  file: string,
  parse: (text: string) => T | null,
  faults: ExportFault[],
  optional = false,
): Line<T>[] {
  const bytes = files.get(file);
  if (bytes === undefined && optional) return [];
  // One byte a character: nothing else stands in such a file, and what does is refused with its line.
  const lines = (bytes?.toString('latin1') ?? '').split('\n');
  // Every line ends in a newline, so the last piece is empty.
  if (lines.pop() !== '') faults.push({ code: 'malformed-line', file, line: lines.length + 1 });
  const read: Line<T>[] = [];
  lines.forEach((text, i) => {
    const value = parse(text);
    if (value === null) faults.push({ code: 'malformed-line', file, line: i + 1 });
    else read.push({ line: i + 1, value });
  });
  return read;
}

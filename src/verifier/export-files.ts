import { fromBase64, readUtf8, toBase64, toHex } from './bytes.ts';
import { sha256 } from './crypto.ts';

/** The files of an export as a whole: what its manifest says, their sums, and their lines. */

/** How a finding is said: its code, and the file, line or event that it is about. */
export type Say = (code: string, place?: string | number) => void;

export interface Manifest {
  readonly level: string;
  readonly training: string | null;
  readonly election: string;
  readonly station: string;
  readonly device: string;
  readonly publicKey: string;
  readonly events: number;
  readonly files: Readonly<Record<string, string>>;
}

const ALWAYS = ['events.jsonl', 'heads.jsonl', 'checkpoint.txt', 'public-key.pem', 'minisign.pub'];
/** These three list or sign the others. */
const SEALS = ['manifest.json', 'manifest.json.sig', 'SHA256SUMS', 'SHA256SUMS.minisig'];
const NONE = new Uint8Array();

export function readManifest(bytes: Uint8Array | undefined): Manifest | null {
  try {
    const value = JSON.parse(readUtf8(bytes ?? NONE) ?? '') as Manifest & { format: unknown; v: unknown };
    const texts = [value.level, value.election, value.station, value.device, value.publicKey];
    const isWhole =
      value.format === 'tizme-ledger-export' &&
      value.v === 1 &&
      texts.every((text) => typeof text === 'string') &&
      (value.training === null || typeof value.training === 'string') &&
      Number.isSafeInteger(value.events) &&
      typeof value.files === 'object' &&
      value.files !== null;
    return isWhole ? value : null;
  } catch {
    return null;
  }
}

/** The key as it is published: base64 of 32 bytes, the line of minisign.pub, or a C2SP verifier key. */
export function publishedKey(text: string): string | null {
  const last = text.trim().split(/\s+/).at(-1) ?? '';
  const material = /^[^+]+\+[0-9a-f]{8}\+(.+)$/.exec(last)?.[1] ?? last;
  const bytes = fromBase64(material);
  return bytes === null || bytes.length < 32 ? null : toBase64(bytes.subarray(-32));
}

export async function checkFiles(
  files: ReadonlyMap<string, Uint8Array>,
  manifest: Manifest,
  fault: Say,
): Promise<void> {
  for (const name of new Set([...ALWAYS, ...Object.keys(manifest.files)])) {
    const bytes = files.get(name);
    if (bytes === undefined) fault('missing-file', name);
    else if (toHex(await sha256(bytes)) !== manifest.files[name]) fault('wrong-sum', name);
  }
  const known = new Set([...Object.keys(manifest.files), ...SEALS]);
  for (const name of files.keys()) if (!known.has(name)) fault('unexpected-file', name);
  // Of the other files, what the manifest says: one of them that was changed is named above, and not the list as well.
  const sums = Object.entries(manifest.files).map(([name, sum]) => `${sum}  ${name}\n`);
  for (const name of ['manifest.json', 'manifest.json.sig'])
    sums.push(`${toHex(await sha256(files.get(name) ?? NONE))}  ${name}\n`);
  const list = files.get('SHA256SUMS');
  if (list === undefined) fault('missing-file', 'SHA256SUMS');
  else if (readUtf8(list) !== sums.join('')) fault('wrong-sum', 'SHA256SUMS');
  if (files.has('TRAINING.txt') !== (manifest.training !== null)) fault('wrong-training-mark');
}

export function readLines<Line>(files: ReadonlyMap<string, Uint8Array>, name: string, fault: Say): Line[] {
  const lines = (readUtf8(files.get(name) ?? NONE) ?? '').split('\n');
  if (lines.pop() !== '') fault('malformed-line', `${name} ${lines.length + 1}`);
  return lines.flatMap((text, i) => {
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === 'object' && value !== null) return [value as Line];
    } catch {
      // Told below.
    }
    fault('malformed-line', `${name} ${i + 1}`);
    return [];
  });
}

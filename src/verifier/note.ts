import { concat, equal, fromBase64, utf8 } from './bytes.ts';
import { sha256, verifies } from './crypto.ts';

/** A checkpoint as it was printed: three lines (https://c2sp.org/tlog-checkpoint), with or without a signature. */
export interface KeptCheckpoint {
  readonly origin: string;
  readonly size: number;
  readonly rootBase64: string;
  /** What stands below the three lines: https://c2sp.org/signed-note */
  readonly signatures: readonly { readonly name: string; readonly signed: Uint8Array }[];
}

/** Null for text that is no checkpoint. Phones add carriage returns, spaces and empty lines: they don't matter. */
export function readCheckpoint(text: string): KeptCheckpoint | null {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const [origin = '', size = '', rootBase64 = '', ...rest] = lines;
  if (!/^\S+$/.test(origin) || !/^(?:0|[1-9]\d{0,14})$/.test(size)) return null;
  if (fromBase64(rootBase64)?.length !== 32) return null;
  const signatures = [];
  for (const line of rest) {
    const [, name, base64] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    const signed = base64 === undefined ? null : fromBase64(base64);
    if (name === undefined || signed === null || signed.length <= 4) return null;
    signatures.push({ name, signed });
  }
  return { origin, size: Number(size), rootBase64, signatures };
}

/** One text may hold several checkpoints, one after the other: each begins where the origin stands. */
export function readCheckpoints(text: string): (KeptCheckpoint | null)[] {
  const starts = text.split(/^(?=\s*tizme(?:-TRAINING)?\/)/m).filter((piece) => piece.trim() !== '');
  return starts.map(readCheckpoint);
}

export type Signing = 'signed' | 'unsigned' | 'wrong';

/** Whether the device signed it. Lines of others (witnesses) are not looked at. */
export async function signingOf(checkpoint: KeptCheckpoint, publicKey: Uint8Array): Promise<Signing> {
  const { origin, size, rootBase64, signatures } = checkpoint;
  if (signatures.length === 0) return 'unsigned';
  const keyId = (await sha256(utf8(`${origin}\n`), Uint8Array.of(1), publicKey)).subarray(0, 4);
  const own = signatures.filter(({ name, signed }) => name === origin && equal(signed.subarray(0, 4), keyId));
  const text = utf8(`${origin}\n${size}\n${rootBase64}\n`);
  const held = await Promise.all(
    own.map(({ signed }) => verifies(publicKey, text, concat(signed.subarray(4)))),
  );
  return held.length > 0 && held.every(Boolean) ? 'signed' : 'wrong';
}

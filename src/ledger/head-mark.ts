import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import type { ChainPoint, LedgerIdentity } from './event.ts';
import { headText, isSignedBy, type SignedHead } from './head.ts';

/**
 * The newest signed head once more, in a small file beside the database. SQLite takes a write-ahead log that is cut
 * or damaged for one that ends there, and goes on without what came after: the file is how that is noticed. It is
 * written after the commit has returned and not flushed, so that it is never ahead of what was on the disk; after a
 * power cut it may be behind or unreadable, and then says nothing.
 */
export interface HeadMark {
  /** Null where there is none, or none that is whole and signed by this device. */
  read(identity: LedgerIdentity, publicKey: Uint8Array): SignedHead | null;
  /** Never ahead of a commit. What the file system refuses leaves the mark behind, which says nothing; the commit stands. */
  write(identity: LedgerIdentity, head: SignedHead): void;
  close(): void;
}

const FIRST_LINES = ['tizme ledger head v1', 'tizme ledger head v1 TRAINING'];

/** Written in the next turn of the loop: whoever waits for a commit's confirmation doesn't wait for its mark. */
export function fileHeadMark(file: string): HeadMark {
  let descriptor: number | null = null;
  let newest: Uint8Array | null = null;
  let soon: NodeJS.Immediate | null = null;
  const shut = (): void => {
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
  };
  const writeNow = (): void => {
    if (soon !== null) clearImmediate(soon);
    soon = null;
    const text = newest;
    newest = null;
    if (text === null) return;
    try {
      // Open from the first commit on: opening it each time takes as long as signing does.
      descriptor ??= openSync(file, constants.O_WRONLY | constants.O_CREAT, 0o600);
      // In place and within one sector; a torn one fails its signature.
      writeSync(descriptor, text, 0, text.length, 0);
    } catch {
      shut();
    }
  };
  return {
    read(identity, publicKey) {
      writeNow();
      const head = parseMark(readText(file));
      return head !== null && isSignedBy(publicKey, identity, head) ? head : null;
    },
    write(identity, head) {
      const signature = Buffer.from(head.signature).toString('base64');
      newest = Buffer.concat([headText(identity, head), Buffer.from(`${signature}\n`, 'utf8')]);
      soon ??= setImmediate(writeNow);
    },
    close() {
      writeNow();
      shut();
    },
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function parseMark(text: string): SignedHead | null {
  const [first = '', , , , epoch, seq, hash = '', signature = ''] = text.split('\n');
  if (!FIRST_LINES.includes(first) || !/^[0-9a-f]{64}$/.test(hash)) return null;
  const point: ChainPoint = {
    epoch: Number(epoch),
    seq: Number(seq),
    hash: new Uint8Array(Buffer.from(hash, 'hex')),
  };
  if (!Number.isSafeInteger(point.epoch) || !Number.isSafeInteger(point.seq)) return null;
  return { ...point, signature: new Uint8Array(Buffer.from(signature, 'base64')) };
}

import { concat, equal, fromBase64, readUtf8, toHex, utf8 } from './bytes.ts';
import { sha256, verifies } from './crypto.ts';
import { type Manifest, readLines, type Say } from './export-files.ts';
import { readCheckpoint } from './note.ts';

/** What the centre signed about a log, for whoever knows its published key. */
export interface CentreFindings {
  /** Up to where, in each epoch, it said to have received the log. */
  readonly receipted: readonly { readonly epoch: number; readonly seq: number }[];
  /** The newest checkpoint that it countersigned, and when, in POSIX seconds; null where there is none. */
  readonly cosigned: { readonly size: number; readonly at: number } | null;
}

interface ReceiptLine {
  readonly epoch: number;
  readonly seq: number;
  readonly receipt: string;
}

export const CENTRE_COSIGNED = 'centre-cosigned.txt';
const RECEIPTS = 'receipts.jsonl';
/** https://c2sp.org/tlog-cosignature: lines of this type begin with the time in eight bytes. */
const COSIGNATURE = 4;
const NONE = new Uint8Array();

export async function checkCentre(
  files: ReadonlyMap<string, Uint8Array>,
  log: {
    readonly manifest: Manifest;
    readonly centreKey: Uint8Array;
    readonly hashes: ReadonlyMap<string, Uint8Array>;
  },
  fault: Say,
): Promise<CentreFindings> {
  const { manifest, centreKey, hashes } = log;
  const lines = files.has(RECEIPTS) ? readLines<ReceiptLine>(files, RECEIPTS, fault) : [];
  const first =
    manifest.training === null ? 'tizme collector receipt v1' : 'tizme collector receipt v1 TRAINING';
  const receipted: { epoch: number; seq: number }[] = [];
  for (const { epoch, seq, receipt } of lines) {
    const place = `${epoch}/${seq}`;
    const hash = toHex(hashes.get(place) ?? NONE);
    const text = [first, manifest.election, manifest.station, manifest.device, epoch, seq, hash];
    const signature = fromBase64(String(receipt)) ?? NONE;
    if (await verifies(centreKey, utf8(`${text.join('\n')}\n`), signature)) receipted.push({ epoch, seq });
    else fault('wrong-receipt', place);
  }
  const note = files.get(CENTRE_COSIGNED);
  const cosigned = note === undefined ? null : await readCosigned(note, manifest, centreKey);
  if (note !== undefined && cosigned === null) fault('wrong-cosignature', CENTRE_COSIGNED);
  return { receipted, cosigned };
}

async function readCosigned(
  note: Uint8Array,
  { training, election }: Manifest,
  centreKey: Uint8Array,
): Promise<CentreFindings['cosigned']> {
  const checkpoint = readCheckpoint(readUtf8(note) ?? '');
  if (checkpoint === null) return null;
  const name = [training === null ? 'tizme' : 'tizme-TRAINING', election, 'centre'].join('/');
  const keyId = (await sha256(utf8(`${name}\n`), Uint8Array.of(COSIGNATURE), centreKey)).subarray(0, 4);
  const own = checkpoint.signatures.find(
    (one) => one.name === name && equal(one.signed.subarray(0, 4), keyId),
  );
  if (own === undefined || own.signed.length !== 4 + 8 + 64) return null;
  const { origin, size, rootBase64 } = checkpoint;
  const time = new DataView(concat(own.signed).buffer, 4, 8).getBigUint64(0);
  const message = utf8(`cosignature/v1\ntime ${time}\n${origin}\n${size}\n${rootBase64}\n`);
  return (await verifies(centreKey, message, own.signed.subarray(12))) ? { size, at: Number(time) } : null;
}

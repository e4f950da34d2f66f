import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type ElectionPart, electionPartSchema } from '../../packages/election-part.ts';

/** Where a newer package than the first sends the log; the first one's stands in the host's options. */
export const COLLECTOR_FILE = 'collector.json';

const schema = electionPartSchema.shape.collector;

/** Where the log goes, who signs its receipts, and who opens what comes on a stick. */
export interface CollectorOfLane {
  readonly collectorUrl: string | null;
  /** Ed25519, 32 bytes. */
  readonly collectorKey?: Uint8Array;
  /** Age recipient. */
  readonly collectorRecipient?: string;
}

/** As the newest package says, all of it; what the first one said stands in the host's options. */
export function collectorInForce({
  dataDirectory,
  collectorUrl,
  collectorKey,
  collectorRecipient,
}: CollectorOfLane & { readonly dataDirectory: string }): CollectorOfLane {
  const newer = readCollectorFile(dataDirectory);
  if (newer === undefined)
    return {
      collectorUrl,
      ...(collectorKey === undefined ? {} : { collectorKey }),
      ...(collectorRecipient === undefined ? {} : { collectorRecipient }),
    };
  const { url, key, recipient } = newer ?? { url: null, key: null };
  return {
    collectorUrl: url,
    ...(key == null ? {} : { collectorKey: new Uint8Array(Buffer.from(key, 'base64')) }),
    ...(recipient == null ? {} : { collectorRecipient: recipient }),
  };
}

/** Undefined where no newer package said anything. */
function readCollectorFile(directory: string): ElectionPart['collector'] | undefined {
  try {
    const parsed = z.safeParse(schema, JSON.parse(readFileSync(join(directory, COLLECTOR_FILE), 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

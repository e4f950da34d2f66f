import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type ElectionPart, electionPartSchema } from '../../packages/election-part.ts';

/** Where a newer package than the first sends the log; the first one's stands in the host's options. */
export const COLLECTOR_FILE = 'collector.json';

const schema = electionPartSchema.shape.collector;

/** Undefined where no newer package said anything. */
export function readCollectorFile(directory: string): ElectionPart['collector'] | undefined {
  try {
    const parsed = z.safeParse(schema, JSON.parse(readFileSync(join(directory, COLLECTOR_FILE), 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { TryRecord } from './try-limiter.ts';

const TRY_FILE = 'tries.json';
const tryFileSchema = z.strictObject({
  version: z.literal(1),
  wrong: z.record(z.string().max(64), z.int().min(1)),
});

/**
 * Wrong PINs in a plain file of the lane: they have to be known before anything is unlocked. A file that can't
 * be read or written is as none, for a full disk must lock nobody out.
 */
export function tryFile(directory: string): TryRecord {
  const file = join(directory, TRY_FILE);
  return {
    read() {
      try {
        const parsed = tryFileSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
        return new Map(parsed.success ? Object.entries(parsed.data.wrong) : []);
      } catch {
        return new Map();
      }
    },
    write(wrong) {
      try {
        writeFileSync(`${file}.part`, JSON.stringify({ version: 1, wrong: Object.fromEntries(wrong) }), {
          mode: 0o600,
        });
        renameSync(`${file}.part`, file);
      } catch {
        return;
      }
    },
  };
}

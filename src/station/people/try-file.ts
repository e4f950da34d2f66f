import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { TryRecord } from './try-limiter.ts';

const TRY_FILE = 'tries.json';
const tryFileSchema = z.strictObject({
  version: z.literal(1),
  wrong: z.record(z.string().max(64), z.int().min(1)),
  waits: z
    .record(z.string().max(64), z.strictObject({ boot: z.string().max(64), openAtMs: z.int() }))
    .exactOptional(),
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
        if (!parsed.success) return new Map();
        const { wrong, waits = {} } = parsed.data;
        return new Map(
          Object.entries(wrong).map(([personId, tries]) => [
            personId,
            { tries, wait: waits[personId] ?? null },
          ]),
        );
      } catch {
        return new Map();
      }
    },
    write(wrong) {
      try {
        const all = [...wrong];
        const waits = all.flatMap(([personId, { wait }]) => (wait === null ? [] : [[personId, wait]]));
        const content = {
          version: 1,
          wrong: Object.fromEntries(all.map(([personId, { tries }]) => [personId, tries])),
          ...(waits.length === 0 ? {} : { waits: Object.fromEntries(waits) }),
        };
        writeFileSync(`${file}.part`, JSON.stringify(content), { mode: 0o600 });
        renameSync(`${file}.part`, file);
      } catch {
        return;
      }
    },
  };
}

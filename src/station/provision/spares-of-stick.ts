import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result } from '../../domain/result.ts';
import { parseJson } from '../../packages/commission.ts';
import { writeWhole } from '../../store/write-whole.ts';

/** On the chair's stick: the spares that were made from it, so that no two of one place count the same receipts. */
const SPARES_FILE = 'spares.json';
const sparesSchema = z.strictObject({
  version: z.literal(1),
  spares: z.array(z.strictObject({ lane: z.int(), device: z.string().max(64) })).max(1_000),
});

/**
 * Notes on the stick that this laptop becomes the lane, before it does.
 * @returns how many others became it from this stick before; an error where the stick can't say or can't be written
 */
export function noteSpareOnStick(
  stick: string,
  spare: { readonly lane: number; readonly device: string },
): Result<number, 'stick-unreadable' | 'stick-unwritable'> {
  const file = join(stick, SPARES_FILE);
  const known = readSpares(file);
  if (known === null) return err('stick-unreadable');
  const ofPlace = known.filter(({ lane }) => lane === spare.lane);
  const place = ofPlace.findIndex(({ device }) => device === spare.device);
  // Begun before and broken off: nothing was printed.
  if (place !== -1) return ok(place);
  const { lane, device } = spare;
  const spares = [...known, { lane, device }];
  try {
    writeWhole(file, Buffer.from(`${JSON.stringify({ version: 1, spares }, null, 2)}\n`));
  } catch {
    return err('stick-unwritable');
  }
  return ok(ofPlace.length);
}

function readSpares(file: string): z.infer<typeof sparesSchema>['spares'] | null {
  if (!existsSync(file)) return [];
  try {
    const parsed = sparesSchema.safeParse(parseJson(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data.spares : null;
  } catch {
    return null;
  }
}

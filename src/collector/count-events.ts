import { z } from 'zod';
import { IDENTIFICATION_METHODS } from '../domain/outcome.ts';
import { AGE_GROUPS } from '../domain/voter.ts';
import { decodeCanonical } from '../ledger/canonical.ts';
import type { EventKind, SaltedPart } from '../ledger/event.ts';
import type { CountedProperty, TurnoutCount } from './collector-store.ts';

/** A cell for what the centre part doesn't say, so that every table adds up to the same total. */
export const UNKNOWN = 'unknown';

/** What people at the centre have to know of, among the events that are neither identification nor undo. */
export const INCIDENTS = ['problem', 'clock-jumped', 'stop-disputed'] as const;

/** Of a centre part, what is counted. Newer stations may say more. */
const countedSchema = z.object({
  type: z.enum(INCIDENTS).optional().catch(undefined),
  hour: z.int().min(0).max(23).optional().catch(undefined),
  sex: z.enum(['female', 'male']).optional().catch(undefined),
  ageGroup: z.enum(AGE_GROUPS).optional().catch(undefined),
  method: z.enum(IDENTIFICATION_METHODS).optional().catch(undefined),
});
type Counted = z.infer<typeof countedSchema>;

/** Counts of a batch, by property and value; an undo takes its identification out of every table again. */
export function countEvents(
  events: readonly { readonly kind: EventKind; readonly centre: SaltedPart | null }[],
): TurnoutCount[] {
  const counts = new Map<CountedProperty, Map<string, number>>();
  const add = (property: CountedProperty, value: string, count: number): void => {
    const cells = counts.get(property) ?? new Map<string, number>();
    counts.set(property, cells.set(value, (cells.get(value) ?? 0) + count));
  };
  for (const { kind, centre } of events) {
    add('kind', kind, 1);
    const { type, hour, sex, ageGroup, method } = readCounted(centre);
    if (kind === 'other') {
      if (type !== undefined) add('incident', type, 1);
      continue;
    }
    const count = kind === 'undo' ? -1 : 1;
    add('hour', hour === undefined ? UNKNOWN : String(hour).padStart(2, '0'), count);
    add('sex', sex ?? UNKNOWN, count);
    add('age-group', ageGroup ?? UNKNOWN, count);
    add('method', method ?? UNKNOWN, count);
  }
  return [...counts].flatMap(([property, cells]) =>
    [...cells].filter(([, count]) => count !== 0).map(([value, count]) => ({ property, value, count })),
  );
}

/** The centre parts of a country differ in a few hundred ways, so most have been read before. */
const read = new Map<string, Counted>();
const MOST_REMEMBERED = 4096;

function readCounted(centre: SaltedPart | null): Counted {
  if (centre === null) return {};
  const { buffer, byteOffset, byteLength } = centre.bytes;
  const name = Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
  const known = read.get(name);
  if (known !== undefined) return known;
  const fields = decodeCanonical(centre.bytes);
  const counted = fields.ok ? countedSchema.parse(fields.value) : {};
  if (read.size >= MOST_REMEMBERED) read.clear();
  read.set(name, counted);
  return counted;
}

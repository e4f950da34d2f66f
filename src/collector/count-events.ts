import { z } from 'zod';
import { IDENTIFICATION_METHODS } from '../domain/outcome.ts';
import { AGE_GROUPS } from '../domain/voter.ts';
import { decodeCanonical } from '../ledger/canonical.ts';
import type { EventKind, SaltedPart } from '../ledger/event.ts';
import type { CountedProperty, TurnoutCount } from './collector-store.ts';

/** A cell for what the centre part doesn't say, so that every table adds up to the same total. */
export const UNKNOWN = 'unknown';

/** Of an identification's centre part, what is counted. Newer stations may say more. */
const identifiedSchema = z.object({
  hour: z.int().min(0).max(23).optional().catch(undefined),
  sex: z.enum(['female', 'male']).optional().catch(undefined),
  ageGroup: z.enum(AGE_GROUPS).optional().catch(undefined),
  method: z.enum(IDENTIFICATION_METHODS).optional().catch(undefined),
});

/** Counts of a batch: how many of each kind, and of the identifications one table for each property. */
export function countEvents(
  events: readonly { readonly kind: EventKind; readonly centre: SaltedPart | null }[],
): TurnoutCount[] {
  const counts = new Map<string, TurnoutCount>();
  const add = (property: CountedProperty, value: string): void => {
    const key = `${property}/${value}`;
    counts.set(key, { property, value, count: (counts.get(key)?.count ?? 0) + 1 });
  };
  for (const { kind, centre } of events) {
    add('kind', kind);
    if (kind !== 'identification') continue;
    const { hour, sex, ageGroup, method } = readIdentified(centre);
    add('hour', hour === undefined ? UNKNOWN : String(hour).padStart(2, '0'));
    add('sex', sex ?? UNKNOWN);
    add('age-group', ageGroup ?? UNKNOWN);
    add('method', method ?? UNKNOWN);
  }
  return [...counts.values()];
}

function readIdentified(centre: SaltedPart | null): z.infer<typeof identifiedSchema> {
  const fields = centre === null ? null : decodeCanonical(centre.bytes);
  return fields?.ok === true ? identifiedSchema.parse(fields.value) : {};
}

import { z } from 'zod';
import { IDENTIFICATION_METHODS } from '../domain/outcome.ts';
import { isParticipationToken, type ParticipationToken } from '../domain/participation-token.ts';
import { AGE_GROUPS } from '../domain/voter.ts';
import { decodeCanonical } from '../ledger/canonical.ts';
import type { EventKind, SaltedPart } from '../ledger/event.ts';
import type { CountedProperty, Participation, TurnoutCount } from './collector-store.ts';
import { type Incident, incidentOf } from './incidents.ts';
import { MOST_SETTLED } from './packed-range.ts';

/** A cell for what the centre part doesn't say, so that every table adds up to the same total. */
export const UNKNOWN = 'unknown';

const text = z.string().optional().catch(undefined);

/** Of a centre part, what is counted. Newer stations may say more. */
const countedSchema = z.object({
  ...{ type: text, result: text, what: text, doubleOf: text },
  duringCut: z.boolean().optional().catch(undefined),
  hour: z.int().min(0).max(23).optional().catch(undefined),
  sex: z.enum(['female', 'male']).optional().catch(undefined),
  ageGroup: z.enum(AGE_GROUPS).optional().catch(undefined),
  method: z.enum(IDENTIFICATION_METHODS).optional().catch(undefined),
});

/** Of a centre part that has a token and is neither an identification nor an undo. */
const tokenSchema = z.object({ type: text, settles: z.int().min(1).optional().catch(undefined) });

interface Counted extends Pick<z.infer<typeof countedSchema>, 'hour' | 'sex' | 'ageGroup' | 'method'> {
  readonly incident: Incident | null;
}

interface ReadEvent {
  readonly seq: number;
  readonly kind: EventKind;
  readonly centre: SaltedPart | null;
}

/** Counts of a batch, by property and value; an undo takes its identification out of every table again. */
export function countEvents(events: readonly Pick<ReadEvent, 'kind' | 'centre'>[]): TurnoutCount[] {
  const counts = new Map<CountedProperty, Map<string, number>>();
  const add = (property: CountedProperty, value: string, count: number): void => {
    const cells = counts.get(property) ?? new Map<string, number>();
    counts.set(property, cells.set(value, (cells.get(value) ?? 0) + count));
  };
  for (const { kind, centre } of events) {
    add('kind', kind, 1);
    const { incident, hour, sex, ageGroup, method } = readCounted(centre);
    if (kind === 'other') {
      if (incident !== null) add('incident', incident, 1);
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

/**
 * The tokens of a batch: who takes part, for the search for double identifications and for nothing else. A line of the
 * paper list that was entered is one as well, and so is what two people said of a voter's records; observers' public
 * part calls them other.
 */
export function readParticipations(events: readonly ReadEvent[]): Participation[] {
  const participations: Participation[] = [];
  for (const { seq, kind, centre } of events) {
    if (centre === null) continue;
    const { token } = splitToken(latin1(centre.bytes));
    const settles = kind === 'other' ? settledHere(centre) : 0;
    if (token === null || settles === null) continue;
    participations.push({ seq, isUndo: kind === 'undo', settles, token: Buffer.from(token, 'base64url') });
  }
  return participations;
}

/** A visitor who was identified without a record: not whom, but what the centre can settle that by. */
export interface Claim {
  readonly seq: number;
  readonly isUndo: boolean;
  readonly claim: string;
}

/** The key `claim`, as RFC 8949 encodes it. */
const CLAIM_FIELD = 'eclaim';

export function readClaims(events: readonly ReadEvent[]): Claim[] {
  const claims: Claim[] = [];
  for (const { seq, kind, centre } of events) {
    if (kind === 'other' || centre === null || !latin1(centre.bytes).includes(CLAIM_FIELD)) continue;
    const fields = decodeCanonical(centre.bytes);
    const claim = fields.ok ? fields.value.claim : null;
    if (typeof claim === 'string') claims.push({ seq, isUndo: kind === 'undo', claim });
  }
  return claims;
}

/** 0: a line of the paper list, a record like others. Null: nothing that is compared. */
function settledHere({ bytes }: SaltedPart): number | null {
  const fields = decodeCanonical(bytes);
  const read = fields.ok ? tokenSchema.safeParse(fields.value).data : undefined;
  switch (read?.type) {
    case 'paper-line-entered':
      return 0;
    case 'paper-line-settled':
    case 'lanes':
      return read.settles === undefined ? null : Math.min(read.settles, MOST_SETTLED);
    default:
      return null;
  }
}

/** The key `token` and the head of a text of 22 characters, as RFC 8949 encodes them. */
const TOKEN_FIELD = 'etokenv';
const TOKEN_CHARACTERS = 22;

/**
 * A centre part without its token. CBOR is read from the front, so parts that are alike but for a token's characters
 * mean the same but for the token.
 */
function splitToken(bytes: string): { readonly rest: string; readonly token: ParticipationToken | null } {
  const found = bytes.indexOf(TOKEN_FIELD);
  if (found === -1) return { rest: bytes, token: null };
  const at = found + TOKEN_FIELD.length;
  const token = bytes.slice(at, at + TOKEN_CHARACTERS);
  if (!isParticipationToken(token)) return { rest: bytes, token: null };
  return { rest: bytes.slice(0, at) + bytes.slice(at + TOKEN_CHARACTERS), token };
}

/** The centre parts of a country differ in a few hundred ways, so most have been read before. */
const read = new Map<string, Counted>();
const MOST_REMEMBERED = 4096;
const NOTHING: Counted = { incident: null };

function readCounted(centre: SaltedPart | null): Counted {
  if (centre === null) return NOTHING;
  const { rest } = splitToken(latin1(centre.bytes));
  const known = read.get(rest);
  if (known !== undefined) return known;
  const fields = decodeCanonical(centre.bytes);
  const counted = fields.ok ? toCounted(countedSchema.parse(fields.value)) : NOTHING;
  // A claim is like no other: it isn't met again.
  if (rest.includes(CLAIM_FIELD)) return counted;
  if (read.size >= MOST_REMEMBERED) read.clear();
  read.set(rest, counted);
  return counted;
}

function toCounted({
  type,
  result,
  what,
  doubleOf,
  duringCut,
  ...counted
}: z.infer<typeof countedSchema>): Counted {
  return { ...counted, incident: incidentOf({ type, result, what, doubleOf, duringCut }) };
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

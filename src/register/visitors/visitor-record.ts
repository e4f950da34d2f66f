import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { isParticipationToken, type ParticipationToken } from '../../domain/participation-token.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { EnrolledTemplate, Voter } from '../../domain/voter.ts';
import { openRecord, sealRecord } from '../../store/keys.ts';

/** Everything by which a voter of another station is identified. */
export interface VisitorRecord {
  readonly voter: Voter;
  /** JPEG. */
  readonly photo: Uint8Array | null;
  readonly templates: readonly EnrolledTemplate[];
  /** As the home station has it: what the centre compares. */
  readonly token: ParticipationToken | null;
}

export interface VisitorRecordPlace {
  readonly electionId: string;
  readonly locator: Uint8Array;
}

/** More than a photo and ten templates take. */
const LONGEST_RECORD = 1 << 20;

const text = z.string().max(500);
const bytes = z.base64().transform((base64) => new Uint8Array(Buffer.from(base64, 'base64')));

const recordSchema = z.strictObject({
  voter: z.strictObject({
    id: text,
    listNumber: z.int().min(1),
    personalNumber: z.string().regex(/^\d{14}$/),
    name: z.strictObject({ surname: text.nullable(), given: text, patronymic: text.nullable() }),
    birthDate: z.iso.date(),
    sex: z.enum(['female', 'male']),
    address: text,
    stationNumber: z.int().min(0),
    districtNumber: z.int().min(0),
    standing: z.enum(['active', 'struck-off', 'moved', 'voted-at-home']),
    ballotStyles: z.array(text).max(20),
    documents: z
      .array(
        z.strictObject({
          kind: z.enum(['id-card', 'passport']),
          number: text,
          expires: z.iso.date(),
          current: z.boolean(),
        }),
      )
      .max(20),
    hasFingerprints: z.boolean(),
    changes: z.array(z.enum(['new-name', 'new-document'])).max(2),
  }),
  photo: bytes.nullable(),
  templates: z.array(z.strictObject({ position: z.int().min(0).max(10), record: bytes })).max(10),
  token: z
    .custom<ParticipationToken>((one) => typeof one === 'string' && isParticipationToken(one))
    .nullable(),
});

/** @param key of `recordKeyOf`. */
export function sealVisitorRecord(
  key: Uint8Array,
  { voter, photo, templates, token }: VisitorRecord,
  place: VisitorRecordPlace,
): Uint8Array {
  const json = JSON.stringify({
    voter,
    photo: photo === null ? null : base64(photo),
    templates: templates.map(({ position, record }) => ({ position, record: base64(record) })),
    token,
  });
  const plain = deflateRawSync(json);
  const sealed = sealRecord(key, plain, associated(place));
  plain.fill(0);
  return sealed;
}

/** The caller wipes the templates after the comparison. */
export function openVisitorRecord(
  key: Uint8Array,
  sealed: Uint8Array,
  place: VisitorRecordPlace,
): Result<VisitorRecord, 'visitor-record-damaged'> {
  const opened = openRecord(key, sealed, associated(place));
  if (!opened.ok) return err('visitor-record-damaged');
  try {
    const json = inflateRawSync(opened.value, { maxOutputLength: LONGEST_RECORD });
    opened.value.fill(0);
    const parsed = recordSchema.safeParse(JSON.parse(json.toString('utf8')));
    json.fill(0);
    return parsed.success ? ok(parsed.data) : err('visitor-record-damaged');
  } catch {
    // Sealed by whoever has both halves, and yet no record: another version's.
    return err('visitor-record-damaged');
  }
}

function associated({ electionId, locator }: VisitorRecordPlace): Uint8Array {
  return Buffer.from(JSON.stringify(['tizme visitor record v1', electionId, base64(locator)]), 'utf8');
}

function base64(from: Uint8Array): string {
  return Buffer.from(from).toString('base64');
}

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

/** Records differ in length by whole steps of this, so that nobody reads from it who has no fingers or no photo. */
const STEP = 1024;

const text = z.string().max(500);
const length = z
  .int()
  .min(1)
  .max(1 << 20);

/** What a record begins with: four bytes of length, and this as JSON; photo, templates and zeros follow. */
const headSchema = z.strictObject({
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
  photo: length.nullable(),
  templates: z.array(z.strictObject({ position: z.int().min(0).max(10), length })).max(10),
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
  const head = Buffer.from(
    JSON.stringify({
      ...{ voter, token, photo: photo?.length ?? null },
      templates: templates.map(({ position, record }) => ({ position, length: record.length })),
    }),
    'utf8',
  );
  const parts = [head, ...(photo === null ? [] : [photo]), ...templates.map(({ record }) => record)];
  const whole = 4 + parts.reduce((sum, part) => sum + part.length, 0);
  const plain = Buffer.alloc(Math.ceil(whole / STEP) * STEP);
  plain.writeUInt32LE(head.length);
  let at = 4;
  for (const part of parts) {
    plain.set(part, at);
    at += part.length;
  }
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
  const record = recordIn(Buffer.from(opened.value.buffer, opened.value.byteOffset, opened.value.length));
  opened.value.fill(0);
  // Sealed by whoever has both halves, and yet no record: another version's.
  return record === null ? err('visitor-record-damaged') : ok(record);
}

function recordIn(plain: Buffer): VisitorRecord | null {
  const headEnd = plain.length < 4 ? plain.length + 1 : 4 + plain.readUInt32LE();
  if (headEnd > plain.length) return null;
  const head = headSchema.safeParse(parse(plain.toString('utf8', 4, headEnd)));
  if (!head.success) return null;
  const { voter, token, photo, templates } = head.data;
  let at = headEnd;
  const take = (bytes: number): Uint8Array => {
    at += bytes;
    return new Uint8Array(plain.subarray(at - bytes, at));
  };
  const record = {
    ...{ voter, token, photo: photo === null ? null : take(photo) },
    templates: templates.map(({ position, length: bytes }) => ({ position, record: take(bytes) })),
  };
  return at <= plain.length ? record : null;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function associated({ electionId, locator }: VisitorRecordPlace): Uint8Array {
  return Buffer.from(
    JSON.stringify(['tizme visitor record v1', electionId, Buffer.from(locator).toString('base64')]),
    'utf8',
  );
}

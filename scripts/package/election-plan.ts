import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Procedure, procedureSchema } from '../../src/domain/procedure.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { ROLES } from '../../src/domain/roles.ts';
import { AGE_RECIPIENT } from '../../src/packages/age-sealing.ts';
import { parseJson } from '../../src/packages/commission.ts';
import { type LaneEntry, laneEntrySchema } from '../../src/packages/manifest.ts';
import { rosterLaneSchema } from '../../src/sync/lanes/transport/lane-roster.ts';

const localizedText = z.strictObject({ ky: z.string(), ru: z.string(), en: z.string() });

/** The centre's Ed25519 key, 32 bytes: in hexadecimal, as the collector prints it, or in base64, as packages keep it. */
export const centreKey = z.union([
  z.base64().regex(/^[^=]{43}=$/),
  z
    .string()
    .regex(/^[0-9a-f]{64}$/i)
    .transform((text) => Buffer.from(text, 'hex').toString('base64')),
]);

/** The stations of an election and their people: what a package holds besides list and procedure. */
const planSchema = z.strictObject({
  version: z.literal(1),
  stations: z
    .array(
      z.strictObject({
        number: z.int().min(1),
        district: z.int().min(0),
        name: localizedText,
        people: z
          .array(
            z.strictObject({
              id: z.string().regex(/^[a-z0-9-]{1,40}$/),
              name: z.string().min(1).max(200),
              role: z.enum(ROLES),
              /** Drawn unless given; a real election's are never given. */
              pin: z.string().min(4).max(40).optional(),
            }),
          )
          .min(2)
          .max(60),
      }),
    )
    .min(1),
  trustedCertificates: z.array(z.base64()).default([]),
  collector: z
    .strictObject({
      url: z.url().nullable(),
      key: centreKey.nullable(),
      /** As `tizme collector stick-key` prints it. */
      recipient: z.string().regex(AGE_RECIPIENT).nullable().default(null),
    })
    .nullable()
    .default(null),
  journalRecipients: z.array(z.string().regex(AGE_RECIPIENT)).default([]),
});
export type ElectionPlan = z.infer<typeof planSchema>;
export type PlannedStation = ElectionPlan['stations'][number];

/** The file that `provision enrol` writes: the public halves of one laptop's keys, and where it is meant for. */
export const enrolmentSchema = z.strictObject({
  version: z.literal(1),
  station: z.int().min(1),
  ...laneEntrySchema.shape,
  /** Written on its label. */
  seal: z.string().max(40),
  model: z.string().max(200),
});

export type Enrolment = z.infer<typeof enrolmentSchema>;

/** What a spare leaves on the stick for the tables that live; one of an older program doesn't name its receipts. */
export const spareFileSchema = z.strictObject({
  ...enrolmentSchema.shape,
  receiptsFrom: rosterLaneSchema.shape.receiptsFrom,
});

/** A file that isn't what it should be: where, and what is wrong there, without what it says. */
interface FileFault<Code extends string = 'file-unreadable' | 'file-malformed'> {
  readonly code: Code;
  readonly file: string;
  readonly sentence: string;
}

export function readPlan(file: string): Result<ElectionPlan, FileFault> {
  const plan = readJsonFile(file, planSchema);
  if (!plan.ok) return plan;
  const numbers = new Set<number>();
  for (const { number } of plan.value.stations) {
    if (numbers.has(number)) return malformed(file, `station ${number} stands in it twice`);
    numbers.add(number);
  }
  return plan;
}

export function readProcedure(file: string): Result<Procedure, FileFault> {
  return readJsonFile(file, procedureSchema);
}

/** Every enrolment in a folder; two laptops for one lane, one laptop for two, or one seal on two are refused. */
export function readEnrolments(
  directory: string,
): Result<Enrolment[], FileFault | FileFault<'enrolled-twice'>> {
  let files: string[];
  try {
    files = readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch {
    return unreadable(directory);
  }
  const enrolments: Enrolment[] = [];
  const taken = new Map<string, string>();
  for (const name of files) {
    const file = join(directory, name);
    const enrolment = readJsonFile(file, enrolmentSchema);
    if (!enrolment.ok) return enrolment;
    const { station, lane, device, seal } = enrolment.value;
    const claims = [
      `lane ${lane} of station ${station}`,
      `laptop ${device}`,
      ...(seal === '' ? [] : [`seal ${seal}`]),
    ];
    for (const claim of claims) {
      const other = taken.get(claim);
      if (other !== undefined) return err(enrolledTwice(file, other, claim));
      taken.set(claim, name);
    }
    enrolments.push(enrolment.value);
  }
  return ok(enrolments);
}

export function laneEntryOf({
  station: _,
  version: __,
  seal: ___,
  model: ____,
  ...entry
}: Enrolment): LaneEntry {
  return entry;
}

export function readJsonFile<T>(file: string, schema: z.ZodType<T>): Result<T, FileFault> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return unreadable(file);
  }
  const json = parseJson(text);
  if (json === null) return malformed(file, 'it is no JSON');
  const parsed = schema.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  const place = (issue?.path ?? []).map((step) =>
    typeof step === 'number' ? `[${step}]` : `.${String(step)}`,
  );
  return malformed(file, `${place.join('').replace(/^\./, '')}: ${issue?.message ?? ''}`.replace(/^: /, ''));
}

function unreadable(file: string): Result<never, FileFault> {
  const sentence = `${file} can not be read: check the name, and whether the stick is plugged in`;
  return err({ code: 'file-unreadable', file, sentence });
}

function malformed(file: string, what: string): Result<never, FileFault> {
  return err({ code: 'file-malformed', file, sentence: `${file} is not what it should be: ${what}` });
}

function enrolledTwice(file: string, other: string, claim: string): FileFault<'enrolled-twice'> {
  const sentence = `${file}: ${other} says ${claim}, too. Take the wrong one of the two out of the folder, and enrol that laptop again; nothing was made`;
  return { code: 'enrolled-twice', file, sentence };
}

export function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

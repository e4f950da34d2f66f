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

type FileFault = { readonly code: 'file-unreadable' | 'file-malformed'; readonly file: string };

export function readPlan(file: string): Result<ElectionPlan, FileFault> {
  const plan = readJsonFile(file, planSchema);
  if (!plan.ok) return plan;
  const numbers = new Set(plan.value.stations.map(({ number }) => number));
  return numbers.size === plan.value.stations.length ? plan : err({ code: 'file-malformed', file });
}

export function readProcedure(file: string): Result<Procedure, FileFault> {
  return readJsonFile(file, procedureSchema);
}

/** Every enrolment in a folder; two laptops for one lane, one laptop for two, or one seal on two are refused. */
export function readEnrolments(
  directory: string,
): Result<Enrolment[], FileFault | { readonly code: 'enrolled-twice'; readonly file: string }> {
  let files: string[];
  try {
    files = readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch {
    return err({ code: 'file-unreadable', file: directory });
  }
  const enrolments: Enrolment[] = [];
  const taken = new Set<string>();
  for (const name of files) {
    const file = join(directory, name);
    const enrolment = readJsonFile(file, enrolmentSchema);
    if (!enrolment.ok) return enrolment;
    const { station, lane, device, seal } = enrolment.value;
    const claims = [`lane ${station}/${lane}`, `device ${device}`, ...(seal === '' ? [] : [`seal ${seal}`])];
    for (const claim of claims) {
      if (taken.has(claim)) return err({ code: 'enrolled-twice', file });
      taken.add(claim);
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
    return err({ code: 'file-unreadable', file });
  }
  const parsed = schema.safeParse(parseJson(text));
  return parsed.success ? ok(parsed.data) : err({ code: 'file-malformed', file });
}

export function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

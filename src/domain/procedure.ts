import { z } from 'zod';
import { electionIdSchema } from './election-id.ts';

/**
 * The procedure is data: how identification works in this election, as the commission decided it. It comes
 * signed in the election package, is readable, and two of them can be compared line by line.
 */
const localizedText = z.object({ ky: z.string(), ru: z.string(), en: z.string() });
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const procedureSchema = z.strictObject({
  version: z.literal(1),
  electionId: electionIdSchema,
  title: localizedText,
  /** True for a mock election: every screen, paper, file and event is marked as training. */
  mock: z.boolean(),
  electionDate: z.iso.date(),
  /** IANA name; hours of reports and of voting are counted in it. */
  timeZone: z.string(),
  voting: z.strictObject({ opens: timeOfDay, closes: timeOfDay }),
  minimumAge: z.int().min(16).max(25),
  documents: z.strictObject({
    accepted: z.array(z.enum(['id-card', 'passport'])).min(1),
    /** A document that expired at most this many days ago is still accepted. */
    expiredAcceptedDays: z.int().min(0),
  }),
  fingerprint: z.strictObject({
    /** Attempts on one finger before the next step of the ladder. */
    attemptsPerFinger: z.int().min(1).max(10),
    /** The score that a comparison must reach: 10 x k is about a false match rate of 10^-k. */
    acceptScore: z.number().min(0),
    /** Capture quality (0-100) from which an image is compared at once. */
    minimumQuality: z.int().min(0).max(100),
    /**
     * One finger may be searched for among all voters (1:N), when chair and a member open it. Off unless true; what
     * it finds is for people to check.
     */
    searchAllowed: z.boolean().optional(),
  }),
  /** What follows when a finger does not match, in order. */
  fallbackLadder: z.array(z.enum(['other-finger', 'clean-and-retry', 'third-finger', 'commission'])).min(1),
  /** Who has to agree when a voter passes without a fingerprint. */
  commissionDecision: z.strictObject({ members: z.int().min(1).max(3), chair: z.boolean() }),
  /** Share of voters (of those identified) passed without a match above which the screens warn. */
  overrideWarningShare: z.number().min(0).max(1),
  /** One receipt and one ballot per entry, in this order (2021: president and referendum, two receipts). */
  receipts: z.array(z.strictObject({ id: z.string(), title: localizedText })).min(1),
  /** Fields printed on a receipt, in order; the personal number is never among them. */
  receiptFields: z.array(z.enum(['list-number', 'name', 'time', 'lane', 'code'])),
  inkStep: z.boolean(),
  observerDisplay: z.strictObject({ showPhoto: z.boolean(), photoSeconds: z.int().min(1).max(60) }),
  /** How ballot and signature are confirmed: by scanning the receipt's code, or by the members' own count. */
  issuing: z.enum(['scan', 'hand-count']),
  /** Whether the chair may tell a voter who stands there with the document how often they are counted; off if left out. */
  answersCountedOnce: z.boolean().optional(),
  reports: z.strictObject({ everyMinutes: z.int().min(15).max(240) }),
  operatorChange: z.enum(['tap', 'pin']),
  /** A voter of another station may be identified here. */
  anyPrecinct: z.boolean(),
});

export type Procedure = z.infer<typeof procedureSchema>;

/** The receipts, and so the ballots, that a voter of these ballot styles gets under this procedure, in its order. */
export function receiptsOf(
  { receipts }: Pick<Procedure, 'receipts'>,
  ballotStyles: readonly string[],
): Procedure['receipts'] {
  return receipts.filter(({ id }) => ballotStyles.includes(id));
}

/** Whether this procedure knows every one of a voter's ballots; others it could not give. */
export function knowsBallots(
  { receipts }: Pick<Procedure, 'receipts'>,
  ballotStyles: readonly string[],
): boolean {
  return ballotStyles.every((style) => receipts.some(({ id }) => id === style));
}

/** One line per setting that differs between two procedures, for the people who have to approve the change. */
export function procedureDifferences(before: Procedure, after: Procedure): readonly string[] {
  const flat = (value: unknown, path: string, into: Map<string, string>): Map<string, string> => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value))
        flat(inner, path === '' ? key : `${path}.${key}`, into);
    } else into.set(path, JSON.stringify(value));
    return into;
  };
  const left = flat(before, '', new Map());
  const right = flat(after, '', new Map());
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort();
  return paths
    .filter((path) => left.get(path) !== right.get(path))
    .map((path) => `${path}: ${left.get(path) ?? '(none)'} -> ${right.get(path) ?? '(none)'}`);
}

import { z } from 'zod';
import { electionIdSchema } from '../domain/election-id.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { AGE_GROUPS } from '../domain/voter.ts';
import type { RegisterIdentity } from '../register/register-source.ts';
import { AGE_RECIPIENT } from './age-sealing.ts';
import { parseJson } from './commission.ts';

/**
 * What a package says of itself, in clear and signed: whose it is, what is in it to the byte, and what it adds up
 * to. Names nobody. Its text is one fixed form of JSON, so that the same content has the same bytes to sign.
 */

/** The parts of a package, in the order in which they follow the manifest. No other name can be written down. */
export const PART_NAMES = [
  /** The key of the other parts, sealed to every lane and to the recovery. */
  'keys',
  /** Procedure, ballot styles, country certificates, where to upload. */
  'election',
  /** The commission's people with their first PINs. */
  'people',
  'voters',
  'templates',
  'photos',
  'elsewhere',
] as const;
export type PartName = (typeof PART_NAMES)[number];

/** Parts that shrink, and are packed (RFC 1950) before they are sealed; templates and photos don't. */
export const PACKED_PARTS: readonly PartName[] = ['election', 'people', 'voters', 'elsewhere'];

/** More than this is no part of a station's package, whatever was signed: bytes once opened. */
export const MOST_PART_BYTES: Readonly<Record<PartName, number>> = {
  keys: 64 * 1024,
  election: 8 * 1024 * 1024,
  people: 1024 * 1024,
  voters: 64 * 1024 * 1024,
  templates: 256 * 1024 * 1024,
  photos: 768 * 1024 * 1024,
  elsewhere: 16 * 1024 * 1024,
};
/** What sealing adds at most to so many bytes: a header, and 16 bytes for each 64 KiB. */
export function mostSealedBytes(opened: number): number {
  return opened + 16 * 1024 + 32 * Math.ceil(opened / 65_536 + 1);
}

export const MOST_VOTERS_OF_A_STATION = 20_000;
const MOST_LANES = 10;
const MOST_SHARED_BYTES = 1024 ** 3;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const localizedText = z.strictObject({ ky: z.string(), ru: z.string(), en: z.string() });
const count = z.int().min(0).max(MOST_VOTERS_OF_A_STATION);
const countsOfSex = z.strictObject({
  '18-25': count,
  '26-35': count,
  '36-45': count,
  '46-60': count,
  '61+': count,
} satisfies Record<(typeof AGE_GROUPS)[number], unknown>);

/** A laptop that was enrolled for this station: the public halves of its keys. */
export const laneEntrySchema = z.strictObject({
  lane: z.int().min(1).max(MOST_LANES),
  device: z.string().regex(/^[a-z0-9-]{1,64}$/),
  /** Its age recipient: opens this package. */
  recipient: z.string().regex(AGE_RECIPIENT),
  /** Ed25519 key of its log, base64. */
  ledgerKey: z.base64().regex(/^[^=]{43}=$/),
  /** X25519 key for grants that are read aloud, base64. */
  codeKey: z.base64().regex(/^[^=]{43}=$/),
  /** What it shows to the other lanes, PEM. */
  certificate: z.string().min(1).max(4_096),
  /** `host:port` where it is looked for besides mDNS. */
  address: z.string().max(260).nullable(),
});
export type LaneEntry = z.infer<typeof laneEntrySchema>;

const manifestSchema = z.strictObject({
  electionId: electionIdSchema,
  mock: z.boolean(),
  title: localizedText,
  electionDate: z.iso.date(),
  station: z.strictObject({ number: z.int().min(1), district: z.int().min(0), name: localizedText }),
  /** Rises with each package of this station; an older one is refused. */
  version: z.int().min(1).max(1_000_000),
  /** The build run that this package comes from: the hash of everything that went into it. */
  build: sha256,
  /** The last day on which it may be opened. */
  expires: z.iso.date(),
  /** Age recipient of the package's own key: what comes after the package is sealed to whoever can open it. */
  changesTo: z.string().regex(AGE_RECIPIENT).exactOptional(),
  lanes: z.array(laneEntrySchema).max(MOST_LANES),
  /** Runs of list numbers, one a lane: what the printed signs say. */
  shares: z.array(z.strictObject({ lane: z.int(), first: z.int(), last: z.int() })).max(MOST_LANES),
  counts: z.strictObject({ female: countsOfSex, male: countsOfSex }),
  /** SHA-256 over the register's canonical rows (src/register/content-hash.ts). */
  register: sha256,
  parts: z
    .array(
      z.strictObject({
        name: z.enum(PART_NAMES),
        /** As it lies in the file. */
        bytes: z.int().min(1),
        sha256,
        /** Once opened (and unpacked). */
        opened: z.strictObject({ bytes: z.int().min(0), sha256 }),
      }),
    )
    .max(PART_NAMES.length),
  /** Parts that are the same for every station and lie beside the packages, e.g. the national index. */
  shared: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
          .max(60),
        bytes: z.int().min(1).max(MOST_SHARED_BYTES),
        sha256,
      }),
    )
    .max(8),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestPart = Manifest['parts'][number];
export type SharedPart = Manifest['shared'][number];

const FIRST_LINE = 'tizme election package v1\n';

/** The text that is signed. */
export function encodeManifest(manifest: Manifest): string {
  return `${FIRST_LINE}${JSON.stringify(manifestSchema.parse(manifest), null, 2)}\n`;
}

/** Only the one form that `encodeManifest` gives: no unknown field, no field twice, no other spelling. */
export function parseManifest(text: string): Result<Manifest, 'manifest-malformed'> {
  if (!text.startsWith(FIRST_LINE)) return err('manifest-malformed');
  const parsed = manifestSchema.safeParse(parseJson(text.slice(FIRST_LINE.length)));
  if (!parsed.success || encodeManifest(parsed.data) !== text) return err('manifest-malformed');
  return ok(parsed.data);
}

/** What a register of this package says of itself. */
export function registerInfoOf({
  electionId,
  mock,
  station,
}: Pick<Manifest, 'electionId' | 'mock' | 'station'>): RegisterIdentity {
  return {
    electionId,
    mock,
    stationNumber: station.number,
    districtNumber: station.district,
    stationName: station.name,
  };
}

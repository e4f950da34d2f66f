import { concat, equal, fromBase64, readUtf8, toHex, utf8 } from './bytes.ts';
import { CENTRE_COSIGNED, type CentreFindings, checkCentre } from './centre.ts';
import { knowsEd25519, sha256, verifies } from './crypto.ts';
import {
  checkFiles,
  type Manifest,
  publishedKey,
  readLines,
  readManifest,
  type Say,
} from './export-files.ts';
import { type KeptCheckpoint, readCheckpoint, type Signing, signingOf } from './note.ts';
import { type PublicPart, readPublicPart } from './public-part.ts';
import { Tree } from './tree.ts';

/** What does not match, and where: a code that the page has words for, a file, a line or an event, a number. */
export interface Fault {
  readonly code: string;
  readonly place: string;
}

/** Neighbouring report periods with ten identifications or more together: fewer could point at somebody. */
export interface Periods {
  readonly first: number;
  readonly last: number;
  readonly identifications: number;
}

export interface Findings {
  readonly faults: readonly Fault[];
  readonly training: boolean;
  /** Null when not even the manifest could be read. */
  readonly log: {
    readonly election: string;
    readonly station: string;
    readonly device: string;
    readonly level: string;
    /** Base64; to be compared with the published one. */
    readonly publicKey: string;
    readonly keyWasCompared: boolean;
    readonly events: number;
    readonly identifications: number;
    readonly undone: number;
    readonly partsOpened: number;
    readonly periods: readonly Periods[];
    readonly origin: string;
    readonly size: number;
    readonly rootBase64: string;
    readonly checkpoints: readonly { readonly size: number; readonly signing: Signing }[];
    /** Null where no key of the centre was given. */
    readonly centre: CentreFindings | null;
  } | null;
}

export interface ToCheck {
  /** By name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What was photographed; null for text that is no checkpoint. */
  readonly checkpoints: readonly (KeptCheckpoint | null)[];
  /** As it was published for this device, base64; empty when there is none to compare with. */
  readonly publicKey: string;
  /** The key of the centre as it was published, base64; empty when there is none. */
  readonly centreKey: string;
}

interface EventLine {
  readonly epoch: number;
  readonly seq: number;
  readonly hash: string;
  readonly public: string;
  readonly centre?: Shown | null;
  readonly private?: Shown | null;
}
interface Shown {
  readonly salt: string;
  readonly bytes: string;
}
interface HeadLine {
  readonly epoch: number;
  readonly seq: number;
  readonly hash: string;
  readonly signature: string;
}

interface CheckedEvent {
  readonly epoch: number;
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly part: PublicPart | null;
}

/** What others countersigned has to be an earlier state of this log, whoever they are. */
const COUNTERSIGNED = ['cosigned.txt', CENTRE_COSIGNED];
const NONE = new Uint8Array();

/** Checks everything that an export promises, in this page, with nothing but the browser's own cryptography. */
export async function checkExport({ files, checkpoints, publicKey, centreKey }: ToCheck): Promise<Findings> {
  const faults: Fault[] = [];
  const fault = (code: string, place: string | number = ''): void => {
    faults.push({ code, place: String(place) });
  };
  if (!(await knowsEd25519())) fault('browser-too-old');
  const manifest = readManifest(files.get('manifest.json'));
  if (manifest === null) {
    fault(files.has('manifest.json') ? 'malformed-file' : 'missing-file', 'manifest.json');
    return { faults, training: false, log: null };
  }
  const key = fromBase64(manifest.publicKey) ?? NONE;
  const isCompared = publicKey.trim() !== '';
  if (isCompared && publishedKey(publicKey) !== manifest.publicKey) fault('wrong-key');

  await checkFiles(files, manifest, fault);
  const signature = files.get('manifest.json.sig') ?? NONE;
  if (!(await verifies(key, files.get('manifest.json') ?? NONE, signature)))
    fault('wrong-manifest-signature');

  const lines = readLines<EventLine>(files, 'events.jsonl', fault);
  if (lines.length !== manifest.events) fault('wrong-count', `${lines.length} / ${manifest.events}`);
  const events = await checkEvents(lines, manifest, fault);
  const partsOpened = await checkParts(lines, events, fault);
  await checkHeads(readLines<HeadLine>(files, 'heads.jsonl', fault), events, manifest, key, fault);

  const trees = new Map<number, Tree>();
  for (const epoch of new Set(events.map((event) => event.epoch))) {
    const leaves = events.filter((event) => event.epoch === epoch).map(({ hash }) => hash);
    trees.set(epoch, await Tree.over(leaves));
  }
  const own = readCheckpoint(readUtf8(files.get('checkpoint.txt') ?? NONE) ?? '');
  const signings: { size: number; signing: Signing }[] = [];
  for (const [number, kept] of [own, ...checkpoints].entries()) {
    const signing = await checkCheckpoint(kept, number, { manifest, key, trees }, fault);
    if (kept !== null && number > 0) signings.push({ size: kept.size, signing });
  }
  for (const name of COUNTERSIGNED) {
    const note = files.get(name);
    if (note === undefined) continue;
    await checkCheckpoint(readCheckpoint(readUtf8(note) ?? ''), name, { manifest, key, trees }, fault);
  }
  const hashes = new Map(events.map(({ epoch, seq, hash }) => [`${epoch}/${seq}`, hash]));
  const centre =
    centreKey.trim() === ''
      ? null
      : await checkCentre(
          files,
          { manifest, hashes, centreKey: fromBase64(publishedKey(centreKey) ?? '') ?? NONE },
          fault,
        );

  const parts = events.flatMap(({ part }) => (part === null ? [] : [part]));
  return {
    faults,
    training: manifest.training !== null,
    log: {
      election: manifest.election,
      station: manifest.station,
      device: manifest.device,
      level: manifest.level,
      publicKey: manifest.publicKey,
      keyWasCompared: isCompared,
      events: events.length,
      identifications: parts.filter(({ kind }) => kind === 'identification').length,
      undone: parts.filter(({ kind }) => kind === 'undo').length,
      partsOpened,
      periods: countPeriods(parts),
      origin: own?.origin ?? '',
      size: own?.size ?? 0,
      rootBase64: own?.rootBase64 ?? '',
      checkpoints: signings,
      centre,
    },
  };
}

/** Recomputes every hash and every link; an event's hash is also its leaf in the tree. */
async function checkEvents(
  lines: readonly EventLine[],
  manifest: Manifest,
  fault: Say,
): Promise<CheckedEvent[]> {
  const contents = lines.map((line) => fromBase64(String(line.public)) ?? NONE);
  const hashes = await Promise.all(contents.map((bytes) => sha256(Uint8Array.of(0), bytes)));
  let before: CheckedEvent | null = null;
  const events: CheckedEvent[] = [];
  for (const [i, line] of lines.entries()) {
    const hash = hashes[i] ?? NONE;
    const part = readPublicPart(contents[i] ?? NONE);
    const place = `${line.epoch}/${line.seq}`;
    if (part === null) fault('malformed', place);
    if (toHex(hash) !== line.hash) fault('altered-event', place);
    if (part !== null && (part.epoch !== line.epoch || part.seq !== line.seq)) fault('wrong-label', place);
    if (part !== null && !isOf(part, manifest)) fault('wrong-identity', place);
    const event: CheckedEvent = { epoch: line.epoch, seq: line.seq, hash, part };
    const expectedSeq: number = before?.epoch === event.epoch ? before.seq + 1 : 1;
    if (event.seq !== expectedSeq || (before !== null && event.epoch < before.epoch)) fault('gap', place);
    if (part !== null && !equal(part.prev, before?.hash ?? new Uint8Array(32))) fault('broken-link', place);
    events.push(event);
    before = event;
  }
  return events;
}

function isOf(part: PublicPart, { election, station, device, training }: Manifest): boolean {
  return (
    part.election === election &&
    part.station === station &&
    part.device === device &&
    part.mock === (training !== null)
  );
}

/** In a full export: each part that is shown is the one that its event committed to. */
async function checkParts(
  lines: readonly EventLine[],
  events: readonly CheckedEvent[],
  fault: Say,
): Promise<number> {
  let opened = 0;
  const checks: Promise<void>[] = [];
  for (const [i, line] of lines.entries()) {
    const part = events[i]?.part ?? null;
    for (const name of ['centre', 'private'] as const) {
      const shown = line[name];
      if (!shown || part === null) continue;
      const salt = fromBase64(String(shown.salt)) ?? NONE;
      const commitment = name === 'centre' ? part.centreCommitment : part.privateCommitment;
      opened += 1;
      checks.push(
        sha256(salt, fromBase64(String(shown.bytes)) ?? NONE).then((hash) => {
          if (salt.length !== 32 || !equal(hash, commitment)) {
            fault('wrong-commitment', `${line.epoch}/${line.seq} ${name}`);
          }
        }),
      );
    }
  }
  await Promise.all(checks);
  return opened;
}

/** Signed heads: each is by the device and about an event that is here, and the last event has one. */
async function checkHeads(
  heads: readonly HeadLine[],
  events: readonly CheckedEvent[],
  manifest: Manifest,
  key: Uint8Array,
  fault: Say,
): Promise<void> {
  const first = manifest.training === null ? 'tizme ledger head v1' : 'tizme ledger head v1 TRAINING';
  const byPlace = new Map(events.map((event) => [`${event.epoch}/${event.seq}`, event]));
  await Promise.all(
    heads.map(async ({ epoch, seq, hash, signature }) => {
      const place = `${epoch}/${seq}`;
      const lines = [first, manifest.election, manifest.station, manifest.device, epoch, seq, hash];
      const isSigned = await verifies(
        key,
        utf8(`${lines.join('\n')}\n`),
        fromBase64(String(signature)) ?? NONE,
      );
      if (!isSigned) fault('wrong-signature', place);
      const event = byPlace.get(place);
      if (event === undefined) fault('cut-tail', place);
      else if (toHex(event.hash) !== hash) fault('altered-event', place);
    }),
  );
  const last = events.at(-1);
  const isCovered = heads.some(({ epoch, seq }) => epoch === last?.epoch && seq === last.seq);
  if (last !== undefined && !isCovered) fault('unsigned-tail', `${last.epoch}/${last.seq}`);
}

async function checkCheckpoint(
  kept: KeptCheckpoint | null,
  number: number | string,
  log: { readonly manifest: Manifest; readonly key: Uint8Array; readonly trees: ReadonlyMap<number, Tree> },
  fault: Say,
): Promise<Signing> {
  if (kept === null) {
    fault('checkpoint-malformed', number);
    return 'wrong';
  }
  const { manifest, key, trees } = log;
  const signing = await signingOf(kept, concat(key));
  const epoch = Number(kept.origin.split('/').at(-1));
  const start = manifest.training === null ? 'tizme' : 'tizme-TRAINING';
  const origin = [start, manifest.election, manifest.station, manifest.device, epoch].join('/');
  // Another table's, which that table signed: a photograph in the wrong pile is no forgery.
  if (origin !== kept.origin) fault('checkpoint-of-other-log', number);
  else {
    if (signing === 'wrong' || (signing !== 'signed' && (number === 0 || typeof number === 'string')))
      fault('checkpoint-not-signed', number);
    const tree = trees.get(epoch) ?? (await Tree.over([]));
    if ((await tree.root(kept.size)) !== kept.rootBase64) fault('checkpoint-not-extended', number);
  }
  return signing;
}

/** Fewer people than this are not shown apart. */
const LEAST_SHOWN = 10;

function countPeriods(parts: readonly PublicPart[]): Periods[] {
  const counts = new Map<number, number>();
  for (const { kind, period } of parts)
    if (kind === 'identification') counts.set(period, (counts.get(period) ?? 0) + 1);
  const shown: Periods[] = [];
  for (const [period, identifications] of [...counts].sort(([a], [b]) => a - b)) {
    const before = shown.at(-1);
    if (before === undefined || before.identifications >= LEAST_SHOWN)
      shown.push({ first: period, last: period, identifications });
    else shown.splice(-1, 1, joined(before, { first: period, last: period, identifications }));
  }
  const [before, last] = shown.slice(-2);
  if (before !== undefined && last !== undefined && last.identifications < LEAST_SHOWN)
    shown.splice(-2, 2, joined(before, last));
  return shown;
}

function joined(one: Periods, next: Periods): Periods {
  return {
    first: one.first,
    last: next.last,
    identifications: one.identifications + next.identifications,
  };
}

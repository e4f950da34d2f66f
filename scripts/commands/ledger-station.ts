import { readFileSync } from 'node:fs';
import { isSamePlace } from '../../src/domain/lanes/laptop-place.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { type TreeHead, treeHeadText, witnessName } from '../../src/ledger/checkpoint.ts';
import { headsTree, openStationNote, stationOrigin } from '../../src/ledger/heads-tree.ts';
import { ED25519_COSIGNATURE } from '../../src/ledger/notes/signed-note.ts';
import { type VerifiedExport, verifyExport } from '../../src/ledger/verify-export.ts';
import type { CommandIo } from '../command-io.ts';
import { readArguments, refuseUsage } from '../usage.ts';
import { describeFault } from './describe-export-fault.ts';
import { whyNoFolder } from './export-folder.ts';

export const STATION_USAGE = [
  'usage: tizme ledger station EXPORT... [--note FILE] [--json]',
  "  verifies the exports of a station's devices, and prints the three lines of the tree over them; with a note that",
  '  a lane signed over the station, whether it is of these very logs; full exports also tell whether two laptops',
  '  stand in one place',
];

/** What the exports say together, for people and for machines. */
interface StationTree {
  readonly station: TreeHead;
  readonly countersigned: readonly Countersignature[];
  /** Whether the note is of these very logs; null where none was given. */
  readonly note: 'matches' | null;
}

interface Countersignature {
  readonly device: string;
  readonly events: number;
  readonly by: string;
}

/** `tizme ledger station`. @returns the exit code: 0 everything matches, 1 something doesn't, 2 wrong usage */
export function runStationTree(args: readonly string[], io: CommandIo): number {
  const options = { note: { type: 'string' }, json: { type: 'boolean', default: false } } as const;
  const read = readArguments({ args: [...args], options, allowPositionals: true });
  if (!read.ok) return refuseUsage('ledger station', read.error, io);
  const { positionals: directories } = read.value;
  const { note: noteFile = null, json } = read.value.values;
  if (directories.length === 0)
    return refuseUsage('ledger station', 'it wants the exports of its devices', io);
  const note = noteFile === null ? ok(null) : readNote(noteFile);
  if (!note.ok) return refuseUsage('ledger station', note.error, io);
  const tree = readStation(directories, note.value);
  if (!tree.ok) {
    io.progress(`FAULT ${tree.error}`);
    if (json) io.out(JSON.stringify({ ok: false, fault: tree.error }));
    return 1;
  }
  const { origin, size, rootBase64 } = tree.value.station;
  if (json) io.out(JSON.stringify({ ok: true, ...tree.value, station: { origin, size, root: rootBase64 } }));
  else for (const line of describeTree(tree.value)) io.out(line);
  return 0;
}

function describeTree({ station, countersigned, note }: StationTree): string[] {
  return [
    ...treeHeadText(station).trimEnd().split('\n'),
    ...countersigned.map(
      ({ device, events, by }) => `${device}: its first ${events} events are countersigned by ${by}.`,
    ),
    ...(note === null ? [] : ['The note is of these very logs.']),
  ];
}

function readStation(directories: readonly string[], note: string | null): Result<StationTree, string> {
  const exports: VerifiedExport[] = [];
  for (const directory of directories) {
    const missing = whyNoFolder(directory);
    if (missing !== null) return err(missing);
    const verified = verifyExport(directory);
    if (!verified.ok)
      return err(`${directory}: ${verified.error.faults.map((fault) => describeFault(fault)).join(' ')}`);
    exports.push(verified.value);
  }
  const heads = exports.map(({ checkpoint }) => checkpoint);
  const [origin, ...others] = new Set(exports.map(({ identity }) => stationOrigin(identity)));
  const devices = new Set(heads.map((head) => head.origin));
  if (origin === undefined || others.length > 0 || devices.size < heads.length)
    return err('the exports are not one each of the devices of one station');
  const twice = placeTwice(exports);
  if (twice !== null) return err(twice);
  const station = headsTree(origin, heads);
  const countersigned = directories.flatMap((directory, i) =>
    countersignatures(directory, exports[i], exports),
  );
  if (note === null) return ok({ station, countersigned, note });
  const keys = exports.map(({ publicKey }) => publicKey);
  const opened = openStationNote(note, keys);
  return opened.ok && opened.value.station.rootBase64 === station.rootBase64
    ? ok({ station, countersigned, note: 'matches' })
    : err(`the note is not of these logs: ${opened.ok ? 'another root' : opened.error.code}`);
}

/** Two spares that were made from copies of the chair's stick, and count the same receipts. */
function placeTwice(exports: readonly VerifiedExport[]): string | null {
  for (const [index, { place, identity }] of exports.entries()) {
    if (place === null) continue;
    const other = exports.slice(index + 1).find((one) => one.place !== null && isSamePlace(one.place, place));
    if (other === undefined) continue;
    const { lane, receiptsFrom } = place;
    return (
      `${identity.device} and ${other.identity.device} both stand as table ${lane}, and both count receipts from ` +
      `${lane}-${receiptsFrom + 1} on: two people find out which worked when. Compare their receipts on paper one by one.`
    );
  }
  return null;
}

/** Which of the other devices countersigned this one's log, and up to where. */
function countersignatures(
  directory: string,
  own: VerifiedExport | undefined,
  all: readonly VerifiedExport[],
): Countersignature[] {
  const witnesses = all
    .filter((one) => one !== own)
    .map(({ identity, publicKey }) => ({
      name: witnessName(identity),
      type: ED25519_COSIGNATURE,
      publicKey,
    }));
  const verified = verifyExport(directory, { witnesses });
  const cosigned = verified.ok ? verified.value.cosigned : null;
  return (cosigned?.by ?? []).map(({ name }) => ({
    device: own?.identity.device ?? '',
    events: cosigned?.size ?? 0,
    by: name.slice(name.lastIndexOf('/') + 1),
  }));
}

function readNote(file: string): Result<string, string> {
  try {
    return ok(readFileSync(file, 'utf8'));
  } catch {
    return err(`${file} cannot be read`);
  }
}

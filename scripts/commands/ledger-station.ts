import { readFileSync } from 'node:fs';
import { type TreeHead, treeHeadText, witnessName } from '../../src/ledger/checkpoint.ts';
import { headsTree, openStationNote, stationOrigin } from '../../src/ledger/heads-tree.ts';
import { ED25519_COSIGNATURE } from '../../src/ledger/notes/signed-note.ts';
import { type VerifiedExport, verifyExport } from '../../src/ledger/verify-export.ts';
import type { CommandIo } from '../command-io.ts';

export const STATION_USAGE = [
  'usage: tizme ledger station EXPORT... [--note FILE]',
  "  verifies the exports of a station's devices, and prints the three lines of the tree over them; with a note that",
  '  a lane signed over the station, whether it is of these very logs',
];

/** `tizme ledger station`. @returns the exit code: 0 everything matches, 1 something doesn't, 2 wrong usage */
export function runStationTree(args: readonly string[], io: CommandIo): number {
  const at = args.indexOf('--note');
  const noteFile = at === -1 ? null : args[at + 1];
  const directories = at === -1 ? args : args.toSpliced(at, 2);
  if (directories.length === 0 || noteFile === undefined) {
    for (const line of STATION_USAGE) io.progress(line);
    return 2;
  }
  const exports: VerifiedExport[] = [];
  for (const directory of directories) {
    const verified = verifyExport(directory);
    if (!verified.ok) {
      io.progress(`FAULT ${directory}: ${verified.error.map(({ code }) => code).join(', ')}`);
      return 1;
    }
    exports.push(verified.value);
  }
  const heads = exports.map(({ checkpoint }) => checkpoint);
  const keys = exports.map(({ publicKey }) => publicKey);
  const origins = new Set(exports.map(({ identity }) => stationOrigin(identity)));
  const [origin, ...others] = origins;
  if (
    origin === undefined ||
    others.length > 0 ||
    new Set(heads.map((head) => head.origin)).size < heads.length
  ) {
    io.progress('FAULT the exports are not one each of the devices of one station');
    return 1;
  }
  const station = headsTree(origin, heads);
  for (const line of treeHeadText(station).trimEnd().split('\n')) io.out(line);
  for (const [i, directory] of directories.entries())
    for (const line of countersignatures(directory, exports[i], exports)) io.out(line);
  return noteFile === null ? 0 : compareNote(noteFile, station, keys, io);
}

/** Which of the other devices countersigned this one's log, and up to where. */
function countersignatures(
  directory: string,
  own: VerifiedExport | undefined,
  all: readonly VerifiedExport[],
): string[] {
  const witnesses = all
    .filter((one) => one !== own)
    .map(({ identity, publicKey }) => ({
      name: witnessName(identity),
      type: ED25519_COSIGNATURE,
      publicKey,
    }));
  const verified = verifyExport(directory, { witnesses });
  const cosigned = verified.ok ? verified.value.cosigned : null;
  return (cosigned?.by ?? []).map(
    ({ name }) =>
      `${own?.identity.device}: its first ${cosigned?.size} events are countersigned by ${name.slice(name.lastIndexOf('/') + 1)}.`,
  );
}

function compareNote(file: string, station: TreeHead, keys: readonly Uint8Array[], io: CommandIo): number {
  let note: string;
  try {
    note = readFileSync(file, 'utf8');
  } catch {
    io.progress(`tizme ledger: ${file} cannot be read`);
    return 2;
  }
  const opened = openStationNote(note, keys);
  if (opened.ok && opened.value.station.rootBase64 === station.rootBase64) {
    io.out('The note is of these very logs.');
    return 0;
  }
  io.progress(`FAULT the note is not of these logs: ${opened.ok ? 'another root' : opened.error.code}`);
  return 1;
}

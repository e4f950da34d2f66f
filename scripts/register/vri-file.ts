import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import type { Voter } from '../../src/domain/voter.ts';
import type { Register } from '../../src/register/register.ts';
import { toVoterRecord } from '../../src/register/vri/voter-record.ts';

const PIECE = 1 << 20;

/** Writes the voters as one `VRI.VoterRecordResults`, a megabyte at a time; see `writeCsv`. */
export function writeVri(file: string, register: Register, voters: Iterable<Voter>): void {
  const unfinished = `${file}.unfinished`;
  const descriptor = openSync(unfinished, 'w', 0o600);
  const stations = new Map(register.stations().map((station) => [station.number, station]));
  try {
    const transaction = JSON.stringify(register.info().contentHash);
    let piece = `{"@type":"VRI.VoterRecordResults","TransactionId":${transaction},"VoterRecord":[`;
    let separator = '\n';
    for (const voter of voters) {
      const record = toVoterRecord(voter, stations.get(voter.stationNumber) ?? null);
      piece += separator + JSON.stringify(record);
      separator = ',\n';
      if (piece.length < PIECE) continue;
      writeSync(descriptor, piece);
      piece = '';
    }
    writeSync(descriptor, `${piece}\n]}\n`);
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(unfinished, file);
  } catch (cause) {
    rmSync(unfinished, { force: true });
    throw cause;
  }
}

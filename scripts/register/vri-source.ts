import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { RegisterStation, SourceRow } from '../../src/register/register-source.ts';
import { fromVoterRecord, stationOfRecord, voterRecordSchema } from '../../src/register/vri/voter-record.ts';

const resultsSchema = z.looseObject({
  '@type': z.literal('VRI.VoterRecordResults'),
  VoterRecord: z.array(z.unknown()).optional(),
});

export interface VriSource {
  readonly stations: readonly RegisterStation[];
  /** By station and list number, as the import wants them. */
  readonly voters: Iterable<SourceRow>;
}

/** The voters of a `VRI.VoterRecordResults` file. It is read as a whole: up to some 500 MB, or a million voters. */
export function readVriSource(file: string): Result<VriSource, string> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no JSON';
    return err(`${file} can't be read (${code})`);
  }
  const results = resultsSchema.safeParse(content);
  if (!results.success) return err(`${file} holds no VRI.VoterRecordResults`);
  const rows = (results.data.VoterRecord ?? []).map((record, at) => rowOf(record, at + 1));
  const stations = new Map<number, RegisterStation>();
  for (const { station } of rows) if (station !== null) stations.set(station.number, station);
  return ok({
    stations: [...stations.values()],
    voters: rows.sort((a, b) => a.order - b.order || a.line - b.line).map(({ row }) => row),
  });
}

interface Row {
  readonly row: SourceRow;
  readonly station: RegisterStation | null;
  readonly line: number;
  readonly order: number;
}

/** Records have no lines: they are counted. */
function rowOf(record: unknown, line: number): Row {
  const parsed = voterRecordSchema.safeParse(record);
  if (!parsed.success) {
    return {
      row: { refused: { line, field: 'row', reason: 'unknown-word' } },
      station: null,
      line,
      order: 0,
    };
  }
  const voter = fromVoterRecord(parsed.data);
  if ('reason' in voter) return { row: { refused: { line, ...voter } }, station: null, line, order: 0 };
  return {
    row: { line, voter, photo: null, templates: [] },
    station: stationOfRecord(parsed.data),
    line,
    order: voter.stationNumber * 1e9 + voter.listNumber,
  };
}

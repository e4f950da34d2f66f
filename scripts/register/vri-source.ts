import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { RowProblem } from '../../src/register/register-error.ts';
import type { RegisterStation, SourceRow } from '../../src/register/register-source.ts';
import {
  fromVoterRecord,
  stationOfRecord,
  unreadParts,
  voterRecordSchema,
} from '../../src/register/vri/voter-record.ts';

const resultsSchema = z.looseObject({
  '@type': z.literal('VRI.VoterRecordResults'),
  VoterRecord: z.array(z.unknown()).optional(),
});

export interface VriSource {
  readonly stations: readonly RegisterStation[];
  /** By station and list number, as the import wants them. */
  readonly voters: Iterable<SourceRow>;
  /** What the file says that the register has no place for, and in how many records. */
  readonly notImported: readonly NotImported[];
}

export interface NotImported {
  /** `VoterId KG-TAX`: a kind, nothing of what stands in it. */
  readonly what: string;
  readonly records: number;
}

/** The voters of a `VRI.VoterRecordResults` file. It is read as a whole: up to some 500 MB, or a million voters. */
export function readVriSource(file: string): Result<VriSource, string> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/u, ''));
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
    notImported: countKinds(rows.map(({ unread }) => unread)),
    voters: rows.sort((a, b) => a.order - b.order || a.line - b.line).map(({ row }) => row),
  });
}

function countKinds(records: readonly (readonly string[])[]): NotImported[] {
  const counts = new Map<string, number>();
  for (const kinds of records) for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([what, count]) => ({ what, records: count })).sort((a, b) => b.records - a.records);
}

interface Row {
  readonly row: SourceRow;
  readonly unread: readonly string[];
  readonly station: RegisterStation | null;
  readonly line: number;
  readonly order: number;
}

/** Where in a record the standard's form is left, each place; names of parts alone. */
function placesOf({ issues }: z.ZodError): RowProblem[] {
  const places = new Set(issues.map(({ path }) => (path.length === 0 ? 'row' : path.join('.'))));
  return [...places].map((field) => ({ field, reason: 'bad-record' }));
}

/** Records have no lines: they are counted. */
function rowOf(record: unknown, line: number): Row {
  const parsed = voterRecordSchema.safeParse(record);
  if (!parsed.success) {
    return {
      row: { refused: { line, problems: placesOf(parsed.error) } },
      ...{ station: null, unread: [] },
      line,
      order: 0,
    };
  }
  const unread = unreadParts(parsed.data);
  const voter = fromVoterRecord(parsed.data);
  if ('reason' in voter)
    return { row: { refused: { line, problems: [voter] } }, unread, station: null, line, order: 0 };
  return {
    row: { line, voter, photo: null, templates: [] },
    unread,
    station: stationOfRecord(parsed.data),
    line,
    order: voter.stationNumber * 1e9 + voter.listNumber,
  };
}

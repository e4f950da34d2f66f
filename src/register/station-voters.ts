import { err, ok, type Result } from '../domain/result.ts';
import { sealingKey } from '../store/keys.ts';
import type { ReadableStore } from '../store/store.ts';
import type { RegisterError, TemplateError } from './register-error.ts';
import type { SourceTemplate, SourceVoter, TemplateSource } from './register-source.ts';
import { openTemplate } from './template-seal.ts';
import { type DocumentRow, type VoterRow, voterFromRows } from './voter-row.ts';

interface TemplateRow {
  readonly voter_key: number;
  readonly position: number;
  readonly source: TemplateSource;
  readonly sealed: Uint8Array;
}

/**
 * Everybody on one station's list, by list number, with opened templates: four statements, however many voters.
 * @param stationNumber null: the register is one station's, and all of it is meant. List numbers stay as they are: they
 * stand on the printed list.
 */
export function readStationVoters(
  store: ReadableStore,
  electionId: string,
  stationNumber: number | null,
  templateKey: Uint8Array,
): Result<SourceVoter[], RegisterError | TemplateError> {
  const read = store.read(() => {
    const [where, parameters] =
      stationNumber === null ? ['', []] : [' WHERE voter.station_number = ?', [stationNumber]];
    const rows = store.all<VoterRow>(`SELECT * FROM voter${where} ORDER BY list_number`, parameters);
    const joined = (columns: string, table: string, order: string): string =>
      `SELECT ${columns} FROM voter CROSS JOIN ${table} USING (voter_key)${where} ORDER BY ${order}`;
    const documents = store.all<DocumentRow>(
      joined('voter_document.*', 'voter_document', 'voter_document.voter_key, place'),
      parameters,
    );
    const photos = store.all<{ voter_key: number; jpeg: Uint8Array }>(
      joined('voter_photo.*', 'voter_photo', 'voter_photo.voter_key'),
      parameters,
    );
    const templates = store.all<TemplateRow>(
      joined('voter_template.*', 'voter_template', 'voter_template.voter_key, position'),
      parameters,
    );
    return { rows, documents, photos, templates };
  });
  if (!read.ok) return err({ code: 'register-store', store: read.error });
  const { rows, documents, photos, templates } = read.value;
  const documentsOf = grouped(documents);
  const templatesOf = grouped(templates);
  const photoOf = new Map(photos.map(({ voter_key, jpeg }) => [voter_key, new Uint8Array(jpeg)]));
  const key = sealingKey(templateKey);
  const voters: SourceVoter[] = [];
  for (const row of rows) {
    const voter = voterFromRows(row, documentsOf.get(row.voter_key) ?? []);
    const opened: SourceTemplate[] = [];
    for (const { position, source, sealed } of templatesOf.get(row.voter_key) ?? []) {
      const record = openTemplate(key, sealed, { electionId, voterId: voter.id, position });
      if (!record.ok) return record;
      opened.push({ position, source, record: record.value });
    }
    voters.push({
      voter,
      photo: photoOf.get(row.voter_key) ?? null,
      templates: opened,
    });
  }
  return ok(voters);
}

function grouped<Row extends { readonly voter_key: number }>(rows: readonly Row[]): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.voter_key);
    if (group === undefined) groups.set(row.voter_key, [row]);
    else group.push(row);
  }
  return groups;
}

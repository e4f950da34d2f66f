export interface DocumentSeries {
  /** The letters before the digits of a document number. */
  readonly prefix: string;
  readonly document: 'id-card' | 'passport';
  /** The year of the model, where it is known. */
  readonly model: number | null;
}

/**
 * Series of Kyrgyz documents seen so far. A table, not a rule: several models circulate together and new ones come,
 * so a station's configuration extends it, and an unknown series is a finding, never a refusal.
 */
export const KYRGYZ_DOCUMENT_SERIES: readonly DocumentSeries[] = [
  { prefix: 'ID', document: 'id-card', model: 2017 },
  { prefix: 'AN', document: 'id-card', model: 2004 },
  { prefix: 'AC', document: 'passport', model: 2006 },
  { prefix: 'PE', document: 'passport', model: 2021 },
  { prefix: 'PN', document: 'passport', model: null },
];

/** The series of a document number, or null when the table does not have it. */
export function findDocumentSeries(
  documentNumber: string,
  table: readonly DocumentSeries[],
): DocumentSeries | null {
  const letters = /^([A-Z]+)[0-9]+$/.exec(documentNumber)?.[1];
  return table.find((series) => series.prefix === letters) ?? null;
}

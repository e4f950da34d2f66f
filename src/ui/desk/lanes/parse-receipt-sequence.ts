/**
 * The number of a receipt of this table within it, as somebody reads it off paper: `3-0042`, `42`, or `0` for none.
 * Null while nothing, or nothing possible, is typed.
 */
export function parseReceiptSequence(text: string, lane: number): number | null {
  const read = /^(?:(\d{1,3})-)?(\d{1,7})$/.exec(text.trim());
  if (read === null || (read[1] !== undefined && Number(read[1]) !== lane)) return null;
  return Number(read[2]);
}

/** The table whose receipt was typed, where it is another one: somebody has the wrong paper in hand. */
export function otherTableOfReceipt(text: string, lane: number): number | null {
  const [, table] = /^(\d{1,3})-/.exec(text.trim()) ?? [];
  return table === undefined || Number(table) === lane ? null : Number(table);
}

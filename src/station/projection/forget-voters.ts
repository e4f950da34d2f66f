import type { WritableStore } from '../../store/store.ts';

/**
 * The list is destroyed: the tables keep what is counted, and nothing that says who it was or when exactly. Whoever has
 * the register's ids elsewhere finds none of them here; one voter's rows still belong together. Within the transaction
 * of the event that says so.
 */
export function forgetVoters(store: WritableStore): void {
  const voters = store.all<{ id: string }>(
    `SELECT voter_id AS id FROM handovers UNION SELECT id FROM visitors
       UNION SELECT voter_id FROM paper_lines WHERE voter_id IS NOT NULL ORDER BY 1`,
  );
  // By chance of the ids, not in the order in which they came.
  for (const [index, { id }] of voters.entries()) {
    const name = `erased-${index + 1}`;
    store.run('UPDATE handovers SET voter_id = ? WHERE voter_id = ?', [name, id]);
    store.run('UPDATE visitors SET id = ? WHERE id = ?', [name, id]);
    store.run('UPDATE paper_lines SET voter_id = ? WHERE voter_id = ?', [name, id]);
  }
  store.run('UPDATE handovers SET begun_at_ms = 0, changed_at_ms = 0');
  store.run(`UPDATE visitors SET person = '{}', token = NULL, claim = NULL`);
  store.run('UPDATE paper_lines SET list_number = 0');
  store.run('DELETE FROM finger_mismatches');
}

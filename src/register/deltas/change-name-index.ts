import { fullName, type VoterName } from '../../domain/voter.ts';
import type { WritableStore } from '../../store/store.ts';
import { splitName } from '../name-folding.ts';
import { NameIndexWriter } from '../name-index-writer.ts';
import { decodeVoterList, encodeVoterList } from '../voter-list.ts';

/** Takes a voter's old name out of the name index and puts the new one in. */
export function changeNameIndex(
  store: WritableStore,
  voterKey: number,
  before: VoterName | null,
  after: VoterName,
): void {
  const old = new Set(before === null ? [] : splitName(fullName(before)));
  const now = new Set(splitName(fullName(after)));
  for (const word of old) {
    if (!now.has(word)) changeList(store, word, (keys) => keys.filter((key) => key !== voterKey));
  }
  for (const word of now) {
    if (!old.has(word)) changeList(store, word, (keys) => [...keys, voterKey].sort((a, b) => a - b));
  }
}

function changeList(store: WritableStore, word: string, change: (keys: number[]) => number[]): void {
  const row = store.get<{ word_key: number; voters: Uint8Array }>(
    'SELECT word_key, voters FROM name_word JOIN name_word_voters USING (word_key) WHERE word = ?',
    [word],
  );
  const voters = encodeVoterList(change(row === undefined ? [] : [...decodeVoterList(row.voters)]));
  if (row !== undefined) {
    store.run('UPDATE name_word_voters SET voters = ? WHERE word_key = ?', [voters, row.word_key]);
    return;
  }
  const key = nextWordKey(store);
  store.run('INSERT INTO name_word (word_key, word) VALUES (?, ?)', [key, word]);
  store.run('INSERT INTO name_word_voters (word_key, voters) VALUES (?, ?)', [key, voters]);
}

function nextWordKey(store: WritableStore): number {
  return (store.get<{ last: number | null }>('SELECT max(word_key) AS last FROM name_word')?.last ?? 0) + 1;
}

/** Makes the name index of a register that an older program made, which had none of this form. */
export function indexNamesOfOlder(store: WritableStore): void {
  if (store.get('SELECT 1 FROM name_word LIMIT 1') !== undefined) return;
  const index = new NameIndexWriter();
  const voters = store.iterate<VoterName & { readonly voter_key: number }>(
    'SELECT voter_key, surname, given, patronymic FROM voter ORDER BY voter_key',
  );
  for (const { voter_key, ...name } of voters) index.add(voter_key, name);
  let key = 0;
  for (const [word, list] of index.entries()) {
    key += 1;
    store.run('INSERT INTO name_word (word_key, word) VALUES (?, ?)', [key, word]);
    store.run('INSERT INTO name_word_voters (word_key, voters) VALUES (?, ?)', [key, list]);
  }
}

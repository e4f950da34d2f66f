import { z } from 'zod';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { fullName, type Voter } from '../../src/domain/voter.ts';
import type { NameSearchResult } from '../../src/register/name-search.ts';
import { type Register, SEARCH_LIMIT } from '../../src/register/register.ts';
import type { VoterSummary } from '../../src/register/register-source.ts';
import { wholeNumber } from '../checked-options.ts';
import type { CommandIo } from '../command-io.ts';
import { wrongUsage } from '../usage.ts';
import { describeRegisterError } from './describe.ts';
import { openWithKeys } from './open-register.ts';
import { type ActionError, openingSchema, readOptions } from './options.ts';

export const SEARCH_USAGE = [
  'usage: tizme register search TEXT --register FILE --keys FILE [--limit N]',
  '  TEXT                any part of the name, in any order, alphabet and spelling; errors are forgiven. A personal number',
  '                      or the number of a document is found, too; each with the station and the number in its list',
  `  --limit N           how many are listed (${SEARCH_LIMIT}); when more fit as typed, they are counted`,
];

export const LOOKUP_USAGE = [
  'usage: tizme register lookup --register FILE --keys FILE (one of the following)',
  '  --personal-number N',
  '  --document N',
  '  --id ID',
  '  --list-number N [--station N]',
];

const searchSchema = openingSchema.extend({
  limit: wholeNumber(1, 1000).default(SEARCH_LIMIT),
});

/** `tizme register search`: voters by name. Exit code 1 where nobody fits. */
export function runSearch(args: readonly string[], io: CommandIo): Result<number, ActionError> {
  const read = readOptions(args, { texts: ['register', 'keys', 'limit'], switches: [] }, searchSchema);
  if (!read.ok) return read;
  const { options, words } = read.value;
  const text = words.join(' ').trim();
  if (text === '') return wrongUsage('a name, or a part of one, is needed');
  const opened = openWithKeys(options);
  if (!opened.ok) return opened;
  const { register } = opened.value;
  const searched = register.read((open) => byNumber(open, text) ?? open.search(text, options.limit));
  register.close();
  if (!searched.ok) return err(describeRegisterError(searched.error));
  const { total, hits } = searched.value;
  for (const hit of hits) io.out(summaryLine(hit));
  if (total > hits.length) io.progress(`${total} voters fit: type more of the name`);
  if (total === 0) io.progress('nobody fits');
  if (options.json) io.out(JSON.stringify({ total, hits }));
  return ok(total === 0 ? 1 : 0);
}

/** The voter who has this personal number or document; null where nobody has, as no name has digits. */
function byNumber(register: Register, text: string): NameSearchResult | null {
  const number = text.replace(/[\s-]/gu, '').toUpperCase();
  if (!/^(?=.*\d)[A-Z\d]+$/u.test(number)) return null;
  const voter = register.byPersonalNumber(number) ?? register.byDocumentNumber(number);
  return voter === null ? null : { total: 1, hits: [summaryOf(voter)] };
}

function summaryOf({ id, stationNumber, listNumber, name, birthDate, address }: Voter): VoterSummary {
  return { id, stationNumber, listNumber, name, birthDate, address };
}

function summaryLine({ stationNumber, listNumber, name, birthDate, address }: VoterSummary): string {
  return `station ${String(stationNumber).padStart(5)} no. ${String(listNumber).padStart(5)}  ${fullName(name)}  ${birthDate}  ${address}`;
}

const lookupSchema = openingSchema.extend({
  'personal-number': z.string().optional(),
  document: z.string().optional(),
  id: z.string().optional(),
  'list-number': wholeNumber(1, 999_999_999).optional(),
  station: wholeNumber(1, 999_999).optional(),
});

/** `tizme register lookup`: one voter by a number. Exit code 1 where there is none. */
export function runLookup(args: readonly string[], io: CommandIo): Result<number, ActionError> {
  const texts = ['register', 'keys', 'personal-number', 'document', 'id', 'list-number', 'station'];
  const read = readOptions(args, { texts, switches: [] }, lookupSchema);
  if (!read.ok) return read;
  const { options, words } = read.value;
  if (words.length > 0) return wrongUsage('it takes no name: the number stands behind one of its options');
  if (options.station !== undefined && options['list-number'] === undefined)
    return wrongUsage('--station belongs to --list-number');
  const keys = [options['personal-number'], options.document, options.id, options['list-number']];
  if (keys.filter((key) => key !== undefined).length !== 1)
    return wrongUsage('one of --personal-number, --document, --id and --list-number is needed');
  const opened = openWithKeys(options);
  if (!opened.ok) return opened;
  const { register } = opened.value;
  const found = register.read((open) => lookUp(open, options));
  register.close();
  if (!found.ok) return err(describeRegisterError(found.error));
  const voter = found.value;
  if (voter === null) io.progress('nobody has it');
  else for (const line of voterLines(voter)) io.out(line);
  if (options.json) io.out(JSON.stringify({ voter }));
  return ok(voter === null ? 1 : 0);
}

function lookUp(register: Register, options: z.infer<typeof lookupSchema>): Voter | null {
  const { 'personal-number': personalNumber, document, id, 'list-number': listNumber, station } = options;
  if (personalNumber !== undefined) return register.byPersonalNumber(personalNumber);
  if (document !== undefined) return register.byDocumentNumber(document);
  if (id !== undefined) return register.byId(id);
  return listNumber === undefined ? null : register.byListNumber(listNumber, station);
}

function voterLines(voter: Voter): string[] {
  return [
    fullName(voter.name),
    `born ${voter.birthDate}, ${voter.sex}, personal number ${voter.personalNumber}`,
    `station ${voter.stationNumber}, district ${voter.districtNumber}, list number ${voter.listNumber}, ${voter.standing}`,
    voter.address,
    `ballots: ${voter.ballotStyles.length === 0 ? 'none' : voter.ballotStyles.join(', ')}`,
    ...voter.documents.map(
      ({ kind, number, expires, current }) =>
        `${kind} ${number}, to ${expires}${current ? '' : ', replaced'}`,
    ),
  ];
}

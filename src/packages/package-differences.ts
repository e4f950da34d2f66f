import type { Procedure } from '../domain/procedure.ts';
import { AGE_GROUPS, type Voter } from '../domain/voter.ts';
import type { Manifest } from './manifest.ts';
import { totalOf, totalOfSex } from './summary-counts.ts';

/** One thing that differs, in words; `before` and `after` are null where there is none. */
export interface Difference {
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What stands in clear in both packages. */
export function manifestDifferences(before: Manifest, after: Manifest): Difference[] {
  const lines = (manifest: Manifest): ReadonlyMap<string, string> =>
    new Map([
      ['election', manifest.electionId],
      ['kind of election', manifest.mock ? 'training' : 'real'],
      ['election day', manifest.electionDate],
      ['station', `${manifest.station.number}, district ${manifest.station.district}`],
      ['version of the package', String(manifest.version)],
      ['may be opened until', manifest.expires],
      ['voters in the list', String(totalOf(manifest.counts))],
      ['women', String(totalOfSex(manifest.counts, 'female'))],
      ['men', String(totalOfSex(manifest.counts, 'male'))],
      ...AGE_GROUPS.flatMap((group): [string, string][] => [
        [`women of ${group}`, String(manifest.counts.female[group])],
        [`men of ${group}`, String(manifest.counts.male[group])],
      ]),
      ...manifest.lanes.map(({ lane, device }): [string, string] => [`laptop of lane ${lane}`, device]),
      ...manifest.shares.map(({ lane, first, last }): [string, string] => [
        `list numbers of lane ${lane}`,
        `${first} to ${last}`,
      ]),
      ...manifest.shared.map(({ name, sha256 }): [string, string] => [
        `shared part "${name}"`,
        sha256.slice(0, 16),
      ]),
      ['list (SHA-256)', manifest.register.slice(0, 16)],
    ]);
  return compare(lines(before), lines(after));
}

/** How many voters get which ballot, and how many none: what only an opened package shows. */
export function ballotDifferences(before: readonly Voter[], after: readonly Voter[]): Difference[] {
  return compare(ballotCounts(before), ballotCounts(after));
}

function ballotCounts(voters: readonly Voter[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  for (const { ballotStyles } of voters) {
    const names = ballotStyles.length === 0 ? ['voters without a ballot'] : ballotStyles.map(votersOfBallot);
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return new Map([...counts].map(([name, count]) => [name, String(count)]));
}

function votersOfBallot(style: string): string {
  return `voters who get the ballot "${style}"`;
}

/** Setting by setting, in the words of docs/procedure.md. */
export function procedureDifferencesInWords(before: Procedure, after: Procedure): Difference[] {
  return compare(flatten(before, [], new Map()), flatten(after, [], new Map()));
}

const WORDS: Readonly<Record<string, string>> = {
  'voting.opens': 'voting begins',
  'voting.closes': 'voting ends',
  minimumAge: 'age from which one may vote',
  'documents.accepted': 'documents that are accepted',
  'documents.expiredAcceptedDays': 'days for which an expired document is still accepted',
  'fingerprint.attemptsPerFinger': 'attempts on one finger',
  'fingerprint.acceptScore': 'score that a finger must reach',
  'fingerprint.minimumQuality': 'image quality from which a finger is compared',
  'fingerprint.searchAllowed': 'a finger may be searched for in the whole list',
  fallbackLadder: 'what follows when no finger matches, in order',
  'commissionDecision.members': 'members who must agree where no finger matches',
  'commissionDecision.chair': 'the chair must agree where no finger matches',
  overrideWarningShare: 'share of decisions without a match that warns',
  receipts: 'receipts for each voter',
  receiptFields: 'what is printed on a receipt',
  inkStep: 'fingers are inked',
  'observerDisplay.showPhoto': 'observers see the photo',
  'observerDisplay.photoSeconds': 'seconds for which observers see the photo',
  issuing: 'how ballots are confirmed',
  answersCountedOnce: 'the chair may tell a voter how often they are counted',
  'reports.everyMinutes': 'minutes between reports',
  operatorChange: 'how operators change at the desk',
  anyPrecinct: 'voters of other stations are identified here',
  timeZone: 'time zone',
  mock: 'training only',
  electionDate: 'election day',
  electionId: 'election',
};

function flatten(value: unknown, path: readonly string[], into: Map<string, string>): Map<string, string> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) flatten(inner, [...path, key], into);
    return into;
  }
  const name = path.join('.');
  return into.set(WORDS[name] ?? name, inWords(value));
}

function inWords(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value))
    return value
      .map((item) =>
        typeof item === 'object' && item !== null && 'id' in item ? String(item.id) : inWords(item),
      )
      .join(', ');
  return String(value);
}

function compare(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Difference[] {
  const names = [...before.keys(), ...[...after.keys()].filter((name) => !before.has(name))];
  return names
    .map((what) => ({ what, before: before.get(what) ?? null, after: after.get(what) ?? null }))
    .filter((difference) => difference.before !== difference.after);
}

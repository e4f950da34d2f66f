import type { Erasure } from './erase-afterwards.ts';
import type { Visit } from './operator.ts';
import { isNamed } from './planted-differences.ts';
import type { PlayedLane, PlayedVisit } from './play-day.ts';
import type { PrintsTrial } from './prints-trial.ts';

/** What a mock day came to, over all lanes; `problems` is empty for a day without fault. */
export interface DaySummary {
  readonly voters: number;
  readonly lanes: number;
  readonly seed: number;
  readonly visits: number;
  readonly identified: number;
  /** People of other stations: who was identified here, and who was told the way. */
  readonly visitors: { readonly identified: number; readonly sentHome: number };
  readonly byOutcome: Readonly<Record<string, number>>;
  readonly byFinger: number;
  readonly byCommission: number;
  readonly repeats: { readonly tried: number; readonly refused: number };
  readonly restarts: number;
  readonly faultsInjected: number;
  readonly planted: readonly { readonly planted: string; readonly named: boolean }[];
  readonly collector: {
    readonly identified: number;
    readonly undone: number;
    readonly events: number;
  } | null;
  readonly exportsVerified: number;
  readonly prints: PrintsTrial | null;
  /** The package that the lanes were made from, and lists destroyed afterwards; null without one. */
  readonly packaged: { readonly country: number; readonly version: number; readonly erased: number } | null;
  readonly seconds: number;
  readonly problems: readonly string[];
}

export interface SummaryInput {
  readonly lanes: readonly PlayedLane[];
  readonly voters: number;
  readonly seed: number;
  readonly collector: DaySummary['collector'];
  readonly exportsVerified: number;
  readonly exportProblems: readonly string[];
  readonly prints: PrintsTrial | null;
  readonly packaged: { readonly country: number; readonly version: number } | null;
  readonly seconds: number;
}

/** Adds the lanes up and names everything that is not as it must be. */
export function summarise(input: SummaryInput): DaySummary {
  const { lanes } = input;
  const visits = lanes.flatMap((lane) => lane.visits);
  const sum = (of: (lane: PlayedLane) => number): number =>
    lanes.reduce((total, lane) => total + of(lane), 0);
  const identified = sum((lane) => lane.identified);
  return {
    voters: input.voters,
    lanes: lanes.length,
    seed: input.seed,
    visits: visits.length,
    identified,
    visitors: {
      identified: sum((lane) => lane.visitors),
      sentHome: visits.filter(
        ({ person, visit }) => isVisitor(person, input.packaged !== null) && visit.outcome !== 'identified',
      ).length,
    },
    byOutcome: tally(visits.map(({ visit }) => visit.outcome)),
    byFinger: visits.filter(({ visit }) => visit.method === 'fingerprint').length,
    byCommission: visits.filter(({ visit }) => visit.method === 'commission').length,
    repeats: { tried: sum((lane) => lane.repeatsTried), refused: sum((lane) => lane.repeatsRefused) },
    restarts: sum((lane) => lane.restarts),
    faultsInjected: sum((lane) => lane.faultsInjected),
    planted: lanes.flatMap((lane) =>
      lane.planted.map((finding) => ({ planted: finding.planted, named: isNamed(finding) })),
    ),
    collector: input.collector,
    exportsVerified: input.exportsVerified,
    prints: input.prints,
    packaged:
      input.packaged === null
        ? null
        : { ...input.packaged, erased: lanes.filter(({ erasure }) => erasure?.listGone === true).length },
    seconds: input.seconds,
    problems: [
      ...lanes.flatMap(laneProblems),
      ...collectorProblems(input, identified),
      ...input.exportProblems,
    ],
  };
}

function laneProblems(lane: PlayedLane): string[] {
  const problems: string[] = [];
  const say = (what: string): void => {
    problems.push(`lane ${lane.lane}: ${what}`);
  };
  if (!lane.openingWasZero) say('the opening report is not zero');
  if (!lane.closingAddsUp) say('the closing report does not add up');
  const served = lane.visits.filter(({ visit }) => visit.outcome === 'identified').length;
  if (served !== lane.identified)
    say(`${served} voters went to the table, the report says ${lane.identified}`);
  for (const { name, expected, counted } of lane.reconciliation.differences)
    say(`${name}: ${counted} instead of ${expected}, and nobody planted it`);
  for (const finding of lane.planted) {
    if (!isNamed(finding))
      say(
        `planted "${finding.planted}" was called [${finding.named.join(', ')}] instead of ${finding.expected}`,
      );
  }
  const visitors = lane.visits.filter(
    ({ person, visit }) => isVisitor(person, lane.erasure !== null) && visit.outcome === 'identified',
  );
  if (visitors.length !== lane.visitors)
    say(`${visitors.length} visitors went to the table, the report says ${lane.visitors}`);
  if (lane.erasure !== null) for (const left of erasureProblems(lane.erasure)) say(left);
  if (lane.repeatsRefused !== lane.repeatsTried)
    say(`${lane.repeatsTried - lane.repeatsRefused} voters were identified twice`);
  for (const { person, expected, visit } of lane.visits.filter(isUnexpected))
    say(
      `${person.key} (${person.awkward ?? 'nothing special'}) should end in ${expected}, ended in ${visit.outcome}`,
    );
  return problems;
}

/** Of another station's list, told by who the person is. */
/** @param packaged The list is a national build's: whoever moved away is in the new station's alone. */
function isVisitor({ awkward }: PlayedVisit['person'], packaged: boolean): boolean {
  const isElsewhere = awkward === 'elsewhere-other-district' || awkward === 'elsewhere-own-district';
  const hasMoved = awkward === 'moved-other-district' || awkward === 'moved-own-district';
  return isElsewhere || (packaged && hasMoved);
}

function erasureProblems(erasure: Erasure): string[] {
  return [
    ...(erasure.listGone ? [] : ['the list or a key of it is still there after the erasure']),
    ...(erasure.logVerifies ? [] : ['the log does not verify after the erasure']),
    ...(erasure.identified === erasure.identifiedInLog ? [] : ['the erasure changed the figures']),
    // What came after the keys were shredded is under a new one: the erasure itself.
    ...(erasure.namesLeft <= 1 ? [] : [`${erasure.namesLeft} private parts can be read after the erasure`]),
  ];
}

/** An outcome that the person's case doesn't allow, or a worn finger that passed as a good one. */
function isUnexpected({ expected, visit }: PlayedVisit): boolean {
  if (visit.outcome === expected) return false;
  // The real owner of the card came first: the impostor with it is stopped even earlier.
  return !(expected === 'refused-by-commission' && visit.outcome === 'already-identified');
}

function collectorProblems({ collector, lanes }: SummaryInput, identified: number): string[] {
  if (collector === null) return [];
  const problems: string[] = [];
  const atCentre = collector.identified - collector.undone;
  if (atCentre !== identified) problems.push(`the centre counts ${atCentre}, the station ${identified}`);
  const pending = lanes.reduce((total, lane) => total + lane.pendingUpload, 0);
  if (pending > 0) problems.push(`${pending} events were not uploaded`);
  return problems;
}

function tally(outcomes: readonly Visit['outcome'][]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** The summary as lines of text, for people. */
export function summaryLines(summary: DaySummary): string[] {
  const line = (what: string, value: string | number): string => `  ${what.padEnd(34)} ${value}`;
  const outcomes = Object.entries(summary.byOutcome).sort(([a], [b]) => a.localeCompare(b));
  const { prints, collector, packaged } = summary;
  return [
    `Mock day: ${summary.visits} visits at ${summary.lanes} lane(s), seed ${summary.seed}`,
    line('identified', summary.identified),
    line('  by finger', summary.byFinger),
    line('  by the commission', summary.byCommission),
    line('  of other stations', summary.visitors.identified),
    line('visitors told the way home', summary.visitors.sentHome),
    ...outcomes.filter(([name]) => name !== 'identified').map(([name, n]) => line(`  ${name}`, n)),
    line('second attempts refused', `${summary.repeats.refused} of ${summary.repeats.tried}`),
    line('restarts, injected faults', `${summary.restarts}, ${summary.faultsInjected}`),
    'Reconciliation: planted differences',
    ...summary.planted.map(({ planted, named }) => line(planted, named ? 'named' : 'NOT NAMED')),
    ...(collector === null
      ? []
      : [line('centre: identified (events)', `${collector.identified} (${collector.events})`)]),
    line('exports verified', summary.exportsVerified),
    ...(packaged === null
      ? []
      : [
          line('package (of a register of)', `version ${packaged.version} (${packaged.country} voters)`),
          line('lists destroyed afterwards', packaged.erased),
        ]),
    ...(prints === null
      ? []
      : [
          'Real fingers, one impression each',
          line('wrongly refused', `${prints.wronglyRefused} of ${prints.genuineTries}`),
          line('wrongly accepted', `${prints.wronglyAccepted} of ${prints.impostorTries}`),
        ]),
    line('seconds', summary.seconds),
    ...(summary.problems.length === 0
      ? ['Everything adds up.']
      : ['PROBLEMS:', ...summary.problems.map((problem) => `  ${problem}`)]),
  ];
}

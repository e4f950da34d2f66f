import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectionPackage } from '../../fixtures/election/election-package.ts';
import type { FingerSource } from '../../fixtures/election/finger-source.ts';
import type { SyntheticElection } from '../../fixtures/election/generate-election.ts';
import { simulatedPeople } from '../../fixtures/election/simulated-people.ts';
import type { SyntheticPerson } from '../../fixtures/election/synthetic-person.ts';
import { createRandom } from '../../fixtures/random.ts';
import type { SimulatedPeople } from '../../src/domain/dock.ts';
import type { Reconciliation } from '../../src/domain/reconciliation.ts';
import type { ReportKind } from '../../src/domain/report.ts';
import { unwrap } from '../../src/domain/result.ts';
import { DRAWN_JOBS } from '../../src/domain/roles.ts';
import type { FingerprintWorkers } from '../../src/fingerprint/fingerprint-workers.ts';
import type { CallValues } from '../../src/station/api/api.ts';
import { type Erasure, eraseAfterwards } from './erase-afterwards.ts';
import { type ExpectedOutcome, expectedOutcome } from './expected-outcome.ts';
import { HandCount } from './hand-count.ts';
import { MockLane, type MockLaneSetup } from './lane.ts';
import { Mischief } from './mischief.ts';
import { type DeskHands, MockOperator, type Visit } from './operator.ts';
import type { PackagedLane } from './package-path.ts';
import { type PlantedFinding, plantDifferences } from './planted-differences.ts';

export interface DayOptions {
  readonly election: SyntheticElection;
  readonly electionPackage: ElectionPackage;
  readonly fingers: FingerSource;
  readonly workers: FingerprintWorkers;
  /** A folder of this day's own. */
  readonly directory: string;
  readonly migrationsDirectory: string;
  readonly exportDirectory: string | null;
  /** An age key (`age1...`) to which every lane's stick is sealed; null: no lane has a stick. */
  readonly stickRecipient: string | null;
  readonly collector: MockLaneSetup['collector'];
  readonly fontsDirectory: string | null;
  readonly lanes: number;
  /** Lanes that a package made; absent where the day makes its own. */
  readonly packaged?: ReadonlyMap<number, PackagedLane>;
  /** Keys of each lane of a day with several; absent for one. */
  readonly networks?: ReadonlyMap<number, NonNullable<MockLaneSetup['network']>>;
  readonly seed: number;
  readonly faults: boolean;
  readonly progress: (done: number, of: number) => void;
  /** Lanes of one station stay on until the last of them is through: each may own somebody else's voter. */
  readonly lastIsThrough?: (lane: number) => Promise<void>;
}

/** One visit and what it should have come to. */
export interface PlayedVisit {
  readonly person: SyntheticPerson;
  readonly expected: ExpectedOutcome;
  readonly visit: Visit;
}

/** What one lane's day came to. */
export interface PlayedLane {
  readonly lane: number;
  readonly visits: readonly PlayedVisit[];
  readonly repeatsRefused: number;
  readonly repeatsTried: number;
  readonly identified: number;
  /** Of those, voters of other stations, as the closing report says. */
  readonly visitors: number;
  readonly exceptions: number;
  readonly restarts: number;
  readonly reconciliation: Reconciliation;
  readonly planted: readonly PlantedFinding[];
  readonly openingWasZero: boolean;
  readonly closingAddsUp: boolean;
  readonly faultsInjected: number;
  readonly pendingUpload: number;
  readonly exports: readonly string[];
  /** The checkpoint lines of every report, as an observer would have photographed them. */
  readonly checkpoints: readonly string[];
  /** The end of a list that came in a package: what was left of it, and of the figures; null where none did. */
  readonly erasure: Erasure | null;
}

/** 08:00 at the station; everything before it is preparation. */
const MORNING = '07:00';
const SPEED = 20;
const PACE_MINUTES = 12 * 60;
/** Every so many voters, somebody comes a second time. */
const REPEAT_EVERY = 17;
/** At 20:00 so many are still inside. */
const INSIDE_AT_THE_END = 3;

/** Plays one lane's election day from the safe at 07:00 to the closing report. */
export async function playLane(options: DayOptions, lane: number): Promise<PlayedLane> {
  const { election, lanes, seed } = options;
  const people = queueOf(election, lane, lanes, seed);
  const mock = await MockLane.open(
    laneSetup(options, lane, { people: simulatedPeople(election, options.fingers) }),
  );
  const operator = new MockOperator(mock, election.roster, (person) => person.awkward !== 'impostor');
  const random = createRandom(seed).fork(`day-${lane}`);
  try {
    await prepare(mock, operator);
    await mock.desk.until(
      'the lanes to be connected',
      (snapshot) => (snapshot.lanes?.standing ?? 'owning') === 'owning',
    );
    const opening = unwrap(await mock.desk.call('viewReport', { kind: 'opening' }));
    const papers = [await paper(mock, 'opening')];
    unwrap(await mock.desk.call('openStation', { approvals: operator.approvals('chair', 'secretary') }));
    const mischief = new Mischief(mock, operator, random.fork('mischief'), options.faults);
    const count = new HandCount(mock);
    const visits: PlayedVisit[] = [];
    const checkpoints = opening.checkpoint === null ? [] : [opening.checkpoint];
    let repeatsTried = 0;
    let repeatsRefused = 0;
    const last = people.length - INSIDE_AT_THE_END;
    for (const [index, person] of people.entries()) {
      mock.clock.advance(Math.round((PACE_MINUTES * 60_000) / people.length));
      if (index === last) {
        unwrap(
          await mock.desk.call('enterInside', {
            inside: INSIDE_AT_THE_END,
            approvals: operator.approvals('chair'),
          }),
        );
      }
      const documentIndex = random.integer(person.documents.length);
      const visit = await operator.serveUntilHeard(person, documentIndex, (step) => mischief.between(step));
      visits.push({
        person,
        expected: expectedOutcome(person, documentIndex, { anyPrecinct: election.procedure.anyPrecinct }),
        visit,
      });
      if (visit.outcome === 'identified') await count.takeToTheTable(visit.receiptNumbers);
      if (index % REPEAT_EVERY === REPEAT_EVERY - 1 && visit.outcome === 'identified') {
        repeatsTried += 1;
        const again = await operator.serveUntilHeard(person, documentIndex);
        if (again.outcome === 'already-identified') repeatsRefused += 1;
      }
      if (index % Math.ceil(people.length / 12) === 0) {
        checkpoints.push(...(await photograph(mock, 'hourly')));
        await operator.printReport('hourly', 'ru');
      }
      options.progress(index + 1, people.length);
    }
    return await closeLane(mock, operator, count, options, {
      lane,
      visits,
      repeatsTried,
      repeatsRefused,
      openingWasZero: opening.turnout.identified === 0 && opening.addsUp,
      faultsInjected: mischief.done,
      checkpoints,
      papers,
    });
  } finally {
    await options.lastIsThrough?.(lane);
    await mock.stop();
    rmSync(join(options.directory, `lane-${lane}`), { recursive: true, force: true });
  }
}

/** Where and how one lane of the day runs. */
export function laneSetup(
  options: DayOptions,
  lane: number,
  { people }: { readonly people: SimulatedPeople },
): MockLaneSetup {
  const { election, directory, exportDirectory, seed, stickRecipient } = options;
  const packaged = options.packaged?.get(lane);
  return {
    ...(stickRecipient === null
      ? {}
      : {
          stick: {
            stick: join(exportDirectory ?? directory, `stick-${lane}`),
            recipients: [stickRecipient],
          },
        }),
    electionPackage: options.electionPackage,
    directory: packaged?.directory ?? join(directory, `lane-${lane}`),
    ...(packaged === undefined
      ? {}
      : { fromPackage: { registerFile: packaged.registerFile, port: packaged.port } }),
    lane,
    people,
    workers: options.workers,
    migrationsDirectory: options.migrationsDirectory,
    collector: options.collector,
    exportDirectory: exportDirectory === null ? null : join(exportDirectory, `lane-${lane}`),
    fontsDirectory: options.fontsDirectory,
    seed,
    network: options.networks?.get(lane) ?? null,
    // Lanes share this thread: what a device may take is measured by the same clock.
    speed: SPEED / options.lanes,
    startMs: Date.parse(`${election.options.electionDate}T${MORNING}:00+06:00`),
  };
}

/** From the safe to the zero report: the steps of the opening screens, in their order. */
export async function prepare(mock: DeskHands, operator: MockOperator): Promise<void> {
  const { desk } = mock;
  const two = operator.approvals('chair', 'secretary');
  unwrap(await desk.call('unlock', { approvals: two }));
  unwrap(await desk.call('confirmClock', { approvals: two }));
  unwrap(await desk.call('runChecks', {}));
  for (const check of desk.snapshot.opening.checks.filter((one) => one.result === 'failed')) {
    unwrap(await desk.call('acceptCheck', { check: check.name, approvals: operator.approvals('chair') }));
  }
  const members = desk.snapshot.people.filter((person) => person.role === 'member');
  for (const [index, job] of DRAWN_JOBS.entries()) {
    const personId = members[index % members.length]?.id ?? '';
    unwrap(await desk.call('recordDraw', { job, personId }));
  }
  unwrap(await desk.call('takeDesk', { personId: 'operator-1' }));
  await operator.printReport('opening', 'ky');
}

type Played = Pick<
  PlayedLane,
  'lane' | 'visits' | 'repeatsTried' | 'repeatsRefused' | 'openingWasZero' | 'faultsInjected' | 'checkpoints'
> & { readonly papers: readonly Paper[] };

async function closeLane(
  mock: MockLane,
  operator: MockOperator,
  count: HandCount,
  options: DayOptions,
  played: Played,
): Promise<PlayedLane> {
  const { desk } = mock;
  const planted = await plantDifferences(mock, operator, count);
  const counts = count.figures();
  unwrap(await desk.call('enterCounts', { counts, approvals: operator.approvals('member-3') }));
  await operator.printReport('closing', 'ru');
  const closing = unwrap(await desk.call('viewReport', { kind: 'closing' }));
  unwrap(
    await desk.call('closeStation', {
      reason: closing.reconciliation.agrees ? '' : 'the differences are written down',
      approvals: operator.approvals('chair', 'secretary'),
    }),
  );
  const checkpoints = [...played.checkpoints, ...(await photograph(mock, 'closing'))];
  const exports = options.exportDirectory === null ? [] : await exportLogs(mock, operator);
  const papers = [...played.papers, await paper(mock, 'closing')];
  if (options.exportDirectory !== null)
    exportPapers(join(options.exportDirectory, `lane-${played.lane}`), papers, checkpoints);
  if (options.collector !== null)
    await desk.until('everything to be uploaded', ({ upload }) => upload.pending === 0);
  const { papers: _, ...rest } = played;
  const { upload } = desk.snapshot;
  // Its list is destroyed and it is switched off: another table may still need its copy of an act.
  if (options.packaged !== undefined) await options.lastIsThrough?.(played.lane);
  const erasure = options.packaged === undefined ? null : await eraseAfterwards(mock, operator);
  return {
    ...rest,
    erasure,
    identified: closing.turnout.identified,
    visitors: closing.visitors,
    exceptions: Object.values(closing.exceptions.byReason).reduce((sum, one) => sum + one, 0),
    restarts: closing.restarts,
    reconciliation: closing.reconciliation,
    planted,
    closingAddsUp: closing.addsUp,
    pendingUpload: upload.pending,
    exports,
    checkpoints,
  };
}

/** The public log for the observers and the full one for the commission. */
async function exportLogs(mock: MockLane, operator: MockOperator): Promise<string[]> {
  const directories: string[] = [];
  for (const level of ['public', 'full'] as const) {
    const approvals = operator.approvals('chair', 'secretary');
    const { directory, tablesDiffer } = unwrap(await mock.desk.call('exportLog', { level, approvals }));
    if (tablesDiffer) throw new Error('the tables of a day that nobody touched differ from its log');
    directories.push(directory);
  }
  return directories;
}

/** A report as PDF, made at its own time of the day. */
type Paper = CallValues['reportPdf'];

async function paper(mock: MockLane, kind: ReportKind): Promise<Paper> {
  return unwrap(await mock.desk.call('reportPdf', { kind, language: 'ru' }));
}

/** The reports as PDF and the checkpoints as text files, each as `ledger verify --checkpoint` takes it. */
function exportPapers(directory: string, papers: readonly Paper[], checkpoints: readonly string[]): void {
  const [reports, notes] = [join(directory, 'reports'), join(directory, 'checkpoints')];
  for (const folder of [reports, notes]) mkdirSync(folder, { recursive: true });
  for (const { fileName, base64 } of papers)
    writeFileSync(join(reports, fileName), Buffer.from(base64, 'base64'));
  for (const [index, note] of checkpoints.entries())
    writeFileSync(join(notes, `${String(index + 1).padStart(2, '0')}.txt`), note);
}

/** What an observer's photograph of a report holds of the log: nothing before the first event. */
async function photograph(mock: MockLane, kind: ReportKind): Promise<string[]> {
  const { checkpoint } = unwrap(await mock.desk.call('viewReport', { kind }));
  return checkpoint === null ? [] : [checkpoint];
}

/** Everybody who comes to this lane: households keep together, visitors go where the queue is short. */
function queueOf(election: SyntheticElection, lane: number, lanes: number, seed: number): SyntheticPerson[] {
  const own = election.voters.filter((voter) => voter.household % lanes === lane - 1);
  const visitors = election.visitors.filter((_, index) => index % lanes === lane - 1);
  return [
    ...createRandom(seed)
      .fork(`queue-${lane}`)
      .shuffle([...own, ...visitors]),
  ];
}

import { availableParallelism } from 'node:os';
import type { Procedure } from '../../src/domain/procedure.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { type ActionFault, type ActionOptions, wrongOption } from '../action.ts';
import type { CommandIo } from '../command-io.ts';
import { readDay } from '../read-day.ts';
import type { ElectionPlan, Enrolment, PlannedStation } from './election-plan.ts';

export interface BuildOptions {
  /** The last day on which the packages may be opened. */
  readonly expires: string;
  readonly envelopes: number;
  readonly threads: number;
  readonly stations: readonly PlannedStation[];
}

/** What `package build` is told besides its files; nothing was written yet where something in it is wrong. */
export function readBuildOptions(
  options: ActionOptions,
  { electionDate }: Procedure,
  plan: ElectionPlan,
): Result<BuildOptions, string | ActionFault> {
  const day = readDay(options, 'expires');
  if (!day.ok) return day;
  const expires = day.value ?? daysAfter(electionDate, 14);
  if (expires < electionDate)
    return wrongOption(`--expires ${expires} is before election day, ${electionDate}`);
  const envelopes = Number(options.text('envelopes') ?? 1);
  if (!Number.isInteger(envelopes) || envelopes < 0 || envelopes > 4)
    return wrongOption('--envelopes takes 0 to 4');
  const threads = readThreads(options);
  if (!threads.ok) return threads;
  const stations = plannedStations(plan, options.texts('station'));
  return stations.ok
    ? ok({ expires, envelopes, threads: threads.value, stations: stations.value })
    : stations;
}

/** As many as there are processors, unless said. */
export function readThreads(options: ActionOptions): Result<number, ActionFault> {
  const threads = Number(options.text('threads') ?? availableParallelism());
  return Number.isInteger(threads) && threads >= 1 && threads <= 64
    ? ok(threads)
    : wrongOption('--threads takes 1 to 64');
}

/** Those that were asked for, or all of them. One that the plan doesn't know is a slip, and none is built then. */
export function plannedStations(
  { stations }: ElectionPlan,
  wanted: readonly string[],
): Result<readonly PlannedStation[], string | ActionFault> {
  if (wanted.length === 0) return ok(stations);
  for (const text of wanted) {
    if (!/^[0-9]{1,9}$/.test(text)) return wrongOption(`--station takes a number, and "${text}" is none`);
    if (!stations.some(({ number }) => number === Number(text)))
      return err(`station ${text} is not in the plan, which has ${describeStations(stations)}`);
  }
  return ok(stations.filter(({ number }) => wanted.some((text) => Number(text) === number)));
}

function describeStations(stations: readonly PlannedStation[]): string {
  const numbers = stations.map(({ number }) => number).sort((a, b) => a - b);
  const [first = 0, last = first] = [numbers[0], numbers.at(-1)];
  return numbers.length === 1
    ? `station ${first} alone`
    : `${numbers.length} stations from ${first} to ${last}`;
}

/** What no package will have, and somebody may have thought of: said before the work, which goes on. */
export function sayWhatIsLeftOut(
  plan: ElectionPlan,
  enrolments: readonly Enrolment[],
  io: Pick<CommandIo, 'progress'>,
): void {
  if (plan.collector?.recipient == null)
    io.progress(
      'Note: the plan names no recipient of the centre, so no station can carry its log on a stick.',
    );
  const known = new Set(plan.stations.map(({ number }) => number));
  for (const { station, lane, device } of enrolments)
    if (!known.has(station))
      io.progress(
        `Note: ${device} is enrolled as lane ${lane} of station ${station}, which the plan does not have: no package is for it.`,
      );
}

/** What a register of one station can't do, where the procedure says that voters may come from anywhere. */
export function sayWhatVisitorsMeet(
  { anyPrecinct }: Pick<Procedure, 'anyPrecinct'>,
  hasNationalIndex: boolean,
  io: Pick<CommandIo, 'progress'>,
): void {
  if (anyPrecinct && !hasNationalIndex)
    io.progress(
      'Note: the register is one station’s and has no national index. Voters of other stations get a slip and are identified nowhere but at home, though the procedure allows it (anyPrecinct). Build from the national register for that; for training, tizme mock --packages does.',
    );
}

function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

import { assertDefined } from '../../domain/assert.ts';
import type { CountedFigures } from '../../domain/reconciliation.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { DRAWN_JOBS, type DrawnJob, type Person } from '../../domain/roles.ts';
import type { StationError } from '../api/errors.ts';
import { CHECK_NAMES, type CheckName, type CheckView, type OpeningView } from '../api/snapshot.ts';
import type { StationContext } from '../context.ts';
import { localTime } from '../local-time.ts';
import { devicesFound } from '../technician/devices-on-record.ts';
import { runChecks } from './checks.ts';
import type { Machine } from './machine.ts';

/**
 * The day around the desk: opening, who sits where, and closing. At 20:00 nothing locks by itself; only people
 * move the day on, and each of these acts is an event.
 */
export class ElectionDay {
  readonly #context: StationContext;
  readonly #machine: Machine;
  /** Set while the checks run, so that a second tap doesn't start them again. */
  #running: CheckName | null = null;

  constructor(context: StationContext, machine: Machine) {
    this.#context = context;
    this.#machine = machine;
  }

  opening(): OpeningView {
    const { projection, register } = this.#context;
    const { voters, women, men, contentHash } = register.info();
    return {
      register: { voters, women, men, hash: contentHash },
      clockConfirmed: projection.confirmedDay() !== null,
      checks: CHECK_NAMES.map((name) => this.#checkView(name)),
      acceptedChecks: CHECK_NAMES.filter((name) => projection.checkAccepted(name)),
      draw: projection.draw(),
      zeroReportNumber: projection.lastReport('opening')?.number ?? null,
      missing: this.#missing(),
    };
  }

  confirmClock(people: readonly string[]): Result<undefined, StationError> {
    const { clock, procedure, journal } = this.#context;
    const day = localTime(clock.wallMs(), procedure.timeZone).date;
    return undefinedOf(journal.record([{ type: 'clock-confirmed', day, people }]));
  }

  async runChecks(): Promise<Result<undefined, StationError>> {
    if (this.#running !== null) return ok(undefined);
    let failed: StationError | null = null;
    const [first] = CHECK_NAMES;
    this.#running = first;
    this.#context.changed();
    await runChecks(this.#context, this.#machine, ({ check, result, figure }) => {
      const recorded = this.#context.journal.record([{ type: 'check-made', check, result, figure }]);
      if (!recorded.ok) failed ??= recorded.error;
      this.#running = CHECK_NAMES[CHECK_NAMES.indexOf(check) + 1] ?? null;
      this.#context.changed();
    });
    const listed = this.#context.journal.record([devicesFound(this.#context.deviceReport())]);
    if (!listed.ok) failed ??= listed.error;
    this.#running = null;
    this.#context.changed();
    return failed === null ? ok(undefined) : err(failed);
  }

  acceptCheck(check: CheckName, people: readonly string[]): Result<undefined, StationError> {
    return undefinedOf(this.#context.journal.record([{ type: 'check-accepted', check, people }]));
  }

  /** One job, one person; chair and operators take no part in the draw. */
  recordDraw(job: DrawnJob, person: Person | null): Result<undefined, StationError> {
    if (person === null || person.role !== 'member') return err({ code: 'member-needed' });
    return undefinedOf(this.#context.journal.record([{ type: 'job-drawn', job, person: person.id }]));
  }

  takeDesk(person: Person | null): Result<undefined, StationError> {
    if (person === null || person.role !== 'operator') return err({ code: 'operator-needed' });
    return undefinedOf(this.#context.journal.record([{ type: 'desk-taken', person: person.id }]));
  }

  open(people: readonly string[]): Result<undefined, StationError> {
    const [missing] = this.#missing();
    if (missing === 'checks' || missing === 'clock') return err({ code: 'checks-missing' });
    if (missing === 'draw') return err({ code: 'draw-incomplete' });
    if (this.#isExpired()) return err({ code: 'package-expired' });
    if (missing !== undefined)
      return err({ code: missing === 'operator' ? 'operator-needed' : 'wrong-phase' });
    return undefinedOf(this.#context.journal.record([{ type: 'station-opened', people }]));
  }

  /** By the day that two people confirmed: the laptop's own clock may be years off. */
  #isExpired(): boolean {
    const { projection, packageExpires } = this.#context;
    const day = projection.confirmedDay();
    return day !== null && packageExpires !== null && day > packageExpires;
  }

  enterInside(inside: number, people: readonly string[]): Result<undefined, StationError> {
    if (inside > this.#context.register.info().voters) return err({ code: 'number-out-of-range' });
    return undefinedOf(this.#context.journal.record([{ type: 'inside-entered', inside, people }]));
  }

  enterCounts(counts: CountedFigures, people: readonly string[]): Result<undefined, StationError> {
    const { ballotsReceived, ballotsUnused, ballotsSpoiled } = counts;
    if ((ballotsUnused ?? 0) + (ballotsSpoiled ?? 0) > (ballotsReceived ?? Number.POSITIVE_INFINITY))
      return err({ code: 'number-out-of-range' });
    return undefinedOf(this.#context.journal.record([{ type: 'counts-entered', counts, people }]));
  }

  close(reason: string, people: readonly string[], agrees: boolean): Result<undefined, StationError> {
    // A difference doesn't keep the station from closing: it wants a reason, which goes on record.
    if (!agrees && reason.length < 3) return err({ code: 'reason-missing' });
    return undefinedOf(this.#context.journal.record([{ type: 'station-closed', reason, people }]));
  }

  #checkView(name: CheckName): CheckView {
    if (this.#running === name) return { name, result: 'running', figure: null };
    const made = this.#context.projection.check(name);
    return made === null ? { name, result: 'not-run', figure: null } : { name, ...made };
  }

  #missing(): OpeningView['missing'] {
    const { projection } = this.#context;
    const missing: OpeningView['missing'][number][] = [];
    if (projection.confirmedDay() === null) missing.push('clock');
    const open = CHECK_NAMES.some((name) => {
      const made = projection.check(name);
      return made === null || (made.result === 'failed' && !projection.checkAccepted(name));
    });
    if (open) missing.push('checks');
    const draw = projection.draw();
    if (DRAWN_JOBS.some((job) => draw[job] === undefined)) missing.push('draw');
    if (projection.operatorId() === null) missing.push('operator');
    if (projection.lastReport('opening') === null) missing.push('zero-report');
    return missing;
  }
}

function undefinedOf(result: Result<void, StationError>): Result<undefined, StationError> {
  return result.ok ? ok(undefined) : result;
}

/** The person who is drawn for a job, by name, for the reports. */
export function drawnPeople(context: StationContext): { job: DrawnJob; person: string }[] {
  const draw = context.projection.draw();
  return DRAWN_JOBS.flatMap((job) => {
    const id = draw[job];
    if (id === undefined) return [];
    const person = assertDefined(
      context.identity.people.find((one) => one.id === id),
      'drawn person',
    );
    return [{ job, person: person.name }];
  });
}

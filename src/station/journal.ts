import { assertDefined } from '../domain/assert.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Ledger, StoredEvent } from '../ledger/ledger.ts';
import { splitNote } from '../ledger/notes/signed-note.ts';
import type { Clock } from '../store/clock.ts';
import type { DiskReserve } from '../store/disk-reserve.ts';
import type { WritableStore } from '../store/store.ts';
import type { StationError, StationErrorCode } from './api/errors.ts';
import { missingCover, withCover } from './cover.ts';
import { centreFields, privateFields, publicKind, type StationEvent } from './events.ts';
import { publicPeriod, reportPeriod } from './local-time.ts';
import { projectEvent } from './projection/project-event.ts';

export interface JournalOptions {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly timeZone: string;
  readonly reportEveryMinutes: number;
  readonly operatorId: () => string | null;
  readonly paperModeOn: () => boolean;
  readonly othersSinceIdentification: () => number;
  /** Other events between two identifications, in the public log: this many, or a multiple. */
  readonly coveredStep: number;
  /** Given free when the disk is full. */
  readonly reserve: Pick<DiskReserve, 'release'>;
  /** Whether the whole chain was found sound when the ledger was opened. */
  readonly verified: boolean;
}

/** Countersignatures in a report's code: with more of them a camera has its trouble. The export has them all. */
const MOST_ON_PAPER = 3;

const MOST_COVER_TURNS = 3;

/** The log itself, or only the tables that are made from it. */
export type LedgerDamageCode = Extract<StationErrorCode, 'ledger-damaged' | 'tables-differ'>;

interface Written {
  readonly stored: readonly StoredEvent[];
  readonly all: readonly StationEvent[];
}

type Recorded = (stored: readonly StoredEvent[], events: readonly StationEvent[]) => void;

/**
 * The one way in which something comes to have happened: events and their projections in one transaction.
 * Only after `record` returned ok may a screen say so.
 */
export class Journal {
  readonly #options: JournalOptions;
  #jumpMinutes = 0;
  #recorded: Recorded = () => {};
  #damage: LedgerDamageCode | null = null;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** Told of everything that was recorded, once it is on the disk. */
  onRecorded(listener: Recorded): void {
    this.#recorded = listener;
  }

  /**
   * While the commission works on paper nobody is identified here: a hand-over on each would be one too many.
   * On a full disk the reserve is given up for it, which is put on record with the act.
   */
  record(events: readonly StationEvent[]): Result<void, StationError> {
    const committed = this.#write(events);
    if (!committed.ok) return committed;
    const { stored, all } = committed.value;
    this.#recorded(stored, all);
    return ok();
  }

  /** As `record`, with what goes with it in the very same transaction. */
  recordAlong(
    events: readonly StationEvent[],
    alongside: (store: WritableStore) => void,
  ): Result<void, StationError> {
    const committed = this.#write(events, alongside);
    if (!committed.ok) return committed;
    const { stored, all } = committed.value;
    this.#recorded(stored, all);
    return ok();
  }

  /** As `record`, for those who are told of what is recorded; gives everything that was written with it. */
  recordQuietly(events: readonly StationEvent[]): Result<readonly StoredEvent[], StationError> {
    const committed = this.#write(events);
    return committed.ok ? ok(committed.value.stored) : committed;
  }

  #write(
    events: readonly StationEvent[],
    alongside: (store: WritableStore) => void = () => {},
  ): Result<Written, StationError> {
    if (
      this.#options.paperModeOn() &&
      events.some(({ type }) => type === 'voter-found' || type === 'identified')
    )
      return err({ code: 'paper-mode-on' });
    const { othersSinceIdentification, coveredStep } = this.#options;
    const all = withCover([...this.#clockJump(), ...events], othersSinceIdentification(), coveredStep);
    const committed = this.#commit(all, alongside);
    if (committed.ok || committed.error.code !== 'disk-full' || !this.#options.reserve.release())
      return committed;
    return this.#commit([{ type: 'problem', code: 'disk-full' }, ...all], alongside);
  }

  #commit(
    all: readonly StationEvent[],
    alongside: (store: WritableStore) => void,
  ): Result<Written, StationError> {
    const { ledger, clock, timeZone, reportEveryMinutes, operatorId } = this.#options;
    const operator = operatorId();
    const period = reportPeriod(clock.wallMs(), timeZone, reportEveryMinutes);
    const committed = ledger.commit(
      all.map((event) => ({
        kind: publicKind(event),
        period: publicPeriod(publicKind(event), period),
        centre: centreFields(event),
        private: privateFields(event, operator),
      })),
      (store, stored) => {
        alongside(store);
        all.forEach((event, index) => {
          const { at, seq } = assertDefined(stored[index], 'the event that was committed');
          projectEvent(store, event, at.wallMs, seq);
        });
      },
    );
    if (committed.ok) return ok({ stored: committed.value, all });
    return err({ code: committed.error.code === 'disk-full' ? 'disk-full' : 'disk-failed' });
  }

  /**
   * Before a report says how long the log is: what came since the last identification becomes a whole number of
   * steps, or the length would tell of the visit that is at the desk this moment.
   */
  cover(): Result<void, StationError> {
    const { othersSinceIdentification, coveredStep } = this.#options;
    // More than one turn only where a moved clock, or a full disk, came on record with it.
    for (let turn = 0; turn < MOST_COVER_TURNS && !this.isCovered(); turn += 1) {
      const missing = missingCover(othersSinceIdentification(), coveredStep);
      const recorded = this.record(Array.from({ length: missing }, () => ({ type: 'cover' })));
      if (!recorded.ok) return recorded;
    }
    return ok();
  }

  /** Whether the log's length tells nothing of what came since the last identification. */
  isCovered(): boolean {
    const { othersSinceIdentification, coveredStep } = this.#options;
    return missingCover(othersSinceIdentification(), coveredStep) === 0;
  }

  verified(): boolean {
    return this.#options.verified && this.#damage === null;
  }

  /**
   * The disk was read again, and is not what was written. On record as far as the disk still takes it, and
   * on the screen until the program ends.
   */
  damageFound(code: LedgerDamageCode): void {
    this.#damage = code;
    this.record([{ type: 'problem', code }]);
  }

  /** What was found on the disk since the start; null: nothing. */
  damage(): LedgerDamageCode | null {
    return this.#damage;
  }

  /** Events in this lane's ledger. */
  size(): number {
    return this.#options.ledger.head()?.seq ?? 0;
  }

  /**
   * The checkpoint over everything recorded so far, with the signatures of those who countersigned this very one and
   * their names; null before the first event.
   */
  checkpoint(): { readonly checkpoint: string | null; readonly witnesses: readonly string[] } {
    if (this.size() === 0) return { checkpoint: null, witnesses: [] };
    const { ledger } = this.#options;
    const own = ledger.checkpoint();
    // The centre's line first: it is the one that a station can't make for itself.
    const lines = (['centre', 'lanes'] as const).flatMap((by) => {
      const cosigned = ledger.cosigned(by);
      const note = cosigned.ok ? cosigned.value.find((one) => isOfSameTree(one, own.note)) : undefined;
      return note === undefined ? [] : othersLines(note, own.origin);
    });
    const others = [...new Set(lines.map(({ name }) => name))];
    return {
      checkpoint: `${own.note}${lines
        .slice(0, MOST_ON_PAPER)
        .map(({ line }) => `${line}\n`)
        .join('')}`,
      // Election and station stand in the origin already.
      witnesses: others.map((name) => name.slice(name.lastIndexOf('/') + 1)),
    };
  }

  /** Minutes by which the wall clock was moved since the start, or 0. */
  jumpMinutes(): number {
    return this.#jumpMinutes;
  }

  /**
   * A clock that was set since the last event, or while the program was not running, is put on record once; it
   * decides nothing, and locks nobody out.
   */
  #clockJump(): StationEvent[] {
    const jump = this.#options.ledger.clockJump();
    if (jump === null) return [];
    const minutes = Math.round(jump.byMs / 60_000);
    this.#jumpMinutes += minutes;
    return [{ type: 'clock-jumped', minutes }];
  }
}

/** The signature lines below a note that are not the log's own, with the names of who signed. */
function othersLines(note: string, origin: string): { readonly name: string; readonly line: string }[] {
  const lines = note.slice(note.lastIndexOf('\n\n') + 2).trimEnd();
  return lines.split('\n').flatMap((line) => {
    const name = line.split(' ')[1] ?? '';
    return name === origin ? [] : [{ name, line }];
  });
}

function isOfSameTree(one: string, other: string): boolean {
  const [a, b] = [splitNote(one), splitNote(other)];
  return a.ok && b.ok && a.value.text === b.value.text;
}

import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { err, ok, type Result } from '../../domain/result.ts';
import {
  CHANGES_EXTENSION,
  MOST_CHANGES_BYTES,
  openChanges,
  stationOfChangesFile,
} from '../../packages/changes/change-file.ts';
import type { AppliedDelta } from '../../register/deltas/apply-delta.ts';
import type { ListDelta } from '../../register/deltas/list-delta.ts';
import { openSignedDelta } from '../../register/deltas/signed-delta.ts';
import type { ChangesRefusal, StickChanges, TakenChanges } from '../api/custody-view.ts';
import type { StationError } from '../api/errors.ts';
import type { StationContext } from '../context.ts';
import { readLaneCustody } from '../lane/lane-custody.ts';
import { readLanePackage } from '../lane/lane-package.ts';
import { type ChangedList, type ChangeListFault, changeList } from '../provision/change-list.ts';
import type { OpenedVault } from '../station-dependencies.ts';
import type { CustodyPlace } from './custody-place.ts';
import { filesOnSticks } from './find-sticks.ts';

/** Changes that another table of this station carried out. */
export interface ChangesOfLane {
  readonly lane: number;
  readonly sequence: number;
  /** From that table's log: sealed to the package's key. Null where pieces of it are missing. */
  readonly load: () => Uint8Array | null;
  readonly people: readonly string[];
}

/** One file of a stick. */
interface ReadChanges {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Null where it is refused as it is. */
  readonly delta: ListDelta | null;
  readonly refused: ChangesRefusal | null;
}

/**
 * Changes of the list, from a stick or from another table: signed, in order, each once. What one table of a station
 * carried out goes to the others with its log, and is verified there once more.
 */
export class ListKeeper {
  readonly #context: Pick<StationContext, 'journal' | 'register' | 'changed' | 'identity'>;
  readonly #vault: OpenedVault;
  readonly #place: CustodyPlace;
  readonly #ofLanes = new Map<number, ChangesOfLane>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    context: Pick<StationContext, 'journal' | 'register' | 'changed' | 'identity'>,
    vault: OpenedVault,
    place: CustodyPlace,
  ) {
    this.#context = context;
    this.#vault = vault;
    this.#place = place;
  }

  /** What lies on the sticks, and whether it would be carried out. */
  async look(): Promise<StickChanges[]> {
    const seen: StickChanges[] = [];
    let next = this.#done() + 1;
    for (const one of await this.#read()) {
      const { file, delta, refused } = one;
      if (delta === null) seen.push({ file, sequence: null, changes: 0, state: 'refused', refused });
      else {
        const { sequence } = delta;
        const state = sequence < next ? 'done' : sequence === next ? 'next' : 'refused';
        if (state === 'next') next += 1;
        const why = state === 'refused' ? 'gap' : null;
        seen.push({ file, sequence, changes: delta.changes.length, state, refused: why });
      }
    }
    return seen;
  }

  /** Everything on the sticks that is next, by two people who answer for it. */
  take(people: readonly string[]): Promise<Result<TakenChanges, StationError>> {
    return this.#inTurn(async () => {
      const read = await this.#read();
      const [first] = read;
      if (first === undefined) return err({ code: 'nothing-on-stick' });
      const readable = read.filter(({ delta }) => delta !== null);
      const unreadable = read.find(({ delta }) => delta === null) ?? null;
      const changed = await this.#carryOut(
        readable.map(({ bytes }) => bytes),
        people,
        null,
      );
      const stopped = readable[changed.applied.length];
      if (changed.refused?.code === 'disk-failed') return err({ code: 'disk-failed' });
      const refused =
        changed.refused !== null
          ? { sequence: stopped?.delta?.sequence ?? null, why: refusalOf(changed.refused) }
          : unreadable === null
            ? null
            : { sequence: null, why: unreadable.refused ?? 'malformed' };
      return ok({ ...sumUp(changed.applied), refused });
    });
  }

  /** Of another table: once those before are here, it is carried out here, too. */
  heard(changes: ChangesOfLane): void {
    if (changes.sequence <= this.#done()) return;
    this.#ofLanes.set(changes.sequence, changes);
    void this.#inTurn(async () => {
      for (;;) {
        const next = this.#ofLanes.get(this.#done() + 1);
        if (next === undefined) return;
        this.#ofLanes.delete(next.sequence);
        const sealed = next.load();
        const changed =
          sealed === null || sealed.length > MOST_CHANGES_BYTES
            ? null
            : await this.#carryOut([sealed], next.people, next.lane);
        // Refused for what it says: it stands in that table's log, and this one's says why.
        if (changed === null || changed.refused !== null) {
          this.#context.journal.record([{ type: 'problem', code: 'changes-refused' }]);
          return;
        }
      }
    });
  }

  /** Resolves when nothing is being carried out. */
  async whenIdle(): Promise<void> {
    await this.#turn;
  }

  async #carryOut(
    files: readonly Uint8Array[],
    people: readonly string[],
    fromLane: number | null,
  ): Promise<ChangedList> {
    const custody = readLaneCustody(this.#vault.laneStore);
    if (custody === null) return { applied: [], refused: { code: 'register-erased' } };
    const changed = await changeList({
      ...{ vault: this.#vault, files, people, fromLane, authority: custody.authority },
      migrations: join(this.#place.migrationsDirectory, 'register'),
      record: (event) => this.#context.journal.record([event]).ok,
    });
    this.#context.changed();
    return changed;
  }

  /** Files in the order of their numbers; those that say nothing come last. A stick may hold many stations' files. */
  async #read(): Promise<ReadChanges[]> {
    const { laneStore } = this.#vault;
    const [custody, fromPackage] = [readLaneCustody(laneStore), readLanePackage(laneStore)];
    if (custody === null || fromPackage === null) return [];
    const read: ReadChanges[] = [];
    for (const file of filesOnSticks(this.#place.sticks(), CHANGES_EXTENSION)) {
      const bytes = readWhole(file);
      const opened = bytes === null ? null : await openChanges(bytes, fromPackage.packageKey);
      const refuse = (refused: ChangesRefusal): ReadChanges => ({
        ...{ file, refused, delta: null },
        bytes: new Uint8Array(),
      });
      if (bytes === null || opened === null) read.push(refuse('damaged'));
      else if (!opened.ok) {
        if (opened.error === 'changes-damaged') read.push(refuse('damaged'));
        else if (!this.#isOfOtherStation(file)) read.push(refuse('other-package'));
      } else {
        const signed = openSignedDelta(opened.value, custody.authority);
        if (!signed.ok) read.push(refuse(refusalOf(signed.error)));
        else read.push({ file, bytes, delta: signed.value.delta, refused: null });
      }
    }
    const place = ({ delta }: ReadChanges): number => delta?.sequence ?? Number.POSITIVE_INFINITY;
    return read.sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
  }

  #isOfOtherStation(file: string): boolean {
    const station = stationOfChangesFile(basename(file));
    return station !== null && station !== this.#context.identity.stationNumber;
  }

  #done(): number {
    return this.#context.register.info().deltaSequence;
  }

  #inTurn<Value>(act: () => Promise<Value>): Promise<Value> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function sumUp(applied: readonly AppliedDelta[]): Omit<TakenChanges, 'refused'> {
  const fresh = applied.filter(({ isNew }) => isNew);
  const sum = (effect: keyof AppliedDelta['effects']): number =>
    fresh.reduce((total, { effects }) => total + (effects[effect] ?? 0), 0);
  return {
    taken: fresh.length,
    effects: {
      added: sum('added'),
      corrected: sum('corrected'),
      moved: sum('moved'),
      removed: sum('removed'),
      atHome: sum('at-home'),
      restored: sum('restored'),
    },
    overtaken: fresh.reduce((total, { overtaken }) => total + overtaken, 0),
  };
}

/** Null where it can't be read, or is larger than changes are. */
function readWhole(file: string): Uint8Array | null {
  try {
    return statSync(file).size > MOST_CHANGES_BYTES ? null : new Uint8Array(readFileSync(file));
  } catch {
    return null;
  }
}

export function refusalOf({ code }: Pick<ChangeListFault, 'code'>): ChangesRefusal {
  switch (code) {
    case 'delta-malformed':
      return 'malformed';
    case 'delta-not-signed':
      return 'not-signed';
    case 'delta-of-other-register':
      return 'other-station';
    case 'changes-of-other-package':
      return 'other-package';
    case 'delta-missing':
      return 'gap';
    case 'delta-forks':
      return 'fork';
    case 'change-refused':
      return 'impossible';
    case 'content-differs':
      return 'differs';
    case 'changes-damaged':
      return 'damaged';
    case 'register-store':
    case 'register-unfinished':
    case 'register-erased':
    case 'disk-failed':
      return 'disk';
  }
}

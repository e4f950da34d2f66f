import { err, ok, type Result } from '../../src/domain/result.ts';
import { systemTimer, type Timer } from '../../src/domain/timer.ts';
import type { StationError } from '../../src/station/api/errors.ts';
import {
  BECOMING_FAULTS,
  type BecomingFault,
  type BecomingStep,
  type BecomingView,
} from '../../src/station/api/spare-view.ts';
import type { BlankLaptop } from '../../src/station/blank-laptop.ts';
import { findSticks, writable } from '../../src/station/custody/find-sticks.ts';
import { chooseKeeper } from '../../src/station/lane/device-share.ts';
import { type Discovery, findDoors } from '../../src/sync/lanes/transport/discovery.ts';
import type { MetTable } from '../../src/sync/spares/knock.ts';
import { readDoor, readPairing } from '../../src/sync/spares/pairing-code.ts';
import type { SpareOffer } from '../../src/sync/spares/spare-messages.ts';

export interface BecomeTableOptions {
  /** The folder of all that this laptop holds. */
  readonly data: string;
  /** Of a mock election: the folder with its people. */
  readonly people: string | null;
  readonly timer?: Timer;
  /** A folder that stands for a stick where people practise: nothing of a real election is kept there. */
  readonly practiceStick?: string | null;
  readonly multicast?: boolean;
}

/** People read that the laptop is a table before it begins again. */
const SHOW_DONE_MS = 2_500;
const NOTHING = { out() {}, progress() {} };

/** A blank laptop becomes a table from its own screen: the steps of the command, told one after the other. */
export class BecomeTable implements BlankLaptop {
  readonly #options: BecomeTableOptions;
  readonly #found = new Set<string>();
  #sticks: readonly string[] = [];
  #keepsKey = false;
  #step: BecomingStep = { state: 'asking' };
  #discovery: Discovery | null = null;
  #met: MetTable | null = null;
  #running = false;
  /** Counts attempts: what an earlier one still says is nobody's. */
  #attempt = 0;
  #hangUp: () => void = () => {};
  #changed: () => void = () => {};
  #isTable: () => void = () => {};

  constructor(options: BecomeTableOptions) {
    this.#options = options;
  }

  view(): BecomingView {
    return {
      ...{ found: [...this.#found], sticks: this.#sticks },
      ...{ keepsKey: this.#keepsKey, step: this.#step },
    };
  }

  onChange(listener: () => void): void {
    this.#changed = listener;
  }

  whenTable(listener: () => void): void {
    this.#isTable = listener;
  }

  look(): void {
    const { practiceStick } = this.#options;
    this.#sticks = writable(findSticks(practiceStick == null ? [] : [practiceStick]));
    this.#keepsKey = chooseKeeper(null).ok;
    if (this.#discovery === null && this.#options.multicast !== false)
      this.#discovery = findDoors(
        (addresses) => {
          for (const one of addresses) this.#found.add(one);
          this.#changed();
        },
        (addresses) => {
          for (const one of addresses) this.#found.delete(one);
          this.#changed();
        },
      );
    this.#changed();
  }

  become({
    address,
    stick,
  }: {
    readonly address: string;
    readonly stick: string | null;
  }): Result<undefined, StationError> {
    if (this.#running) return err({ code: 'already-done' });
    if (readPairing(address) === null && readDoor(address) === null) return this.#fail('address-malformed');
    // The screen names one of those that it was shown.
    if (stick !== null && !this.#sticks.includes(stick)) return this.#fail('stick-unusable');
    if (stick === null && !chooseKeeper(null).ok) return this.#fail('no-keeper');
    void this.#run(address, stick);
    return ok(undefined);
  }

  compare(same: boolean): Result<undefined, StationError> {
    const step = this.#step;
    if (this.#met === null || step.state !== 'comparing' || step.agreed) return err({ code: 'wrong-phase' });
    if (!same) {
      this.#met.differ();
      return ok(undefined);
    }
    this.#show({ ...step, agreed: true });
    this.#met.same();
    return ok(undefined);
  }

  cancel(): void {
    const { state } = this.#step;
    // What is being written comes to its end: at the table it may be on record already.
    if (state === 'writing' || state === 'done') return;
    this.#attempt += 1;
    this.#hangUp();
    this.#show({ state: 'asking' });
    this.#discovery?.stop();
    this.#discovery = null;
    this.#found.clear();
  }

  async #run(address: string, stick: string | null): Promise<void> {
    this.#running = true;
    this.#attempt += 1;
    const attempt = this.#attempt;
    const show = (step: BecomingStep): void => {
      if (attempt === this.#attempt) this.#show(step);
    };
    show({ state: 'connecting' });
    let offer: SpareOffer | null = null;
    try {
      // What makes a lane is loaded by the laptop that becomes one.
      const { spareOverLan } = await import('./spare-over-lan.ts');
      const done = await spareOverLan(
        {
          ...{ data: this.#options.data, pairing: address, trust: null, shareOn: stick },
          ...{ day: null, journalStick: null, peopleDirectory: this.#options.people },
          practiceStick: this.#options.practiceStick ?? null,
          watcher: {
            onMet: (met) => {
              this.#met = met;
              show({ state: 'comparing', digits: met.digits, agreed: false });
            },
            onConnection: (hangUp) => {
              this.#hangUp = hangUp;
              if (attempt !== this.#attempt) hangUp();
            },
            onOffer: (made) => {
              offer = made;
              show({ state: 'receiving', station: made.station, lane: made.lane, percent: 0 });
            },
            onBytes: (bytes, of) => {
              if (offer !== null)
                show({ ...placeOf(offer), state: 'receiving', percent: Math.floor((100 * bytes) / of) });
            },
            onVoter: (voters, of) => {
              if (offer !== null)
                show({ ...placeOf(offer), state: 'writing', percent: Math.floor((100 * voters) / of) });
            },
          },
        },
        NOTHING,
      );
      if (!done.ok) show({ state: 'failed', why: becomingFault(done.error.code) });
      else if (offer !== null) {
        show({ ...placeOf(offer), state: 'done' });
        (this.#options.timer ?? systemTimer()).after(SHOW_DONE_MS, () => this.#isTable());
      }
    } finally {
      this.#running = false;
      this.#met = null;
      this.#hangUp = () => {};
    }
  }

  #fail(why: BecomingFault): Result<undefined, StationError> {
    this.#show({ state: 'failed', why });
    return ok(undefined);
  }

  #show(step: BecomingStep): void {
    this.#step = step;
    this.#changed();
  }
}

function placeOf({ station, lane }: SpareOffer): { readonly station: number; readonly lane: number } {
  return { station, lane };
}

/** In the words of the screens. */
export function becomingFault(code: string): BecomingFault {
  const same = BECOMING_FAULTS.find((fault) => fault === code);
  if (same !== undefined) return same;
  switch (code) {
    case 'pairing-malformed':
      return 'address-malformed';
    case 'codes-differ':
      return 'digits-differ';
    case 'commission-malformed':
      return 'other-commission';
    case 'stick-share-missing':
    case 'stick-unwritable':
      return 'stick-unusable';
    case 'tpm-refuses':
    case 'windows-refuses':
    case 'share-record-damaged':
    case 'keys-damaged':
      return 'laptop-keys-damaged';
    case 'already-provisioned':
      return 'already-a-table';
    default:
      return 'package-refused';
  }
}

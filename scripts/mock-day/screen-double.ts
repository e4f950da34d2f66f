import type { Unsubscribe } from '../../src/domain/devices.ts';
import { ListenerSet } from '../../src/domain/listener-set.ts';
import type { MessagePortLike } from '../../src/domain/message-port.ts';
import type { Result } from '../../src/domain/result.ts';
import type { WindowKind } from '../../src/domain/window-kind.ts';
import type { CallValue, FromStation } from '../../src/station/api/api.ts';
import type { CallName, CallParameters } from '../../src/station/api/calls.ts';
import type { StationError } from '../../src/station/api/errors.ts';
import type { Snapshot } from '../../src/station/api/snapshot.ts';

type SnapshotOf<Kind extends WindowKind> = Extract<Snapshot, { readonly window: Kind }>;

/** A station, or a host before one. */
export interface OpensWindows {
  connect(kind: WindowKind, port: MessagePortLike): void;
}

/** Nothing at a mock desk takes longer, however busy the machine is; a day that hangs says where. */
const PATIENCE_MS = 300_000;

/** A window without a browser: makes the calls that a screen makes, and sees the snapshots that it sees. */
export class ScreenDouble<Kind extends WindowKind> {
  readonly kind: Kind;
  readonly #patienceMs: number;
  #snapshot: SnapshotOf<Kind> | null = null;
  #nextId = 1;
  #send: (message: unknown) => void = () => {};
  #close: () => void = () => {};
  readonly #answers = new Map<number, (result: Result<unknown, StationError>) => void>();
  readonly #changes = new ListenerSet<SnapshotOf<Kind>>();

  constructor(kind: Kind, patienceMs = PATIENCE_MS) {
    this.kind = kind;
    this.#patienceMs = patienceMs;
  }

  open(station: OpensWindows): void {
    const closed = new ListenerSet<void>();
    const toStation = new ListenerSet<unknown>();
    const port: MessagePortLike = {
      post: (message) => this.#receive(message as FromStation),
      onMessage: (listener) => toStation.add(listener),
      onClose: (listener) => closed.add(listener),
    };
    this.#send = (message) => toStation.tell(message);
    this.#close = () => closed.tell();
    station.connect(this.kind, port);
  }

  close(): void {
    this.#close();
    this.#snapshot = null;
  }

  get snapshot(): SnapshotOf<Kind> {
    if (this.#snapshot === null) throw new Error('the window has not been opened');
    return this.#snapshot;
  }

  call<Name extends CallName>(
    name: Name,
    parameters: CallParameters<Name>,
  ): Promise<Result<CallValue<Name>, StationError>> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve) => {
      // The station answers a call with the value of that very call.
      this.#answers.set(id, (result) => resolve(result as Result<CallValue<Name>, StationError>));
      this.#send({ type: 'call', id, name, parameters });
    });
  }

  /** Told of every snapshot as the screen gets it. */
  onSnapshot(listener: (snapshot: SnapshotOf<Kind>) => void): Unsubscribe {
    return this.#changes.add(listener);
  }

  /** The first snapshot, now or later, of which `wanted` is true. */
  until(what: string, wanted: (snapshot: SnapshotOf<Kind>) => boolean): Promise<SnapshotOf<Kind>> {
    if (this.#snapshot !== null && wanted(this.#snapshot)) return Promise.resolve(this.#snapshot);
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => {
        stop();
        reject(new Error(`waited in vain at the ${this.kind} for: ${what}`));
      }, this.#patienceMs);
      const stop = this.#changes.add((snapshot) => {
        if (!wanted(snapshot)) return;
        clearTimeout(patience);
        stop();
        resolve(snapshot);
      });
    });
  }

  #receive(message: FromStation): void {
    switch (message.type) {
      case 'snapshot':
        if (message.snapshot.window !== this.kind) return;
        this.#snapshot = message.snapshot as SnapshotOf<Kind>;
        this.#changes.tell(this.#snapshot);
        return;
      case 'answer':
        this.#answers.get(message.id)?.(message.result);
        this.#answers.delete(message.id);
        return;
      case 'finger-preview':
      case 'station-lost':
        return;
    }
  }
}

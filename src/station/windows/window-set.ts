import type { MessagePortLike } from '../../domain/message-port.ts';
import { err, type Result } from '../../domain/result.ts';
import type { WindowKind } from '../../domain/window-kind.ts';
import type { FromStation } from '../api/api.ts';
import type { StationError } from '../api/errors.ts';
import type { Snapshot } from '../api/snapshot.ts';

type Call = (name: string, parameters: unknown) => Promise<Result<unknown, StationError>>;

/** The open windows: takes their calls, answers each, and sends all of them snapshots. */
export class WindowSet {
  readonly #snapshotFor: (kind: WindowKind) => Snapshot;
  readonly #windows = new Set<{ readonly kind: WindowKind; readonly port: MessagePortLike }>();

  constructor(snapshotFor: (kind: WindowKind) => Snapshot) {
    this.#snapshotFor = snapshotFor;
  }

  add(kind: WindowKind, port: MessagePortLike, call: Call): void {
    const window = { kind, port };
    this.#windows.add(window);
    port.onClose(() => this.#windows.delete(window));
    port.onMessage((message) => {
      if (!isRecord(message)) return;
      if (message.type === 'hello') this.#sendSnapshot(window);
      if (message.type === 'call' && typeof message.id === 'number' && typeof message.name === 'string')
        void answer(port, message.id, call(message.name, message.parameters));
    });
    this.#sendSnapshot(window);
  }

  broadcast(): void {
    const made = new Map<WindowKind, Snapshot>();
    for (const { kind, port } of this.#windows) {
      const snapshot = made.get(kind) ?? this.#snapshotFor(kind);
      made.set(kind, snapshot);
      send(port, { type: 'snapshot', snapshot });
    }
  }

  sendTo(kind: WindowKind, message: FromStation): void {
    for (const window of this.#windows) if (window.kind === kind) send(window.port, message);
  }

  #sendSnapshot(window: { readonly kind: WindowKind; readonly port: MessagePortLike }): void {
    send(window.port, { type: 'snapshot', snapshot: this.#snapshotFor(window.kind) });
  }
}

async function answer(
  port: MessagePortLike,
  id: number,
  result: Promise<Result<unknown, StationError>>,
): Promise<void> {
  try {
    send(port, { type: 'answer', id, result: await result });
  } catch (bug) {
    // The screen is told; the process dies of the bug as it should, and the host starts it again.
    send(port, { type: 'answer', id, result: err({ code: 'station-restarting' }) });
    throw bug;
  }
}

function send(port: MessagePortLike, message: FromStation): void {
  port.post(message);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

import type { MessagePortLike } from '../../../src/domain/message-port.ts';

/** A process that a host has started: its port, its end, and the means to end it. */
export interface RunningProcess {
  readonly port: MessagePortLike;
  /** Null where the process never came to life. */
  readonly processId: number | null;
  /** Told once, also when it had gone before. The code is null when a signal ended it. */
  onExit(listener: (code: number | null) => void): void;
  /** At once, without asking. */
  kill(): void;
}

/** How a host starts a process: Node's fork, or Electron's utilityProcess. */
export type SpawnProcess = () => RunningProcess;

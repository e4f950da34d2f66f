import { createPortPair, type MessagePortLike } from '../../../src/domain/message-port.ts';
import type { RunningProcess } from '../shared/running-process.ts';

/** A process that lives in the test: what it got, what it says, and its death. */
export class MemoryProcess implements RunningProcess {
  readonly port: MessagePortLike;
  readonly processId: number;
  readonly inbox: unknown[] = [];
  private readonly pair = createPortPair();
  private readonly exitListeners: ((code: number | null) => void)[] = [];
  private exited = false;

  constructor(processId: number) {
    this.processId = processId;
    this.port = this.pair.near;
    this.pair.far.onMessage((message) => this.inbox.push(message));
  }

  say(message: unknown): void {
    this.pair.far.post(message);
  }

  die(code: number | null): void {
    if (this.exited) return;
    this.exited = true;
    this.pair.close();
    for (const listener of this.exitListeners) listener(code);
  }

  onExit(listener: (code: number | null) => void): void {
    this.exitListeners.push(listener);
  }

  kill(): void {
    this.die(null);
  }
}

/** A `SpawnProcess` that keeps what it started. */
export function memorySpawner(): { readonly spawned: MemoryProcess[]; readonly spawn: () => MemoryProcess } {
  const spawned: MemoryProcess[] = [];
  return {
    spawned,
    spawn() {
      const process = new MemoryProcess(spawned.length + 1);
      spawned.push(process);
      return process;
    },
  };
}

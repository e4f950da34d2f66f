import type { Unsubscribe } from './devices.ts';

/**
 * One end of a channel between two processes: what MessagePort, Electron's ports and Node's child processes
 * (with `serialization: 'advanced'`) have in common. Messages are copied by the structured clone algorithm,
 * so that binary data stays binary.
 */
export interface MessagePortLike {
  /**
   * Sends a copy, in order. The copy is complete when this returns: the sender may wipe its buffers then.
   * Without effect once the channel is closed.
   */
  post(message: unknown): void;
  /** Messages that came before the first listener are kept for it. */
  onMessage(listener: (message: unknown) => void): Unsubscribe;
  /** Told once, when either end or its process has gone; also told when that happened before. */
  onClose(listener: () => void): Unsubscribe;
}

export interface PortPair {
  readonly near: MessagePortLike;
  readonly far: MessagePortLike;
  /** What the death of a process does: both ends are told, messages under way are lost. */
  close(): void;
}

/** Two connected ends within one process, for tests and for hosts without a process of their own for devices. */
export function createPortPair(): PortPair {
  const near = new MemoryPort();
  const far = new MemoryPort();
  near.peer = far;
  far.peer = near;
  return {
    near,
    far,
    close() {
      near.close();
      far.close();
    },
  };
}

class MemoryPort implements MessagePortLike {
  peer: MemoryPort | null = null;
  private closed = false;
  private readonly inbox: unknown[] = [];
  private readonly messageListeners = new Set<(message: unknown) => void>();
  private readonly closeListeners = new Set<() => void>();

  post(message: unknown): void {
    if (this.closed || this.peer === null) return;
    this.peer.receive(structuredClone(message));
  }

  onMessage(listener: (message: unknown) => void): Unsubscribe {
    this.messageListeners.add(listener);
    queueMicrotask(() => this.deliver());
    return () => this.messageListeners.delete(listener);
  }

  onClose(listener: () => void): Unsubscribe {
    this.closeListeners.add(listener);
    if (this.closed) queueMicrotask(() => this.tellClosed());
    return () => this.closeListeners.delete(listener);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.inbox.length = 0;
    queueMicrotask(() => this.tellClosed());
  }

  private receive(message: unknown): void {
    if (this.closed) return;
    this.inbox.push(message);
    queueMicrotask(() => this.deliver());
  }

  private deliver(): void {
    if (this.messageListeners.size === 0) return;
    while (this.inbox.length > 0) {
      const message = this.inbox.shift();
      for (const listener of [...this.messageListeners]) listener(message);
    }
  }

  private tellClosed(): void {
    const listeners = [...this.closeListeners];
    this.closeListeners.clear();
    for (const listener of listeners) listener();
  }
}

import type { Unsubscribe } from './devices.ts';
import type { MessagePortLike } from './message-port.ts';

/**
 * A port whose messages travel inside somebody else's channel: whoever owns that channel calls `receive` and
 * `close`, and gets what is posted through `send`. `send` must have copied the message when it returns.
 */
export class RelayedPort implements MessagePortLike {
  private readonly send: (message: unknown) => void;
  private readonly messageListeners = new Set<(message: unknown) => void>();
  private readonly closeListeners = new Set<() => void>();
  private early: unknown[] = [];
  private closed = false;

  constructor(send: (message: unknown) => void) {
    this.send = send;
  }

  post(message: unknown): void {
    if (!this.closed) this.send(message);
  }

  onMessage(listener: (message: unknown) => void): Unsubscribe {
    this.messageListeners.add(listener);
    queueMicrotask(() => this.deliverEarly());
    return () => this.messageListeners.delete(listener);
  }

  onClose(listener: () => void): Unsubscribe {
    this.closeListeners.add(listener);
    if (this.closed) queueMicrotask(() => this.tellClosed());
    return () => this.closeListeners.delete(listener);
  }

  /** A message from the other end. Kept in order until there is a listener. */
  receive(message: unknown): void {
    if (this.closed) return;
    if (this.messageListeners.size === 0 || this.early.length > 0) {
      this.early.push(message);
      if (this.messageListeners.size > 0) queueMicrotask(() => this.deliverEarly());
      return;
    }
    this.deliver(message);
  }

  /** The other end has gone. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.early = [];
    queueMicrotask(() => this.tellClosed());
  }

  private deliverEarly(): void {
    while (this.messageListeners.size > 0 && this.early.length > 0) this.deliver(this.early.shift());
  }

  private deliver(message: unknown): void {
    for (const listener of [...this.messageListeners]) listener(message);
  }

  private tellClosed(): void {
    const listeners = [...this.closeListeners];
    this.closeListeners.clear();
    for (const listener of listeners) listener();
  }
}

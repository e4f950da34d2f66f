import type { Unsubscribe } from './devices.ts';

/** Listeners of one kind of event; one may leave or join while others are being told. */
export class ListenerSet<Event> {
  private readonly listeners = new Set<(event: Event) => void>();

  add(listener: (event: Event) => void): Unsubscribe {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  tell(event: Event): void {
    for (const listener of [...this.listeners]) listener(event);
  }
}

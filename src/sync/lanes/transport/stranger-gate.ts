import type { Socket } from 'node:net';

/**
 * Connections that have not shown whose they are: so many at a time. Where there are more, the address that has most of
 * them gives way, and of its own the oldest: a lane's newcomer gets in, however many one machine holds open.
 */
export class StrangerGate {
  readonly #most: number;
  /** Oldest first. */
  readonly #waiting = new Map<string, Socket>();

  constructor(most: number) {
    this.#most = most;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  enter(socket: Socket): void {
    const name = nameOf(socket);
    this.#waiting.set(name, socket);
    socket.once('close', () => {
      if (this.#waiting.get(name) === socket) this.#waiting.delete(name);
    });
    if (this.#waiting.size <= this.#most) return;
    const [one, its] = this.#oldestOfTheBusiest() ?? [name, socket];
    this.#waiting.delete(one);
    its.destroy();
  }

  /** This one has said who it is, and is no stranger any more. */
  introduced(socket: Pick<Socket, 'remoteAddress' | 'remotePort'>): void {
    this.#waiting.delete(nameOf(socket));
  }

  #oldestOfTheBusiest(): readonly [string, Socket] | null {
    const byAddress = Map.groupBy(this.#waiting, ([, { remoteAddress }]) => remoteAddress ?? '');
    let busiest: readonly (readonly [string, Socket])[] = [];
    for (const several of byAddress.values()) if (several.length > busiest.length) busiest = several;
    return busiest[0] ?? null;
  }
}

function nameOf({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string {
  return `${remoteAddress} ${remotePort}`;
}

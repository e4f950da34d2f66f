import type { Socket } from 'node:net';

/** Far more than are made and taken while one connection shows whose it is. */
const MOST_REMEMBERED = 4_096;

type Ends = Pick<Socket, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>;

/**
 * Tells a connection of this laptop with itself from one with another machine that shows its key, which is a copied disk
 * and an alarm on every table. Somebody types a laptop's own address sooner or later. One end sees the other's key before
 * the other sees its own, and may have hung up by then: so the ends are remembered.
 */
export class OwnEnds {
  readonly #dialled = new Set<string>();
  readonly #accepted = new Set<string>();

  dialled(socket: Ends): void {
    remember(this.#dialled, nameOf(socket.localAddress, socket.localPort));
  }

  accepted(socket: Ends): void {
    remember(this.#accepted, nameOf(socket.remoteAddress, socket.remotePort));
  }

  /** Of a connection that this laptop made: whether it came in here as well. */
  cameInHere({ localAddress, localPort }: Ends): boolean {
    return isAmong(this.#accepted, nameOf(localAddress, localPort));
  }

  /** Of a connection that came in: whether this laptop made it. */
  wentOutHere({ remoteAddress, remotePort }: Ends): boolean {
    return isAmong(this.#dialled, nameOf(remoteAddress, remotePort));
  }
}

function remember(ends: Set<string>, name: string | null): void {
  if (name === null) return;
  ends.delete(name);
  ends.add(name);
  for (const oldest of ends) {
    if (ends.size <= MOST_REMEMBERED) return;
    ends.delete(oldest);
  }
}

/** An end that is gone already says nothing: whoever has this laptop's key comes again within a second. */
function isAmong(ends: ReadonlySet<string>, name: string | null): boolean {
  return name === null || ends.has(name);
}

/** An IPv4 address is the same one behind a socket that listens for both. */
function nameOf(address: string | undefined, port: number | undefined): string | null {
  return address === undefined || port === undefined ? null : `${address.replace(/^::ffff:/, '')} ${port}`;
}

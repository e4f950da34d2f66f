import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What a cable does with what passes: as it should, not at all, or swallowing one direction without a word. */
export type CableState = 'whole' | 'cut' | 'deaf-inward' | 'deaf-outward';

interface Target {
  readonly host: string;
  readonly port: number;
}

/** A network cable to one lane, as a relay between its address and its real port; it can be cut and go deaf. */
export class Cable {
  #target: Target | null;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #state: CableState = 'whole';
  #delayMs = 0;

  constructor(target: Target | null = null) {
    this.#target = target;
  }

  /** For a lane whose port was not known when the cable was laid. */
  plugInto(target: Target): void {
    this.#target = target;
  }

  /** @returns The port at which the lane is to be reached. */
  async open(host: string, port = 0): Promise<number> {
    const server = createServer((socket) => this.#relay(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => resolve());
    });
    return (server.address() as AddressInfo).port;
  }

  set(state: CableState): void {
    this.#state = state;
    if (state === 'cut') for (const socket of this.#sockets) socket.destroy();
  }

  /** Every piece from now on takes so long. */
  slow(milliseconds: number): void {
    this.#delayMs = milliseconds;
  }

  async close(): Promise<void> {
    this.set('cut');
    const server = this.#server;
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #relay(inward: Socket): void {
    if (this.#state === 'cut' || this.#target === null) {
      inward.destroy();
      return;
    }
    const outward = connect(this.#target);
    this.#pass(inward, outward, 'deaf-inward');
    this.#pass(outward, inward, 'deaf-outward');
  }

  #pass(from: Socket, to: Socket, deaf: CableState): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('error', () => from.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    from.on('data', (piece) => {
      if (this.#state === deaf) return;
      if (this.#delayMs === 0) to.write(piece);
      else setTimeout(() => to.write(piece), this.#delayMs);
    });
  }
}

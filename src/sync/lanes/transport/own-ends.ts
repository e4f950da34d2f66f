import type { TLSSocket } from 'node:tls';
import type { Timer } from '../../../domain/timer.ts';

/** RFC 8446 section 7.5: a label of our own. */
const EXPORTER_LABEL = 'EXPORTER-tizme-own-key';

/**
 * Tells a connection of this program with itself from one with another machine that shows its key, which is a copied disk
 * and an alarm on every table. Somebody types a laptop's own address sooner or later, mDNS brings it back, and a stranger
 * can pass a connection on to where it came from. Both ends of one TLS session can export the same secret and nobody
 * between them can: if this program holds both, it has met a mirror.
 */
export class OwnEnds {
  readonly #held = new Map<string, number>();
  readonly #forget: (session: string) => void;

  /** @param keptMs Longer than either end of such a connection is held. */
  constructor(timer: Timer, keptMs: number) {
    this.#forget = (session) => {
      timer.after(keptMs, () => this.#held.delete(session));
    };
  }

  /**
   * An end on which this laptop's own key was shown.
   * @returns Whether the other end is held here too; to be asked when its first word is there, for only then is it known
   * to have come so far.
   */
  hold(socket: Pick<TLSSocket, 'exportKeyingMaterial'>): () => boolean {
    const session = socket.exportKeyingMaterial(32, EXPORTER_LABEL, Buffer.alloc(0)).toString('hex');
    this.#held.set(session, (this.#held.get(session) ?? 0) + 1);
    this.#forget(session);
    return () => this.#held.get(session) !== 1;
  }
}

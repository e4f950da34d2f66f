import type { CardTransport, DeviceProblem, Unsubscribe } from '../../src/domain/devices.ts';
import { ListenerSet } from '../../src/domain/listener-set.ts';
import { err, type Result } from '../../src/domain/result.ts';

/** Carries one command to a card that was powered up. */
export type Transmit = CardTransport['transmit'];

/**
 * Whether a card lies in a reader, and which of the connections to it still holds: what was connected before the card
 * went, or before it was powered up anew, is lost.
 */
export class CardSessions {
  private readonly cards = new ListenerSet<boolean>();
  private present: boolean;
  private session = 0;
  private over = false;

  constructor(present: boolean) {
    this.present = present;
  }

  /** The reader has gone. */
  get isOver(): boolean {
    return this.over;
  }

  onCard(listener: (present: boolean) => void): Unsubscribe {
    let subscribed = true;
    const unsubscribe = this.cards.add(listener);
    queueMicrotask(() => {
      if (subscribed && this.present) listener(true);
    });
    return () => {
      subscribed = false;
      unsubscribe();
    };
  }

  see(present: boolean): void {
    if (!present) this.session += 1;
    if (present === this.present) return;
    this.present = present;
    this.cards.tell(present);
  }

  end(): void {
    this.over = true;
    this.see(false);
  }

  /** Ends what was connected. @returns whether what is connected now still holds */
  begin(): () => boolean {
    this.session += 1;
    const { session } = this;
    return () => session === this.session;
  }

  /** A card that is connected: one command at a time, and none once `holds` says no. */
  transport(answerToReset: Uint8Array, holds: () => boolean, transmit: Transmit): CardTransport {
    let busy = false;
    return {
      answerToReset,
      transmit: async (command): Promise<Result<Uint8Array, DeviceProblem>> => {
        if (this.over) return err({ code: 'absent' });
        if (!holds()) return err({ code: 'card-lost' });
        if (busy) return err({ code: 'busy' });
        busy = true;
        const answer = await transmit(command);
        busy = false;
        if (!answer.ok && answer.error.code === 'card-lost') this.see(false);
        return answer;
      },
    };
  }
}

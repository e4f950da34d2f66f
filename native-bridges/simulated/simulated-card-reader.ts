import type {
  CardReader,
  CardTransport,
  DeviceProblem,
  DeviceStatus,
  Unsubscribe,
} from '../../src/domain/devices.ts';
import { ListenerSet } from '../../src/domain/listener-set.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { sleep, type Timer } from '../../src/domain/timer.ts';
import { DeviceStatusKeeper, failedWith } from '../device-status-keeper.ts';

/** Powers up a card; null when it does not answer. */
export type OpenCard = () => CardTransport | null;

/**
 * A reader for whatever chip is laid on it. As in a real slot one command is under way at a time, and a card or a
 * cable that goes away in the middle of it ends it with `card-lost` or `absent`.
 */
export class SimulatedCardReader implements CardReader {
  private readonly timer: Timer;
  private readonly exchangeMilliseconds: number;
  private readonly keeper = new DeviceStatusKeeper(
    { kind: 'card-reader', model: 'Simulated card reader', serialNumber: 'SIM-CR-1', simulated: true },
    failedWith('absent'),
  );
  private readonly cardListeners = new ListenerSet<boolean>();
  private card: OpenCard | null = null;
  /** Ends the exchanges of the card that is connected, with the reason. */
  private session: AbortController | null = null;
  private reported = false;

  /** `exchangeMilliseconds`: what the air interface takes for one command and its answer. */
  constructor(timer: Timer, exchangeMilliseconds: number) {
    this.timer = timer;
    this.exchangeMilliseconds = exchangeMilliseconds;
  }

  status(): DeviceStatus {
    return this.keeper.current();
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.keeper.onStatus(listener);
  }

  onCard(listener: (present: boolean) => void): Unsubscribe {
    let subscribed = true;
    const unsubscribe = this.cardListeners.add(listener);
    if (this.reported) {
      queueMicrotask(() => {
        if (subscribed && this.reported) listener(true);
      });
    }
    return () => {
      subscribed = false;
      unsubscribe();
    };
  }

  async connect(): Promise<Result<CardTransport, DeviceProblem>> {
    const { status } = this.keeper.current();
    if (status.state === 'failed') return err(status.problem);
    this.endSession('card-lost');
    if (this.card === null) return err({ code: 'card-lost' });
    const opened = this.card();
    if (opened === null) return err({ code: 'no-answer' });
    const session = new AbortController();
    this.session = session;
    return ok(this.transportOf(opened, session.signal));
  }

  plug(): void {
    this.keeper.set({ state: 'ready' });
    this.reportCard();
  }

  unplug(): void {
    this.endSession('absent');
    this.keeper.set(failedWith('absent'));
    this.reportCard();
  }

  /** Lays a card into reach, in place of the one that was there. */
  insert(card: OpenCard): void {
    this.remove();
    this.card = card;
    this.reportCard();
  }

  remove(): void {
    this.endSession('card-lost');
    this.card = null;
    this.reportCard();
  }

  private reportCard(): void {
    const present = this.card !== null && this.keeper.current().status.state === 'ready';
    if (present === this.reported) return;
    this.reported = present;
    this.cardListeners.tell(present);
  }

  private endSession(code: 'card-lost' | 'absent'): void {
    this.session?.abort({ code });
    this.session = null;
  }

  private transportOf(card: CardTransport, signal: AbortSignal): CardTransport {
    let busy = false;
    const exchange = async (command: Uint8Array): Promise<Result<Uint8Array, DeviceProblem>> => {
      if (this.exchangeMilliseconds > 0) await sleep(this.timer, this.exchangeMilliseconds);
      return card.transmit(command);
    };
    return {
      answerToReset: card.answerToReset,
      transmit: async (command) => {
        if (signal.aborted) return err(reasonOf(signal));
        if (busy) return err({ code: 'busy' });
        busy = true;
        const answered = await endedBy(signal, exchange(command));
        busy = false;
        return answered;
      },
    };
  }
}

function endedBy(
  signal: AbortSignal,
  exchange: Promise<Result<Uint8Array, DeviceProblem>>,
): Promise<Result<Uint8Array, DeviceProblem>> {
  const { promise, resolve } = Promise.withResolvers<Result<Uint8Array, DeviceProblem>>();
  const lost = () => resolve(err(reasonOf(signal)));
  signal.addEventListener('abort', lost, { once: true });
  return Promise.race([promise, exchange]).finally(() => signal.removeEventListener('abort', lost));
}

function reasonOf(signal: AbortSignal): DeviceProblem {
  const reason: unknown = signal.reason;
  const absent =
    typeof reason === 'object' && reason !== null && 'code' in reason && reason.code === 'absent';
  return { code: absent ? 'absent' : 'card-lost' };
}

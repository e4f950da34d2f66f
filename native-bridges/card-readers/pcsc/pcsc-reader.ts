import type { Card, Context, Reader } from 'smartcard';
import type { CardTransport, DeviceProblem, DeviceStatus, Unsubscribe } from '../../../src/domain/devices.ts';
import { ListenerSet } from '../../../src/domain/listener-set.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { type CancelTimer, giveUpAfter, type Timer } from '../../../src/domain/timer.ts';
import { DeviceStatusKeeper, failedWith } from '../../device-status-keeper.ts';
import { CardSessions, type Transmit } from '../card-sessions.ts';
import { transmitT0 } from '../iso7816/protocol-t0.ts';
import type { NativePcsc, OpenCardReader } from './card-service.ts';

/** How often the service is asked for the card; the question does not wait. */
const POLL_MILLISECONDS = 250;
/** The service waits for a card without an end; a card that asks for more time for ever is broken. */
const EXCHANGE_MILLISECONDS = 60_000;
/** An extended answer: 65,536 bytes and the status. */
const MAX_ANSWER = 65_538;

/** The package tells what went wrong by its own words only. */
export function problemOf(error: unknown): DeviceProblem {
  const text = error instanceof Error ? error.message : '';
  // Of an exchange in whose middle the card is pulled out the service says no more than that it failed.
  if (/removed|No smart card|was reset|unpowered|Transaction failed|Communication/i.test(text)) {
    return { code: 'card-lost' };
  }
  if (/Sharing violation/i.test(text)) return { code: 'busy' };
  if (/unresponsive|timed out/i.test(text)) return { code: 'no-answer' };
  if (/service|Unknown reader|Reader unavailable|No readers|Invalid handle/i.test(text))
    return { code: 'absent' };
  return { code: 'bad-data' };
}

/** A card reader that belongs to the system's card service. */
export class PcscReader implements OpenCardReader {
  private readonly pcsc: NativePcsc;
  private readonly context: Context;
  private readonly reader: Reader;
  private readonly timer: Timer;
  private readonly keeper: DeviceStatusKeeper;
  private readonly sessions: CardSessions;
  private readonly closeListeners = new ListenerSet<void>();
  private cancelPoll: CancelTimer = () => undefined;
  private connected: Card | null = null;

  constructor(pcsc: NativePcsc, context: Context, reader: Reader, timer: Timer) {
    this.pcsc = pcsc;
    this.context = context;
    this.reader = reader;
    this.timer = timer;
    const info = { kind: 'card-reader', model: reader.name, serialNumber: null, simulated: false } as const;
    this.keeper = new DeviceStatusKeeper(info, { state: 'ready' });
    this.sessions = new CardSessions(this.has(reader.state, 'SCARD_STATE_PRESENT'));
    this.schedulePoll();
  }

  status(): DeviceStatus {
    return this.keeper.current();
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.keeper.onStatus(listener);
  }

  onCard(listener: (present: boolean) => void): Unsubscribe {
    return this.sessions.onCard(listener);
  }

  onClose(listener: () => void): Unsubscribe {
    if (this.sessions.isOver) queueMicrotask(listener);
    return this.closeListeners.add(listener);
  }

  async connect(): Promise<Result<CardTransport, DeviceProblem>> {
    if (this.sessions.isOver) return err({ code: 'absent' });
    this.disconnect();
    const holds = this.sessions.begin();
    const { SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0, SCARD_PROTOCOL_T1 } = this.pcsc;
    let card: Card;
    try {
      // Nobody else may speak to the card in between, and it is powered up anew.
      card = await this.reader.connect(SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1);
    } catch (problem) {
      return err(problemOf(problem));
    }
    if (!holds()) {
      release(card, this.pcsc.SCARD_UNPOWER_CARD);
      return err({ code: this.sessions.isOver ? 'absent' : 'card-lost' });
    }
    this.connected = card;
    const carry = (command: Uint8Array) => this.exchange(card, command);
    const transmit: Transmit =
      card.protocol === SCARD_PROTOCOL_T0 ? (command) => transmitT0(command, carry, 'apdu') : carry;
    return ok(this.sessions.transport(Uint8Array.from(card.atr ?? []), holds, transmit));
  }

  async close(): Promise<void> {
    if (this.sessions.isOver) return;
    this.cancelPoll();
    this.disconnect();
    this.sessions.end();
    this.keeper.set(failedWith('absent'));
    try {
      this.context.close();
    } catch {
      // The service went first.
    }
    this.closeListeners.tell();
  }

  private async exchange(card: Card, command: Uint8Array): Promise<Result<Uint8Array, DeviceProblem>> {
    const { promise: late, resolve } = Promise.withResolvers<Result<Uint8Array, DeviceProblem>>();
    const cancel = giveUpAfter(this.timer, EXCHANGE_MILLISECONDS, () => resolve(err({ code: 'no-answer' })));
    const answered = card.transmit(Buffer.from(command), { maxRecvLength: MAX_ANSWER }).then(
      (answer): Result<Uint8Array, DeviceProblem> =>
        // Also a card that is pulled out: some drivers then answer with nothing.
        answer.length >= 2 ? ok(Uint8Array.from(answer)) : err({ code: 'card-lost' }),
      (problem: unknown): Result<Uint8Array, DeviceProblem> => err(problemOf(problem)),
    );
    const outcome = await Promise.race([answered, late]);
    cancel();
    return outcome;
  }

  /** The flags of the slot now, null where the service does not say. */
  private async look(): Promise<number | null | 'gone'> {
    const question = [{ name: this.reader.name, state: this.pcsc.SCARD_STATE_UNAWARE }];
    try {
      const [found] = (await this.context.waitForChange(question, 0)) ?? [];
      if (found === undefined) return null;
      const lost = ['SCARD_STATE_UNKNOWN', 'SCARD_STATE_UNAVAILABLE'] as const;
      return lost.some((flag) => this.has(found.state, flag)) ? 'gone' : found.state;
    } catch {
      return 'gone';
    }
  }

  private disconnect(): void {
    const card = this.connected;
    this.connected = null;
    if (card !== null) release(card, this.pcsc.SCARD_UNPOWER_CARD);
  }

  private see(present: boolean): void {
    if (!present) this.disconnect();
    this.sessions.see(present);
  }

  private schedulePoll(): void {
    this.cancelPoll = this.timer.after(POLL_MILLISECONDS, () => void this.poll());
  }

  private async poll(): Promise<void> {
    const state = await this.look();
    if (this.sessions.isOver) return;
    if (state === 'gone') {
      await this.close();
      return;
    }
    if (state !== null) this.see(this.has(state, 'SCARD_STATE_PRESENT'));
    this.schedulePoll();
  }

  private has(
    state: number,
    flag: 'SCARD_STATE_PRESENT' | 'SCARD_STATE_UNKNOWN' | 'SCARD_STATE_UNAVAILABLE',
  ): boolean {
    return (state & this.pcsc[flag]) !== 0;
  }
}

function release(card: Card, disposition: number): void {
  try {
    card.disconnect(disposition);
  } catch {
    // The card or the service went first.
  }
}

import type {
  CardReader,
  CardTransport,
  DeviceInfo,
  DeviceProblem,
  DeviceStatus,
  Unsubscribe,
} from '../../../src/domain/devices.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import type { CancelTimer, Timer } from '../../../src/domain/timer.ts';
import { DeviceStatusKeeper, failedWith } from '../../device-status-keeper.ts';
import { drainEndpoint, findEndpoint, type UsbTransport } from '../../transports/usb-transport.ts';
import { CardReaders } from '../card-readers.ts';
import { CardSessions } from '../card-sessions.ts';
import { openCard } from './card-session.ts';
import { CcidLink, type CcidSlot, FAILURE, REQUEST } from './ccid-link.ts';
import { parseCcidDescriptor, planFor, type ReaderPlan } from './descriptor.ts';

/** How often the slot is asked for a card: one in ten readers tells of none by itself, so all are asked. */
const POLL_MILLISECONDS = 250;
const GET_DATA_RATES = 0x03;
/** Those of a reader with a contact, a contactless and a few SAM slots. */
const MOST_SLOTS = 8;

export type OpenedCcidReader = CardReader & { close(): Promise<void> };

/**
 * Opens a card reader of USB class CCID.
 * @returns `bad-data` for one without a whole descriptor, without bulk endpoints, or that exchanges characters. One with
 *   several slots is one reader: the card that came last is the one that is meant.
 */
export async function openCcidReader(
  usb: UsbTransport,
  info: DeviceInfo,
  timer: Timer,
): Promise<Result<OpenedCcidReader, DeviceProblem>> {
  const input = findEndpoint(usb, 'bulk', 'in');
  const output = findEndpoint(usb, 'bulk', 'out');
  const descriptor = parseCcidDescriptor(usb.classDescriptors);
  const planned = descriptor === null ? null : planFor(descriptor);
  if (input === null || output === null || descriptor === null || planned === null)
    return err({ code: 'bad-data' });
  const drained = await drainEndpoint(usb, input);
  if (!drained.ok) return drained;
  const { dataRates = 0 } = descriptor;
  const only = dataRates === 0 ? null : await readDataRates(usb, dataRates);
  const plan = { ...planned, speed: { ...planned.speed, only } };
  const link = new CcidLink(usb, input, output);
  const readers: CcidReader[] = [];
  for (let number = 0; number < Math.min(descriptor.slots, MOST_SLOTS); number += 1) {
    const slot = link.slot(number);
    const first = await slot.ask(REQUEST.slotStatus, [0, 0, 0]);
    // Some state more slots than they have.
    if (number > 0 && (!first.ok || first.value.failure === FAILURE.noSuchSlot)) break;
    if (!first.ok) return first;
    readers.push(new CcidReader(usb, info, slot, plan, timer, first.value.card !== 'none'));
  }
  const [single] = readers;
  if (readers.length === 1 && single !== undefined) return ok(single);
  const joined = new CardReaders(info);
  for (const reader of readers) joined.add(reader);
  return ok(Object.assign(joined, { close: () => usb.close() }));
}

/** The speeds that the reader names (USB CCID 1.1, 5.3.3); none where it does not say. */
async function readDataRates(usb: UsbTransport, count: number): Promise<readonly number[]> {
  const setup = { requestType: 0xa1, request: GET_DATA_RATES, value: 0, index: usb.interfaceNumber };
  const listed = await usb.controlIn(setup, count * 4, { milliseconds: 500 });
  if (!listed.ok) return [];
  const { buffer, byteOffset, byteLength } = listed.value;
  const view = new DataView(buffer, byteOffset, byteLength);
  return Array.from({ length: byteLength >> 2 }, (_, at) => view.getUint32(at * 4, true));
}

/** A slot of a reader that is plugged in. */
export class CcidReader implements CardReader {
  private readonly usb: UsbTransport;
  private readonly keeper: DeviceStatusKeeper;
  private readonly slot: CcidSlot;
  private readonly plan: ReaderPlan;
  private readonly timer: Timer;
  private readonly sessions: CardSessions;
  private cancelPoll: CancelTimer = () => undefined;

  constructor(
    usb: UsbTransport,
    info: DeviceInfo,
    slot: CcidSlot,
    plan: ReaderPlan,
    timer: Timer,
    present: boolean,
  ) {
    this.usb = usb;
    this.keeper = new DeviceStatusKeeper(info, { state: 'ready' });
    this.slot = slot;
    this.plan = plan;
    this.timer = timer;
    this.sessions = new CardSessions(present);
    usb.onClose(() => this.end());
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

  async connect(): Promise<Result<CardTransport, DeviceProblem>> {
    const { sessions } = this;
    if (sessions.isOver) return err({ code: 'absent' });
    sessions.begin();
    const opened = await openCard(this.slot, this.plan);
    if (!opened.ok) return opened;
    const { answerToReset, transmit } = opened.value;
    // A look at the slot that was asked for before may have found it empty: the card was powered up after that.
    return ok(sessions.transport(answerToReset, sessions.begin(), transmit));
  }

  close(): Promise<void> {
    return this.usb.close();
  }

  private end(): void {
    this.cancelPoll();
    this.sessions.end();
    this.keeper.set(failedWith('absent'));
  }

  private schedulePoll(): void {
    this.cancelPoll = this.timer.after(POLL_MILLISECONDS, () => {
      void this.slot.ask(REQUEST.slotStatus, [0, 0, 0]).then((answer) => {
        if (this.sessions.isOver) return;
        this.keeper.set(answer.ok ? { state: 'ready' } : failedWith(answer.error.code));
        if (answer.ok) this.sessions.see(answer.value.card !== 'none');
        this.schedulePoll();
      });
    });
  }
}

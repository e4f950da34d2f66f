import type {
  CardReader,
  CardTransport,
  DeviceInfo,
  DeviceProblem,
  DeviceStatus,
  Unsubscribe,
} from '../../../src/domain/devices.ts';
import { ListenerSet } from '../../../src/domain/listener-set.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import type { CancelTimer, Timer } from '../../../src/domain/timer.ts';
import { DeviceStatusKeeper, failedWith } from '../../device-status-keeper.ts';
import { drainEndpoint, findEndpoint, type UsbTransport } from '../../transports/usb-transport.ts';
import { openCard } from './card-session.ts';
import { CcidLink, REQUEST } from './ccid-link.ts';
import { parseCcidDescriptor, planFor, type ReaderPlan } from './descriptor.ts';

/** How often the slot is asked for a card: one in ten readers tells of none by itself, so all are asked. */
const POLL_MILLISECONDS = 250;

/**
 * Opens a card reader of USB class CCID.
 * @returns `bad-data` for one without a whole descriptor, without bulk endpoints, or that exchanges characters
 */
export async function openCcidReader(
  usb: UsbTransport,
  info: DeviceInfo,
  timer: Timer,
): Promise<Result<CcidReader, DeviceProblem>> {
  const input = findEndpoint(usb, 'bulk', 'in');
  const output = findEndpoint(usb, 'bulk', 'out');
  const descriptor = parseCcidDescriptor(usb.classDescriptors);
  const plan = descriptor === null ? null : planFor(descriptor);
  if (input === null || output === null || plan === null) return err({ code: 'bad-data' });
  const drained = await drainEndpoint(usb, input);
  if (!drained.ok) return drained;
  const link = new CcidLink(usb, input, output);
  const first = await link.ask(REQUEST.slotStatus, [0, 0, 0]);
  if (!first.ok) return first;
  return ok(new CcidReader(usb, info, link, plan, timer, first.value.card !== 'none'));
}

/** A reader that is plugged in. */
export class CcidReader implements CardReader {
  private readonly usb: UsbTransport;
  private readonly keeper: DeviceStatusKeeper;
  private readonly link: CcidLink;
  private readonly plan: ReaderPlan;
  private readonly timer: Timer;
  private readonly cardListeners = new ListenerSet<boolean>();
  private cancelPoll: CancelTimer = () => undefined;
  private present: boolean;
  private gone = false;
  /** Of the card that is connected; what was connected before is lost. */
  private session = 0;

  constructor(
    usb: UsbTransport,
    info: DeviceInfo,
    link: CcidLink,
    plan: ReaderPlan,
    timer: Timer,
    present: boolean,
  ) {
    this.usb = usb;
    this.keeper = new DeviceStatusKeeper(info, { state: 'ready' });
    this.link = link;
    this.plan = plan;
    this.timer = timer;
    this.present = present;
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
    let subscribed = true;
    const unsubscribe = this.cardListeners.add(listener);
    queueMicrotask(() => {
      if (subscribed && this.present) listener(true);
    });
    return () => {
      subscribed = false;
      unsubscribe();
    };
  }

  async connect(): Promise<Result<CardTransport, DeviceProblem>> {
    if (this.gone) return err({ code: 'absent' });
    this.session += 1;
    const opened = await openCard(this.link, this.plan);
    if (!opened.ok) return opened;
    // A look at the slot that was asked for before may have found it empty: the card was powered up after that.
    this.session += 1;
    const { session } = this;
    let busy = false;
    return ok({
      answerToReset: opened.value.answerToReset,
      transmit: async (command) => {
        if (this.gone) return err({ code: 'absent' });
        if (session !== this.session) return err({ code: 'card-lost' });
        if (busy) return err({ code: 'busy' });
        busy = true;
        const answer = await opened.value.transmit(command);
        busy = false;
        if (!answer.ok && answer.error.code === 'card-lost') this.see(false);
        return answer;
      },
    });
  }

  close(): Promise<void> {
    return this.usb.close();
  }

  private end(): void {
    this.gone = true;
    this.cancelPoll();
    this.see(false);
    this.keeper.set(failedWith('absent'));
  }

  private see(present: boolean): void {
    if (!present) this.session += 1;
    if (present === this.present) return;
    this.present = present;
    this.cardListeners.tell(present);
  }

  private schedulePoll(): void {
    this.cancelPoll = this.timer.after(POLL_MILLISECONDS, () => {
      void this.link.ask(REQUEST.slotStatus, [0, 0, 0]).then((answer) => {
        if (this.gone) return;
        this.keeper.set(answer.ok ? { state: 'ready' } : failedWith(answer.error.code));
        if (answer.ok) this.see(answer.value.card !== 'none');
        this.schedulePoll();
      });
    });
  }
}

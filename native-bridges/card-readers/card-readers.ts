import type {
  CardReader,
  CardTransport,
  DeviceInfo,
  DeviceProblem,
  DeviceStatus,
  Unsubscribe,
} from '../../src/domain/devices.ts';
import { ListenerSet } from '../../src/domain/listener-set.ts';
import { err, type Result } from '../../src/domain/result.ts';

interface Joined {
  readonly reader: CardReader;
  readonly unsubscribe: readonly Unsubscribe[];
  present: boolean;
}

/**
 * Several card readers that act as one: the slots of one device, or all readers of a desk. The card that came last is
 * the one that is meant, so that a card which stays in another slot keeps nobody's document from being read.
 */
export class CardReaders implements CardReader {
  private readonly none: DeviceInfo;
  /** Whose card came last stands first. */
  private joined: Joined[] = [];
  private readonly cards = new ListenerSet<boolean>();
  private readonly statuses = new ListenerSet<DeviceStatus>();
  private present = false;
  private last: DeviceStatus;
  /** Why none could be opened, while one is plugged in. */
  private problem: DeviceProblem = { code: 'absent' };

  /** @param none what it is called while it has no reader */
  constructor(none: DeviceInfo) {
    this.none = none;
    this.last = this.status();
  }

  get isEmpty(): boolean {
    return this.joined.length === 0;
  }

  /** That of the reader whose card came last; of one that works, where there is one. */
  status(): DeviceStatus {
    const statuses = this.joined.map(({ reader }) => reader.status());
    const best = statuses.find(({ status }) => status.state !== 'failed') ?? statuses[0];
    return best ?? { info: this.none, status: { state: 'failed', problem: this.problem } };
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.statuses.add(listener);
  }

  onCard(listener: (present: boolean) => void): Unsubscribe {
    let subscribed = true;
    const unsubscribe = this.cards.add(listener);
    if (this.present) {
      queueMicrotask(() => {
        if (subscribed && this.present) listener(true);
      });
    }
    return () => {
      subscribed = false;
      unsubscribe();
    };
  }

  async connect(): Promise<Result<CardTransport, DeviceProblem>> {
    const [first] = this.joined;
    const withCard = this.joined.find(({ present }) => present) ?? first;
    return withCard === undefined ? err({ code: 'absent' }) : withCard.reader.connect();
  }

  add(reader: CardReader): void {
    const joined: Joined = {
      reader,
      present: false,
      unsubscribe: [
        reader.onStatus(() => this.tellStatus()),
        reader.onCard((present) => this.see(joined, present)),
      ],
    };
    this.joined.push(joined);
    this.tellStatus();
  }

  remove(reader: CardReader): void {
    const joined = this.joined.find((each) => each.reader === reader);
    if (joined === undefined) return;
    for (const unsubscribe of joined.unsubscribe) unsubscribe();
    this.see(joined, false);
    this.joined = this.joined.filter((each) => each !== joined);
    if (this.isEmpty) this.problem = { code: 'absent' };
    this.tellStatus();
  }

  setProblem(problem: DeviceProblem): void {
    this.problem = problem;
    this.tellStatus();
  }

  private see(joined: Joined, present: boolean): void {
    if (present === joined.present) return;
    joined.present = present;
    if (present) this.joined = [joined, ...this.joined.filter((each) => each !== joined)];
    const any = this.joined.some((each) => each.present);
    // A card that comes beside another is a new one: the old one is no longer the one that is meant.
    if (this.present && present) this.cards.tell(false);
    if (any !== this.present || present) this.cards.tell(any);
    this.present = any;
  }

  private tellStatus(): void {
    const status = this.status();
    if (JSON.stringify(status) === JSON.stringify(this.last)) return;
    this.last = status;
    this.statuses.tell(status);
  }
}

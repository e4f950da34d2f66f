import {
  type AnswerResult,
  DEVICES_PROTOCOL,
  type DeviceAnswer,
  type DeviceCall,
  type DeviceMethod,
  type FromDevices,
  fromDevicesSchema,
  type ToDevices,
  toDevicesSchema,
} from '../../domain/devices-wire.ts';
import type { MessagePortLike } from '../../domain/message-port.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { CancelTimer, Timer } from '../../domain/timer.ts';

/** Why a devices process counts as lost. */
export type LossReason =
  /** Its port closed: it crashed or was stopped. */
  | 'closed'
  /** The port is open, but nobody answers: the host should end that process. */
  | 'silent'
  /** It speaks another version of the protocol. */
  | 'incompatible';

export type WireFailure = 'restarting' | 'no-answer' | 'bad-data';
export type DevicesEvent = Exclude<FromDevices, { readonly type: 'pong' | 'response' | 'frame' }>;
export type FrameMessage = Extract<FromDevices, { readonly type: 'frame' }>;

export interface WireTiming {
  readonly heartbeatMilliseconds: number;
  /** Heartbeats in a row that may stay unanswered. */
  readonly heartbeatsMissed: number;
  /** The same while a new process loads its native libraries. */
  readonly heartbeatsMissedAtStart: number;
}

interface PendingRequest {
  settle(outcome: Result<DeviceAnswer, WireFailure>): void;
  /** Starts the wait for an answer anew: something of it has come. */
  extend(): void;
  readonly onFrame: ((frame: FrameMessage) => void) | null;
}

export interface RequestOptions {
  readonly milliseconds: number;
  readonly onFrame?: (frame: FrameMessage) => void;
}

/** A request under way. */
export interface WireRequest<Method extends DeviceMethod> {
  readonly outcome: Promise<Result<AnswerResult<Method>, WireFailure>>;
  /** Asks for an early end; the outcome then comes within `milliseconds`. */
  cancel(milliseconds: number): void;
}

/**
 * Requests, events and heartbeats over one port, to one devices process, until it is lost. Everything that
 * arrives is parsed; what does not parse fails the request that it names and is otherwise dropped.
 */
export class WireConnection {
  private readonly port: MessagePortLike;
  private readonly timer: Timer;
  private readonly timing: WireTiming;
  private readonly onEvent: (event: DevicesEvent) => void;
  private readonly onLost: (reason: LossReason) => void;
  private readonly pending = new Map<number, PendingRequest>();
  private readonly release: (() => void)[] = [];
  private lastId = 0;
  private lastPing = 0;
  private unanswered = 0;
  private welcomed = false;
  private ended = false;
  private cancelHeartbeat: CancelTimer = () => undefined;

  constructor(
    port: MessagePortLike,
    timer: Timer,
    timing: WireTiming,
    onEvent: (event: DevicesEvent) => void,
    onLost: (reason: LossReason) => void,
  ) {
    this.port = port;
    this.timer = timer;
    this.timing = timing;
    this.onEvent = onEvent;
    this.onLost = onLost;
    this.release.push(port.onMessage((message) => this.receive(message)));
    this.release.push(port.onClose(() => this.lose('closed')));
    this.post({ type: 'hello', protocol: DEVICES_PROTOCOL });
    this.scheduleHeartbeat();
  }

  get ready(): boolean {
    return this.welcomed && !this.ended;
  }

  request<Method extends DeviceMethod>(
    call: Extract<DeviceCall, { readonly method: Method }>,
    options: RequestOptions,
  ): WireRequest<Method> {
    if (!this.ready) {
      return { outcome: Promise.resolve(err('restarting')), cancel: () => undefined };
    }
    this.lastId += 1;
    const id = this.lastId;
    const { promise, resolve } = Promise.withResolvers<Result<AnswerResult<Method>, WireFailure>>();
    let limit = options.milliseconds;
    let cancelLimit: CancelTimer = () => undefined;
    const startLimit = () => {
      cancelLimit();
      cancelLimit = this.timer.after(limit, () => {
        if (call.method === 'capture') this.post({ type: 'cancel', id });
        this.settle(id, err('no-answer'));
      });
    };
    this.pending.set(id, {
      settle(outcome) {
        cancelLimit();
        if (!outcome.ok) {
          resolve(outcome);
          return;
        }
        const answer: { readonly method: DeviceMethod; readonly result: unknown } = outcome.value;
        resolve(answers<Method>(answer, call.method) ? ok(answer.result) : err('bad-data'));
      },
      extend: startLimit,
      onFrame: options.onFrame ?? null,
    });
    startLimit();
    this.post({ type: 'request', id, call });
    return {
      outcome: promise,
      cancel: (milliseconds) => {
        if (!this.pending.has(id)) return;
        this.post({ type: 'cancel', id });
        limit = milliseconds;
        startLimit();
      },
    };
  }

  /** Lets go of the port without calling it a loss. */
  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.cancelHeartbeat();
    for (const release of this.release.splice(0)) release();
    for (const id of [...this.pending.keys()]) this.settle(id, err('restarting'));
  }

  /** Parsed on the way out too: a call that breaks the protocol is a bug here, not a crash over there. */
  private post(message: ToDevices): void {
    this.port.post(toDevicesSchema.parse(message));
  }

  private lose(reason: LossReason): void {
    if (this.ended) return;
    this.close();
    this.onLost(reason);
  }

  /**
   * Counts beats, not time: a laptop that slept, or a station that was busy, must not take its own pause for
   * the silence of the other end.
   */
  private scheduleHeartbeat(): void {
    this.cancelHeartbeat = this.timer.after(this.timing.heartbeatMilliseconds, () => {
      const { heartbeatsMissed, heartbeatsMissedAtStart } = this.timing;
      if (this.unanswered >= (this.welcomed ? heartbeatsMissed : heartbeatsMissedAtStart)) {
        this.lose('silent');
        return;
      }
      this.lastPing += 1;
      this.unanswered += 1;
      this.post({ type: 'ping', sequence: this.lastPing });
      this.scheduleHeartbeat();
    });
  }

  private receive(message: unknown): void {
    if (this.ended) return;
    const parsed = fromDevicesSchema.safeParse(message);
    if (parsed.success) {
      this.unanswered = 0;
      this.handle(parsed.data);
    } else {
      this.refuse(message);
    }
  }

  private handle(message: FromDevices): void {
    switch (message.type) {
      case 'pong':
        return;
      case 'response':
        this.settle(message.id, ok(message.answer));
        return;
      case 'frame':
        this.takeFrame(message);
        return;
      case 'welcome':
        if (message.protocol === DEVICES_PROTOCOL) {
          this.welcomed = true;
          this.onEvent(message);
        } else {
          this.lose('incompatible');
        }
        return;
      default:
        if (this.welcomed) this.onEvent(message);
    }
  }

  private takeFrame(frame: FrameMessage): void {
    const request = this.pending.get(frame.id);
    if (request === undefined || request.onFrame === null) {
      frame.image.pixels.fill(0);
      return;
    }
    request.extend();
    request.onFrame(frame);
    this.post({ type: 'frame-received', id: frame.id });
  }

  private refuse(message: unknown): void {
    if (typeof message !== 'object' || message === null || !('id' in message)) return;
    if (typeof message.id !== 'number' || !this.pending.has(message.id)) return;
    this.post({ type: 'cancel', id: message.id });
    this.settle(message.id, err('bad-data'));
  }

  private settle(id: number, outcome: Result<DeviceAnswer, WireFailure>): void {
    const request = this.pending.get(id);
    this.pending.delete(id);
    request?.settle(outcome);
  }
}

/** Narrows an answer to that of one method. */
function answers<Method extends DeviceMethod>(
  answer: { readonly method: DeviceMethod; readonly result: unknown },
  method: Method,
): answer is { readonly method: Method; readonly result: AnswerResult<Method> } {
  return answer.method === method;
}

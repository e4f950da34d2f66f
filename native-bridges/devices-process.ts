import { throwIllegalValue } from '../src/domain/assert.ts';
import type { DeviceBench } from '../src/domain/device-bench.ts';
import type { CardTransport, DeviceSet, Unsubscribe } from '../src/domain/devices.ts';
import {
  DEVICES_PROTOCOL,
  type DeviceAnswer,
  type DeviceCall,
  exactBytes,
  type FromDevices,
  type ToDevices,
  toDevicesSchema,
} from '../src/domain/devices-wire.ts';
import type { DockControl, DockProblem } from '../src/domain/dock.ts';
import type { MessagePortLike } from '../src/domain/message-port.ts';
import { err, ok, type Result } from '../src/domain/result.ts';
import { FrameStream } from './frame-stream.ts';

/** What a devices process serves. */
export interface ServedDevices {
  readonly devices: DeviceSet;
  readonly bench: DeviceBench;
  /** Null where the devices are real. */
  readonly dock: DockControl | null;
}

/**
 * Serves the devices of one desk to the station at the other end of `port` (src/domain/devices-wire.ts), until
 * the port closes or the returned function is called; captures are then cancelled. A message that breaks the protocol is a bug of the station and throws.
 */
export function serveDevices(served: ServedDevices, port: MessagePortLike): Unsubscribe {
  const server = new DevicesServer(served, port);
  return () => server.stop();
}

interface RunningCapture {
  readonly controller: AbortController;
  readonly frames: FrameStream;
}

class DevicesServer {
  private readonly devices: DeviceSet;
  private readonly bench: DeviceBench;
  private readonly dock: DockControl | null;
  private readonly port: MessagePortLike;
  private readonly subscriptions: Unsubscribe[] = [];
  private readonly captures = new Map<number, RunningCapture>();
  private card: { readonly number: number; readonly transport: CardTransport } | null = null;
  private cardsConnected = 0;
  private greeted = false;

  constructor({ devices, bench, dock }: ServedDevices, port: MessagePortLike) {
    this.devices = devices;
    this.bench = bench;
    this.dock = dock;
    this.port = port;
    this.subscriptions.push(port.onClose(() => this.stop()));
    this.subscriptions.push(port.onMessage((message) => this.receive(message)));
  }

  stop(): void {
    for (const unsubscribe of this.subscriptions.splice(0)) unsubscribe();
    for (const capture of this.captures.values()) {
      capture.frames.end();
      capture.controller.abort();
    }
    this.captures.clear();
    this.card = null;
  }

  private receive(message: unknown): void {
    const parsed = toDevicesSchema.safeParse(message);
    if (!parsed.success) throw new Error('the station sent a message that breaks the devices protocol');
    this.handle(parsed.data);
  }

  private handle(message: ToDevices): void {
    switch (message.type) {
      case 'hello':
        this.greet();
        return;
      case 'ping':
        this.post({ type: 'pong', sequence: message.sequence });
        return;
      case 'request':
        void this.respond(message.id, message.call);
        return;
      case 'cancel':
        this.captures.get(message.id)?.frames.end();
        this.captures.get(message.id)?.controller.abort();
        return;
      case 'frame-received':
        this.captures.get(message.id)?.frames.received();
        return;
      default:
        throwIllegalValue(message);
    }
  }

  private post(message: FromDevices): void {
    this.port.post(message);
  }

  private greet(): void {
    const { scanner, cardReader, mrzReader, printer } = this.devices;
    const all = [scanner, cardReader, mrzReader, printer];
    this.post({
      type: 'welcome',
      protocol: DEVICES_PROTOCOL,
      statuses: all.map((device) => device.status()),
      dotsAcross: printer.dotsAcross,
      report: this.bench.report(),
      dock: this.dock === null ? null : this.dock.state(),
    });
    if (this.greeted) return;
    this.greeted = true;
    for (const device of all) {
      this.subscriptions.push(device.onStatus((status) => this.post({ type: 'status', status })));
    }
    this.subscriptions.push(cardReader.onCard((present) => this.post({ type: 'card', present })));
    this.subscriptions.push(mrzReader.onText((lines) => this.post({ type: 'text', lines })));
    this.subscriptions.push(this.bench.onReport((report) => this.post({ type: 'report', report })));
    if (this.dock !== null) {
      this.subscriptions.push(this.dock.onState((state) => this.post({ type: 'dock-state', state })));
    }
  }

  private async respond(id: number, call: DeviceCall): Promise<void> {
    const answer = await this.answer(id, call);
    this.post({ type: 'response', id, answer });
  }

  private async answer(id: number, call: DeviceCall): Promise<DeviceAnswer> {
    switch (call.method) {
      case 'capture':
        return this.capture(id);
      case 'connect-card':
        return this.connectCard();
      case 'transmit':
        return this.transmit(call.card, call.command);
      case 'paper':
        return { method: 'paper', result: await this.devices.printer.paper() };
      case 'print':
        return { method: 'print', result: withoutValue(await this.devices.printer.print(call.strip)) };
      case 'look':
        await this.bench.look();
        return { method: 'look', result: ok(undefined) };
      case 'calibrate':
        return { method: 'calibrate', result: withoutValue(await this.bench.calibrate(call.calibration)) };
      case 'dock-people':
        return { method: 'dock-people', result: (await this.dock?.people()) ?? NO_DOCK };
      case 'dock-perform': {
        const result = await this.dock?.perform(call.command);
        return { method: 'dock-perform', result: result === undefined ? NO_DOCK : withoutValue(result) };
      }
      case 'dock-strip': {
        const result = (await this.dock?.strip(call.strip)) ?? NO_DOCK;
        if (!result.ok) return { method: 'dock-strip', result };
        const strip = { ...result.value, rows: exactBytes(result.value.rows) };
        return { method: 'dock-strip', result: ok(strip) };
      }
      default:
        throwIllegalValue(call);
    }
  }

  private async capture(id: number): Promise<DeviceAnswer> {
    const controller = new AbortController();
    const frames = new FrameStream(id, (message) => this.post(message));
    this.captures.set(id, { controller, frames });
    const result = await this.devices.scanner.capture((frame) => frames.offer(frame), controller.signal);
    frames.end();
    this.captures.delete(id);
    return { method: 'capture', result };
  }

  private async connectCard(): Promise<DeviceAnswer> {
    const connected = await this.devices.cardReader.connect();
    if (!connected.ok) return { method: 'connect-card', result: connected };
    this.cardsConnected += 1;
    this.card = { number: this.cardsConnected, transport: connected.value };
    const answerToReset = exactBytes(connected.value.answerToReset);
    return { method: 'connect-card', result: ok({ card: this.cardsConnected, answerToReset }) };
  }

  private async transmit(card: number, command: Uint8Array): Promise<DeviceAnswer> {
    if (this.card?.number !== card) return { method: 'transmit', result: err({ code: 'card-lost' }) };
    const answered = await this.card.transport.transmit(command);
    if (!answered.ok) return { method: 'transmit', result: answered };
    return { method: 'transmit', result: ok(exactBytes(answered.value)) };
  }
}

const NO_DOCK: Result<never, DockProblem> = err({ code: 'no-dock' });

/** `ok()` with an `undefined` that the schema can name. */
function withoutValue<E>(result: Result<void, E>): Result<undefined, E> {
  return result.ok ? ok(undefined) : result;
}

import { throwIllegalValue } from '../../domain/assert.ts';
import { type DeviceBench, NOTHING_FOUND } from '../../domain/device-bench.ts';
import type { DeviceSet, Unsubscribe } from '../../domain/devices.ts';
import type { DockControl } from '../../domain/dock.ts';
import { ListenerSet } from '../../domain/listener-set.ts';
import type { MessagePortLike } from '../../domain/message-port.ts';
import { systemTimer, type Timer } from '../../domain/timer.ts';
import { BenchClient } from './bench-client.ts';
import {
  CardReaderProxy,
  FingerprintScannerProxy,
  MrzReaderProxy,
  ReceiptPrinterProxy,
  type RequestLimits,
} from './device-proxies.ts';
import { DockClient } from './dock-client.ts';
import { type DevicesEvent, type LossReason, WireConnection, type WireTiming } from './wire-connection.ts';

export interface DevicesClientOptions {
  readonly timer?: Timer;
  /** Milliseconds; what is left out keeps its default. */
  readonly limits?: Partial<RequestLimits>;
  readonly timing?: Partial<WireTiming>;
}

/** The devices of this desk as the station sees them, whatever becomes of the devices process. */
export interface DevicesClient {
  /** The same objects for good; while the devices process is away their calls answer `restarting`. */
  readonly devices: DeviceSet;
  /** The technician's view of the same devices; the same object for good. */
  readonly bench: DeviceBench;
  /** Null with real devices, and until the first devices process has said hello. */
  readonly dock: DockControl | null;
  /** Resolves once the first devices process has introduced itself. */
  whenReady(): Promise<void>;
  /** Told each time that a devices process is lost; the host starts another one and calls `reconnect`. */
  onLost(listener: (reason: LossReason) => void): Unsubscribe;
  /** Attaches a new devices process. Requests to the old one, if it still lives, answer `restarting`. */
  reconnect(port: MessagePortLike): void;
  /** For good: no heartbeats, nobody is told. */
  close(): void;
}

const DEFAULT_LIMITS: RequestLimits = {
  connectCard: 10_000,
  transmit: 15_000,
  paper: 4_000,
  print: 30_000,
  frame: 5_000,
  cancel: 2_000,
  dock: 20_000,
  bench: 20_000,
};

/** For a timer that runs so many times faster than the clock, where the limits of requests are to be real time. */
export function limitsInRealTime(speed: number): RequestLimits {
  const scaled = Object.entries(DEFAULT_LIMITS).map(([name, milliseconds]) => [name, milliseconds * speed]);
  return Object.fromEntries(scaled) as RequestLimits;
}

const DEFAULT_TIMING: WireTiming = {
  heartbeatMilliseconds: 1_000,
  heartbeatsMissed: 3,
  heartbeatsMissedAtStart: 20,
};

/** Connects to the devices process at the other end of `port` (`serveDevices` in native-bridges/). */
export function connectDevices(port: MessagePortLike, options: DevicesClientOptions = {}): DevicesClient {
  return new DevicesClientOverWire(port, options);
}

class DevicesClientOverWire implements DevicesClient {
  readonly devices: DeviceSet;
  readonly bench: BenchClient;
  private readonly limits: RequestLimits;
  private readonly timing: WireTiming;
  private readonly timer: Timer;
  private readonly scanner: FingerprintScannerProxy;
  private readonly cardReader: CardReaderProxy;
  private readonly mrzReader: MrzReaderProxy;
  private readonly printer: ReceiptPrinterProxy;
  private readonly lossListeners = new ListenerSet<LossReason>();
  private readonly ready = Promise.withResolvers<void>();
  private wire: WireConnection | null = null;
  private dockClient: DockClient | null = null;

  constructor(port: MessagePortLike, options: DevicesClientOptions) {
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.timing = { ...DEFAULT_TIMING, ...options.timing };
    this.timer = options.timer ?? systemTimer();
    const current = () => (this.wire?.ready ? this.wire : null);
    this.scanner = new FingerprintScannerProxy(current, this.limits);
    this.cardReader = new CardReaderProxy(current, this.limits);
    this.mrzReader = new MrzReaderProxy(current, this.limits);
    this.printer = new ReceiptPrinterProxy(current, this.limits);
    this.bench = new BenchClient(current, this.limits.bench);
    this.devices = {
      scanner: this.scanner,
      cardReader: this.cardReader,
      mrzReader: this.mrzReader,
      printer: this.printer,
    };
    this.attach(port);
  }

  get dock(): DockControl | null {
    return this.dockClient;
  }

  whenReady(): Promise<void> {
    return this.ready.promise;
  }

  onLost(listener: (reason: LossReason) => void): Unsubscribe {
    return this.lossListeners.add(listener);
  }

  reconnect(port: MessagePortLike): void {
    this.wire?.close();
    this.setLost();
    this.attach(port);
  }

  close(): void {
    this.wire?.close();
    this.wire = null;
  }

  private proxies() {
    return [this.scanner, this.cardReader, this.mrzReader, this.printer];
  }

  private setLost(): void {
    for (const proxy of this.proxies()) proxy.setLost();
    this.bench.setReport(NOTHING_FOUND);
  }

  private attach(port: MessagePortLike): void {
    this.wire = new WireConnection(
      port,
      this.timer,
      this.timing,
      (event) => this.take(event),
      (reason) => {
        this.setLost();
        this.lossListeners.tell(reason);
      },
    );
  }

  private take(event: DevicesEvent): void {
    switch (event.type) {
      case 'welcome':
        this.welcome(event);
        return;
      case 'status':
        for (const proxy of this.proxies()) proxy.setStatus(event.status);
        return;
      case 'card':
        this.cardReader.setCard(event.present);
        return;
      case 'text':
        this.mrzReader.tellText(event.lines);
        return;
      case 'report':
        this.bench.setReport(event.report);
        return;
      case 'dock-state':
        this.dockClient?.setState(event.state);
        return;
      default:
        throwIllegalValue(event);
    }
  }

  private welcome(event: Extract<DevicesEvent, { readonly type: 'welcome' }>): void {
    this.printer.setDotsAcross(event.dotsAcross);
    this.bench.setReport(event.report);
    if (event.dock === null) {
      this.dockClient = null;
    } else if (this.dockClient === null) {
      this.dockClient = new DockClient(
        () => (this.wire?.ready ? this.wire : null),
        this.limits.dock,
        event.dock,
      );
    } else {
      this.dockClient.setState(event.dock);
    }
    for (const status of event.statuses) {
      for (const proxy of this.proxies()) proxy.setStatus(status);
    }
    this.ready.resolve();
  }
}

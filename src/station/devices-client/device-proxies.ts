import { assert } from '../../domain/assert.ts';
import type {
  CardReader,
  CardTransport,
  Device,
  DeviceKind,
  DeviceProblem,
  DeviceStatus,
  FingerFrame,
  FingerprintScanner,
  MonoBitmap,
  MrzReader,
  PrinterStatus,
  ReceiptPrinter,
  Unsubscribe,
} from '../../domain/devices.ts';
import { wipeImage } from '../../domain/grey-image.ts';
import { ListenerSet } from '../../domain/listener-set.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { WireConnection, WireFailure } from './wire-connection.ts';

/** How long each kind of request may take before the station stops waiting. */
export interface RequestLimits {
  readonly connectCard: number;
  /** One APDU; key agreement on a slow chip takes seconds. */
  readonly transmit: number;
  readonly paper: number;
  /** Beyond 10 ms for each row of dots, which is what the slowest printer takes. */
  readonly print: number;
  /** From one frame of a capture to the next. */
  readonly frame: number;
  /** From giving up a capture to the scanner's being free. */
  readonly cancel: number;
  readonly dock: number;
  /** Looking for devices, or setting the scanner's calibration: every one of them may be slow to open. */
  readonly bench: number;
}

/** The connection of the moment; null while there is no devices process. */
export type CurrentConnection = () => WireConnection | null;

const RESTARTING: Result<never, DeviceProblem> = err({ code: 'restarting' });

class DeviceProxy implements Device {
  protected readonly connection: CurrentConnection;
  protected readonly limits: RequestLimits;
  private current: DeviceStatus;
  private readonly statusListeners = new ListenerSet<DeviceStatus>();

  constructor(kind: DeviceKind, connection: CurrentConnection, limits: RequestLimits) {
    this.connection = connection;
    this.limits = limits;
    this.current = {
      info: { kind, model: '', serialNumber: null, simulated: false },
      status: { state: 'failed', problem: { code: 'restarting' } },
    };
  }

  status(): DeviceStatus {
    return this.current;
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.statusListeners.add(listener);
  }

  /** What the devices process reports. */
  setStatus(status: DeviceStatus): void {
    if (status.info.kind !== this.current.info.kind) return;
    const changed = JSON.stringify(status) !== JSON.stringify(this.current);
    this.current = status;
    if (changed) this.statusListeners.tell(status);
  }

  /** The devices process is gone. */
  setLost(): void {
    this.setStatus({ ...this.current, status: { state: 'failed', problem: { code: 'restarting' } } });
  }
}

export class FingerprintScannerProxy extends DeviceProxy implements FingerprintScanner {
  constructor(connection: CurrentConnection, limits: RequestLimits) {
    super('fingerprint-scanner', connection, limits);
  }

  async capture(
    onFrame: (frame: FingerFrame) => void,
    signal: AbortSignal,
  ): Promise<Result<never, DeviceProblem>> {
    if (signal.aborted) return err({ code: 'cancelled' });
    const connection = this.connection();
    if (connection === null) return RESTARTING;
    const request = connection.request(
      { method: 'capture' },
      {
        milliseconds: this.limits.frame,
        onFrame: ({ image, fingerPresent }) => {
          if (signal.aborted) wipeImage(image);
          else onFrame({ image, fingerPresent });
        },
      },
    );
    const abort = () => request.cancel(this.limits.cancel);
    signal.addEventListener('abort', abort, { once: true });
    const result = flatten(await request.outcome);
    signal.removeEventListener('abort', abort);
    return signal.aborted ? err({ code: 'cancelled' }) : result;
  }
}

export class CardReaderProxy extends DeviceProxy implements CardReader {
  private present = false;
  private readonly cardListeners = new ListenerSet<boolean>();

  constructor(connection: CurrentConnection, limits: RequestLimits) {
    super('card-reader', connection, limits);
  }

  onCard(listener: (present: boolean) => void): Unsubscribe {
    let subscribed = true;
    const unsubscribe = this.cardListeners.add(listener);
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

  setCard(present: boolean): void {
    if (present === this.present) return;
    this.present = present;
    this.cardListeners.tell(present);
  }

  override setLost(): void {
    super.setLost();
    this.setCard(false);
  }

  async connect(): Promise<Result<CardTransport, DeviceProblem>> {
    const connection = this.connection();
    if (connection === null) return RESTARTING;
    const request = connection.request({ method: 'connect-card' }, { milliseconds: this.limits.connectCard });
    const connected = flatten(await request.outcome);
    if (!connected.ok) return connected;
    const { card, answerToReset } = connected.value;
    return ok({ answerToReset, transmit: (command) => this.transmit(connection, card, command) });
  }

  /** A card belongs to the devices process that connected it, and is lost with it. */
  private async transmit(
    connection: WireConnection,
    card: number,
    command: Uint8Array,
  ): Promise<Result<Uint8Array, DeviceProblem>> {
    const current = this.connection();
    if (current === null) return RESTARTING;
    if (current !== connection) return err({ code: 'card-lost' });
    const request = connection.request(
      { method: 'transmit', card, command },
      { milliseconds: this.limits.transmit },
    );
    return flatten(await request.outcome);
  }
}

export class MrzReaderProxy extends DeviceProxy implements MrzReader {
  private readonly textListeners = new ListenerSet<readonly string[]>();

  constructor(connection: CurrentConnection, limits: RequestLimits) {
    super('mrz-reader', connection, limits);
  }

  onText(listener: (lines: readonly string[]) => void): Unsubscribe {
    return this.textListeners.add(listener);
  }

  tellText(lines: readonly string[]): void {
    this.textListeners.tell(lines);
  }
}

export class ReceiptPrinterProxy extends DeviceProxy implements ReceiptPrinter {
  /** Of 80 mm paper, until the devices process has said what is plugged in. */
  private dots = 576;

  constructor(connection: CurrentConnection, limits: RequestLimits) {
    super('printer', connection, limits);
  }

  get dotsAcross(): number {
    return this.dots;
  }

  setDotsAcross(dots: number): void {
    this.dots = dots;
  }

  async paper(): Promise<Result<PrinterStatus, DeviceProblem>> {
    const request = this.connection()?.request({ method: 'paper' }, { milliseconds: this.limits.paper });
    return request === undefined ? RESTARTING : flatten(await request.outcome);
  }

  async print(strip: MonoBitmap): Promise<Result<void, DeviceProblem>> {
    assert(strip.width <= this.dots, 'a strip is as wide as the paper at most');
    const request = this.connection()?.request(
      { method: 'print', strip },
      { milliseconds: this.limits.print + strip.height * 10 },
    );
    return request === undefined ? RESTARTING : flatten(await request.outcome);
  }
}

function flatten<T>(outcome: Result<Result<T, DeviceProblem>, WireFailure>): Result<T, DeviceProblem> {
  return outcome.ok ? outcome.value : err({ code: outcome.error });
}

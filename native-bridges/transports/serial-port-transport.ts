import type { SerialPort } from 'serialport';
import type { DeviceProblem, Unsubscribe } from '../../src/domain/devices.ts';
import { ListenerSet } from '../../src/domain/listener-set.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { systemTimer } from '../../src/domain/timer.ts';
import type { OpenByteTransport } from './byte-transport.ts';
import { writePaced } from './paced-write.ts';

export interface SerialSettings {
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
  /** RTS/CTS: the far end says when it can take more. */
  readonly hardwareFlowControl: boolean;
  /** DTR/DSR, as many receipt printers are set: kept to by us, because the system does not. */
  readonly dtrDsr?: boolean | undefined;
}

export const SERIAL_9600: SerialSettings = {
  baudRate: 9_600,
  dataBits: 8,
  parity: 'none',
  stopBits: 1,
  hardwareFlowControl: false,
};

/**
 * Opens a serial port for us alone, and drops what it had received for whoever had it before. The package can
 * miss that an adapter was pulled out: whoever sees it leave the list closes the transport.
 */
export async function openSerialPort(
  path: string,
  settings: SerialSettings,
): Promise<Result<OpenByteTransport, DeviceProblem>> {
  const library = await import('serialport').catch(() => null);
  if (library === null) return err({ code: 'absent' });
  const { hardwareFlowControl, dtrDsr = false, ...line } = settings;
  const port = new library.SerialPort({
    path,
    ...line,
    rtscts: hardwareFlowControl,
    lock: true,
    autoOpen: false,
  });
  const opened = await settled((done) => port.open(done));
  if (!opened.ok) return err(openProblem(opened.error));
  await settled((done) => port.flush(done));
  return ok(new SerialPortTransport(port, dtrDsr));
}

class SerialPortTransport implements OpenByteTransport {
  private readonly port: SerialPort;
  private readonly dtrDsr: boolean;
  private readonly timer = systemTimer();
  private readonly dataListeners = new ListenerSet<Uint8Array>();
  private readonly closeListeners = new ListenerSet<void>();
  /** Aborts what is being written when the port goes. */
  private readonly gone = new AbortController();

  constructor(port: SerialPort, dtrDsr: boolean) {
    this.port = port;
    this.dtrDsr = dtrDsr;
    port.on('data', (bytes: Buffer) => this.dataListeners.tell(Uint8Array.from(bytes)));
    port.on('close', () => this.end());
    port.on('error', () => void this.close());
  }

  async write(bytes: Uint8Array): Promise<Result<void, DeviceProblem>> {
    if (!this.dtrDsr) return this.writeAtOnce(bytes);
    const line = {
      isReady: () => this.farEndIsReady(),
      write: async (piece: Uint8Array) => {
        const written = await this.writeAtOnce(piece);
        if (written.ok) await settled((done) => this.port.drain(done));
        return written;
      },
    };
    return writePaced(bytes, line, this.timer, this.gone.signal);
  }

  /** Null for a line without such signals, a terminal for instance. */
  private farEndIsReady(): Promise<boolean | null> {
    return new Promise((resolve) => {
      if (!this.port.isOpen) return resolve(null);
      this.port.get((error, signals) => resolve(error || signals === undefined ? null : signals.dsr));
    });
  }

  private writeAtOnce(bytes: Uint8Array): Promise<Result<void, DeviceProblem>> {
    const { signal } = this.gone;
    if (signal.aborted) return Promise.resolve(err({ code: 'absent' }));
    const { promise, resolve } = Promise.withResolvers<Result<void, DeviceProblem>>();
    const lost = () => resolve(err({ code: 'absent' }));
    signal.addEventListener('abort', lost, { once: true });
    this.port.write(Buffer.from(bytes), (error) => resolve(error ? err({ code: 'absent' }) : ok()));
    return promise.finally(() => signal.removeEventListener('abort', lost));
  }

  onData(listener: (bytes: Uint8Array) => void): Unsubscribe {
    return this.dataListeners.add(listener);
  }

  onClose(listener: () => void): Unsubscribe {
    if (this.gone.signal.aborted) queueMicrotask(listener);
    return this.closeListeners.add(listener);
  }

  async close(): Promise<void> {
    this.end();
    if (this.port.isOpen) await settled((done) => this.port.close(done));
  }

  private end(): void {
    if (this.gone.signal.aborted) return;
    this.gone.abort();
    this.closeListeners.tell();
  }
}

function settled(start: (done: (error: Error | null) => void) => void): Promise<Result<void, Error>> {
  return new Promise((resolve) => {
    start((error) => resolve(error ? err(error) : ok()));
  });
}

/** The package tells what went wrong by the system's words only. */
function openProblem(error: Error): DeviceProblem {
  if (/permission denied|access denied|EACCES/i.test(error.message)) return { code: 'access-denied' };
  if (/no such (file|device)|not found|ENOENT|ENXIO|ENODEV/i.test(error.message)) return { code: 'absent' };
  if (/lock|busy|temporarily unavailable|EBUSY|EAGAIN/i.test(error.message)) return { code: 'busy' };
  return { code: 'bad-data' };
}

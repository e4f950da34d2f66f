import { assertDefined } from '../../../src/domain/assert.ts';
import type { DeviceProblem, DeviceProblemCode, Unsubscribe } from '../../../src/domain/devices.ts';
import { ListenerSet } from '../../../src/domain/listener-set.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { giveUpAfter, type Timer } from '../../../src/domain/timer.ts';
import type {
  TransferLimit,
  UsbEndpoint,
  UsbNames,
  UsbSetup,
  UsbTransport,
} from '../../transports/usb-transport.ts';
import { describeInterfaces, type EmulatedUsbDevice } from './emulated-usb-device.ts';

/** The cable to the first interface of an emulated USB device in this process. */
export class MemoryUsbTransport implements UsbTransport {
  readonly names: UsbNames;
  readonly interfaceNumber = 0;
  readonly endpoints: readonly UsbEndpoint[];
  readonly classDescriptors: Uint8Array;
  private readonly device: EmulatedUsbDevice;
  private readonly timer: Timer;
  private readonly closeListeners = new ListenerSet<void>();
  private readonly running = new Set<(code: DeviceProblemCode) => void>();
  private closed = false;

  /** @param setting of the first interface */
  constructor(device: EmulatedUsbDevice, timer: Timer, setting = 0) {
    this.device = device;
    this.timer = timer;
    this.names = device.names;
    const chosen = assertDefined(
      describeInterfaces(device).find((each) => each.number === 0 && each.setting === setting),
      'the setting of the emulated device',
    );
    this.classDescriptors = chosen.classDescriptors;
    this.endpoints = chosen.ownEndpoints;
  }

  transferIn(
    endpoint: number,
    length: number,
    limit: TransferLimit,
  ): Promise<Result<Uint8Array, DeviceProblem>> {
    const source = this.device.inEndpoints.find(({ address }) => address === endpoint);
    return this.limited<Uint8Array>(limit, (settle) => {
      if (source === undefined) {
        settle(err({ code: 'bad-data' }));
        return () => undefined;
      }
      return source.read(length, (bytes) => settle(bytes === null ? err({ code: 'bad-data' }) : ok(bytes)));
    });
  }

  transferOut(
    endpoint: number,
    bytes: Uint8Array,
    limit: TransferLimit,
  ): Promise<Result<void, DeviceProblem>> {
    return this.limited<void>(limit, (settle) => {
      const taken = this.device.receive(endpoint, bytes.slice());
      if (taken !== null) settle(taken ? ok() : err({ code: 'bad-data' }));
      return () => undefined;
    });
  }

  controlIn(
    setup: UsbSetup,
    length: number,
    limit: TransferLimit,
  ): Promise<Result<Uint8Array, DeviceProblem>> {
    return this.limited<Uint8Array>(limit, (settle) => {
      const answer = this.device.control(setup, new Uint8Array(), length);
      settle(answer === null ? err({ code: 'bad-data' }) : ok(answer.slice(0, length)));
      return () => undefined;
    });
  }

  controlOut(setup: UsbSetup, bytes: Uint8Array, limit: TransferLimit): Promise<Result<void, DeviceProblem>> {
    return this.limited<void>(limit, (settle) => {
      const answer = this.device.control(setup, bytes.slice(), 0);
      settle(answer === null ? err({ code: 'bad-data' }) : ok());
      return () => undefined;
    });
  }

  onClose(listener: () => void): Unsubscribe {
    if (this.closed) queueMicrotask(listener);
    return this.closeListeners.add(listener);
  }

  /** Pulls the plug, or lets go: for whoever holds the transport it is the same. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const stop of [...this.running]) stop('absent');
    this.closeListeners.tell();
  }

  /** Runs one transfer; `start` returns what calls it off. Answers come in a later turn, as from a bus. */
  private async limited<T>(
    limit: TransferLimit,
    start: (settle: (outcome: Result<T, DeviceProblem>) => void) => () => void,
  ): Promise<Result<T, DeviceProblem>> {
    if (this.closed) return err({ code: 'absent' });
    if (limit.signal?.aborted) return err({ code: 'cancelled' });
    const { promise, resolve } = Promise.withResolvers<Result<T, DeviceProblem>>();
    let callOff: () => void = () => undefined;
    const stop = (code: DeviceProblemCode) => {
      callOff();
      resolve(err({ code }));
    };
    const abort = () => stop('cancelled');
    this.running.add(stop);
    limit.signal?.addEventListener('abort', abort, { once: true });
    const cancelTimer = giveUpAfter(this.timer, limit.milliseconds, () => stop('no-answer'));
    callOff = start(resolve);
    const outcome = await promise;
    cancelTimer();
    limit.signal?.removeEventListener('abort', abort);
    this.running.delete(stop);
    return outcome;
  }
}

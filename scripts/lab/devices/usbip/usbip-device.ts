import type { EmulatedUsbDevice } from '../../../../native-bridges/simulated/usb/emulated-usb-device.ts';
import type { UsbSetup } from '../../../../native-bridges/transports/usb-transport.ts';
import { describeDevice, STANDARD_REQUEST } from './descriptors.ts';
import {
  encodeSubmitted,
  encodeUnlinked,
  type HostMessage,
  HostMessageReader,
  STATUS,
  type Submit,
} from './messages.ts';

const NOTHING = new Uint8Array();

/**
 * Plays an emulated device to a virtual host controller: bytes of its socket in by `receive`, bytes out by the
 * function that it is given.
 */
export class UsbIpDevice {
  private readonly device: EmulatedUsbDevice;
  private readonly send: (bytes: Buffer) => void;
  private readonly reader = new HostMessageReader();
  /** What calls each running transfer off. */
  private readonly running = new Map<number, () => void>();

  constructor(device: EmulatedUsbDevice, send: (bytes: Buffer) => void) {
    this.device = device;
    this.send = send;
  }

  receive(chunk: Buffer): void {
    for (const message of this.reader.push(chunk)) this.handle(message);
  }

  /** The plug was pulled: what the device had for the host is lost with its power. */
  unplugged(): void {
    for (const callOff of this.running.values()) callOff();
    this.running.clear();
    for (const endpoint of this.device.inEndpoints) endpoint.clear();
  }

  private handle(message: HostMessage): void {
    if (message.type === 'unlink') {
      const callOff = this.running.get(message.calledOff);
      this.running.delete(message.calledOff);
      callOff?.();
      this.send(encodeUnlinked(message.sequence, callOff !== undefined));
    } else if (message.endpoint === 0) {
      this.control(message);
    } else if (message.toHost) {
      this.read(message);
    } else {
      this.write(message);
    }
  }

  private control(submit: Submit): void {
    const view = new DataView(submit.setup.buffer, submit.setup.byteOffset);
    const setup: UsbSetup = {
      requestType: view.getUint8(0),
      request: view.getUint8(1),
      value: view.getUint16(2, true),
      index: view.getUint16(4, true),
    };
    const answer = this.answer(setup, submit);
    if (answer === null) {
      this.send(encodeSubmitted(submit.sequence, STATUS.stall, 0, NOTHING));
    } else if (submit.toHost) {
      const data = answer.slice(0, submit.length);
      this.send(encodeSubmitted(submit.sequence, STATUS.done, data.length, data));
    } else {
      this.send(encodeSubmitted(submit.sequence, STATUS.done, submit.length, NOTHING));
    }
  }

  /** Null stalls. */
  private answer(setup: UsbSetup, { data, length }: Submit): Uint8Array | null {
    const isStandard = (setup.requestType & 0x60) === 0;
    if (!isStandard) return this.device.control(setup, data, length);
    switch (setup.request) {
      case STANDARD_REQUEST.getDescriptor: {
        const standard = describeDevice(this.device, setup.value >> 8, setup.value & 0xff);
        return standard ?? this.device.control(setup, data, length);
      }
      case STANDARD_REQUEST.getStatus:
        return Uint8Array.of(0, 0);
      case STANDARD_REQUEST.getConfiguration:
        return Uint8Array.of(1);
      case STANDARD_REQUEST.setConfiguration:
      case STANDARD_REQUEST.setInterface:
      case STANDARD_REQUEST.clearFeature:
      case STANDARD_REQUEST.setFeature:
        return NOTHING;
      default:
        return null;
    }
  }

  private read({ sequence, endpoint, length }: Submit): void {
    const source = this.device.inEndpoints.find(({ address }) => address === (0x80 | endpoint));
    if (source === undefined) {
      this.send(encodeSubmitted(sequence, STATUS.stall, 0, NOTHING));
      return;
    }
    let done = false;
    const callOff = source.read(length, (bytes) => {
      done = true;
      this.running.delete(sequence);
      const status = bytes === null ? STATUS.babble : STATUS.done;
      this.send(encodeSubmitted(sequence, status, bytes?.length ?? 0, bytes ?? NOTHING));
    });
    if (!done) this.running.set(sequence, callOff);
  }

  private write({ sequence, endpoint, data }: Submit): void {
    const taken = this.device.receive(endpoint, data);
    if (taken === null) {
      // The device takes nothing now: the host waits until it gives up.
      this.running.set(sequence, () => undefined);
      return;
    }
    const status = taken ? STATUS.done : STATUS.stall;
    this.send(encodeSubmitted(sequence, status, taken ? data.length : 0, NOTHING));
  }
}

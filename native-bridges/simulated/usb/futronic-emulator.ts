import { type GreyImage, wipeImage } from '../../../src/domain/grey-image.ts';
import type { Timer } from '../../../src/domain/timer.ts';
import { ANSWER_BYTES, type FrameSize } from '../../fingerprint-scanners/futronic/futronic-scanner.ts';
import { Platen, PRESS_STAGES } from '../platen.ts';
import { EmulatedInEndpoint, type EmulatedUsbDevice } from './emulated-usb-device.ts';

const IN = 0x82;
const OUT = 0x01;
const PACKET = 512;
export const FUTRONIC_SIZE: FrameSize = { width: 320, height: 480 };

/** The ways in which the real one misbehaves. */
export interface FutronicFaults {
  /** Frames that end too early. */
  shortFrames: number;
  /** From now on it says nothing. */
  mute: boolean;
}

/** A Futronic FS81: a queue of bytes without framing, a lamp and a glass. */
export class FutronicEmulator implements EmulatedUsbDevice {
  readonly vendorId = 0x1491;
  readonly productId = 0x0020;
  readonly names = { manufacturer: 'Futronic', product: 'FS81', serialNumber: null };
  readonly interfaces = [
    { class: 0xff, subclass: 0, protocol: 0, classDescriptors: new Uint8Array() },
  ] as const;
  readonly inEndpoints: readonly EmulatedInEndpoint[];
  readonly outEndpoints = [{ address: OUT, packetSize: PACKET }];
  readonly faults: FutronicFaults = { shortFrames: 0, mute: false };
  lamp = false;
  framesSent = 0;
  private readonly timer: Timer;
  private readonly frameMilliseconds: number;
  private readonly platen: Platen;
  private readonly output = new EmulatedInEndpoint(IN, 'bulk', PACKET);
  private finger: GreyImage | null = null;

  constructor(timer: Timer, random: () => number, frameMilliseconds: number) {
    this.timer = timer;
    this.frameMilliseconds = frameMilliseconds;
    this.platen = new Platen(FUTRONIC_SIZE, random);
    this.inEndpoints = [this.output];
  }

  /** Leaves bytes in the device, as a process that was killed in the middle of a frame. */
  leaveBehind(bytes: Uint8Array): void {
    this.output.push(bytes);
  }

  /** Takes over the picture. */
  layFinger(image: GreyImage): void {
    this.liftFinger();
    this.finger = image;
  }

  liftFinger(): void {
    if (this.finger !== null) wipeImage(this.finger);
    this.finger = null;
  }

  control(): Uint8Array | null {
    return null;
  }

  receive(_endpoint: number, bytes: Uint8Array): boolean | null {
    if (this.faults.mute) return null;
    switch (bytes[0]) {
      case 0xe0:
        this.output.push(this.deviceInfo());
        return true;
      case 0x6c:
      case 0x50:
        this.output.push(new Uint8Array(ANSWER_BYTES).fill(bytes[0]));
        return true;
      case 0xdd:
        this.lamp = bytes[1] !== 0;
        return true;
      case 0x6e:
      case 0xfe:
        this.timer.after(this.frameMilliseconds, () => this.sendFrame());
        return true;
      default:
        return true;
    }
  }

  private deviceInfo(): Uint8Array {
    const answer = new Uint8Array(ANSWER_BYTES);
    const view = new DataView(answer.buffer);
    view.setUint16(4, FUTRONIC_SIZE.width);
    view.setUint16(6, FUTRONIC_SIZE.height);
    return answer;
  }

  /** The bottom row first. Without the lamp the sensor sees little. */
  private sendFrame(): void {
    const { width, height } = FUTRONIC_SIZE;
    const image = this.platen.expose(this.finger, PRESS_STAGES - 1);
    const wire = new Uint8Array(width * height);
    for (let row = 0; row < height; row += 1) {
      wire.set(image.pixels.subarray(row * width, (row + 1) * width), (height - 1 - row) * width);
    }
    if (!this.lamp) wire.fill(8);
    const short = this.faults.shortFrames > 0;
    if (short) this.faults.shortFrames -= 1;
    this.framesSent += 1;
    this.output.push(short ? wire.subarray(0, 100 * PACKET + 7) : wire);
    wire.fill(0);
    wipeImage(image);
  }
}

import { type GreyImage, wipeImage } from '../../../src/domain/grey-image.ts';
import type { Timer } from '../../../src/domain/timer.ts';
import {
  BLOCK_FLAGS,
  type CaptureBlock,
  HEADER_BYTES,
  ROW_BYTES,
} from '../../fingerprint-scanners/digitalpersona/capture.ts';
import { INTERRUPT, MODE, REGISTER, STATUS } from '../../fingerprint-scanners/digitalpersona/registers.ts';
import { scrambleBlock, skipBytes } from '../../fingerprint-scanners/digitalpersona/scrambling.ts';
import type { UsbSetup } from '../../transports/usb-transport.ts';
import { EmulatedInEndpoint, type EmulatedUsbDevice } from './emulated-usb-device.ts';

export interface DigitalPersonaFaults {
  /** How many times "scan power on" is not told. */
  lostScanPower: number;
  /** Captures of which only a part comes. */
  shortCaptures: number;
  /** Captures that the sensor says will fail, and that never come. */
  failedScans: number;
}

const PLAIN_BLOCKS: readonly CaptureBlock[] = [
  { flags: 0, rows: 200 },
  { flags: 0, rows: 89 },
];
/** Two keys, white rows that are not sent, and rows during which the key stands still. */
export const SCRAMBLED_BLOCKS: readonly CaptureBlock[] = [
  { flags: BLOCK_FLAGS.encrypted, rows: 100 },
  { flags: BLOCK_FLAGS.notPresent, rows: 9 },
  { flags: BLOCK_FLAGS.noKeyUpdate, rows: 20 },
  { flags: 0, rows: 20 },
  { flags: BLOCK_FLAGS.encrypted | BLOCK_FLAGS.newKey, rows: 140 },
];
export const DIGITALPERSONA_ROWS = 289;

/** A U.are.U 4500: registers, a queue of interrupts, and a sensor that gives one picture for a touch. */
export class DigitalPersonaEmulator implements EmulatedUsbDevice {
  readonly vendorId = 0x05ba;
  readonly productId = 0x000a;
  readonly names = {
    manufacturer: 'DigitalPersona, Inc.',
    product: 'U.are.U 4500',
    serialNumber: 'EMULATED',
  };
  readonly interfaces = [
    { class: 0xff, subclass: 0xff, protocol: 0xff, classDescriptors: new Uint8Array() },
  ] as const;
  readonly inEndpoints: readonly EmulatedInEndpoint[];
  readonly outEndpoints = [];
  readonly faults: DigitalPersonaFaults = { lostScanPower: 0, shortCaptures: 0, failedScans: 0 };
  mode: number = MODE.init;
  blocks = PLAIN_BLOCKS;
  private readonly timer: Timer;
  private readonly interrupts = new EmulatedInEndpoint(0x81, 'interrupt', 64);
  private readonly pictures = new EmulatedInEndpoint(0x82, 'bulk', 64);
  private status: number;
  private stepsToReboot = 3;
  private seed = 0;
  private keyNumber = 0;
  private finger: GreyImage | null = null;
  /** What the wire carries of the finger, and for which blocks. */
  private capture: { readonly blocks: readonly CaptureBlock[]; readonly bytes: Uint8Array } | null = null;

  /** `status`: what the register of that name holds when the plug goes in; 0x85 wants the reboot loop. */
  constructor(timer: Timer, status: number = STATUS.lowPower) {
    this.timer = timer;
    this.status = status;
    this.inEndpoints = [this.interrupts, this.pictures];
  }

  /** Takes over a picture of 384 x 289, ridges dark and the right way up. */
  layFinger(image: GreyImage): void {
    this.liftFinger();
    this.finger = image;
    this.capture = { blocks: this.blocks, bytes: encodeCapture(image, this.blocks, keyFor) };
    if (this.mode === MODE.waitFingerOn) this.interrupt(INTERRUPT.fingerOn);
  }

  liftFinger(): void {
    if (this.finger === null) return;
    wipeImage(this.finger);
    this.finger = null;
    this.capture?.bytes.fill(0);
    this.capture = null;
    if (this.mode === MODE.waitFingerOff) this.interrupt(INTERRUPT.fingerOff);
  }

  /** An interrupt that nobody expects, as an earlier process leaves one. */
  interrupt(type: number): void {
    const packet = new Uint8Array(64);
    packet.set([type >> 8, type & 0xff]);
    this.interrupts.push(packet);
  }

  receive(): boolean {
    return false;
  }

  control(setup: UsbSetup, data: Uint8Array, length: number): Uint8Array | null {
    if (setup.request !== 0x04) return null;
    return setup.requestType === 0xc0 ? this.read(setup.value, length) : this.write(setup.value, data);
  }

  private read(register: number, length: number): Uint8Array | null {
    switch (register) {
      case REGISTER.hardwareStatus:
        return Uint8Array.of(this.status);
      case REGISTER.deviceInfo:
        return new Uint8Array(length);
      case REGISTER.scrambleKey: {
        const answer = new Uint8Array(4);
        new DataView(answer.buffer).setUint32(0, (keyFor(this.keyNumber) ^ this.seed) >>> 0, true);
        return answer;
      }
      default:
        return null;
    }
  }

  private write(register: number, data: Uint8Array): Uint8Array | null {
    if (register === REGISTER.hardwareStatus) this.writeStatus(data[0] ?? 0);
    if (register === REGISTER.mode) this.setMode(data[0] ?? 0);
    if (register === REGISTER.scrambleIndex) {
      this.keyNumber = data[0] ?? 0;
      this.seed = new DataView(data.buffer, data.byteOffset).getUint32(1, true);
    }
    return new Uint8Array();
  }

  private writeStatus(value: number): void {
    const faulty = STATUS.lowPower | STATUS.fault;
    if ((this.status & faulty) === faulty) {
      // Comes back from its reboot a little later.
      this.status &= ~STATUS.rebooted;
      this.timer.after(10 * this.stepsToReboot, () => {
        this.status = STATUS.lowPower | STATUS.rebooted;
      });
      return;
    }
    const rises = (this.status & STATUS.lowPower) !== 0 && (value & STATUS.lowPower) === 0;
    this.status = value;
    if (!rises) return;
    if (this.faults.lostScanPower > 0) this.faults.lostScanPower -= 1;
    else this.interrupt(INTERRUPT.scanPower);
  }

  private setMode(mode: number): void {
    this.mode = mode;
    if (mode === MODE.waitFingerOn && this.finger !== null) this.interrupt(INTERRUPT.fingerOn);
    if (mode === MODE.waitFingerOff && this.finger === null) this.interrupt(INTERRUPT.fingerOff);
    if (mode === MODE.capture && this.finger !== null) this.sendPicture(this.finger);
  }

  private sendPicture(finger: GreyImage): void {
    if (this.faults.failedScans > 0) {
      this.faults.failedScans -= 1;
      this.interrupt(INTERRUPT.nextFails);
      return;
    }
    // The sensor needs no time to scramble.
    if (this.capture?.blocks !== this.blocks) {
      this.capture = { blocks: this.blocks, bytes: encodeCapture(finger, this.blocks, keyFor) };
    }
    const { bytes } = this.capture;
    const short = this.faults.shortCaptures > 0;
    if (short) this.faults.shortCaptures -= 1;
    this.timer.after(40, () =>
      this.pictures.push(short ? bytes.subarray(0, 64 * 300 + 5) : bytes.slice(), true),
    );
  }
}

/** The sensor's key of a number. It does not depend on the seed, which only hides it on the wire. */
function keyFor(keyNumber: number): number {
  return (Math.imul(keyNumber + 1, 0x9e3779b1) ^ 0x5a5a1234) >>> 0;
}

/** A capture as the wire carries it: upside down, ridges light, scrambled where the blocks say so. */
export function encodeCapture(
  image: GreyImage,
  blocks: readonly CaptureBlock[],
  keyOf: (keyNumber: number) => number,
): Uint8Array {
  const firstKey = 5;
  const turned = image.pixels.slice().reverse();
  for (let index = 0; index < turned.length; index += 1) turned[index] = 255 - (turned[index] ?? 0);
  const parts: Uint8Array[] = [];
  let keyNumber = firstKey;
  let key = keyOf(keyNumber);
  let row = 0;
  for (const { flags, rows } of blocks) {
    const part = turned.slice(row * ROW_BYTES, (row + rows) * ROW_BYTES);
    row += rows;
    if ((flags & BLOCK_FLAGS.newKey) !== 0) {
      keyNumber += 1;
      key = keyOf(keyNumber);
    }
    const present = (flags & BLOCK_FLAGS.notPresent) === 0;
    if ((flags & BLOCK_FLAGS.encrypted) !== 0) key = scrambleBlock(part, key);
    else if ((flags & BLOCK_FLAGS.noKeyUpdate) === 0) key = skipBytes(key, part.length);
    if (present) parts.push(part);
  }
  const data = Buffer.concat(parts);
  const bytes = new Uint8Array(HEADER_BYTES + data.length);
  const sent = data.length / ROW_BYTES;
  bytes.set([sent & 0xff, sent >> 8, firstKey], 4);
  for (const [index, { flags, rows }] of blocks.entries()) bytes.set([flags, rows], 16 + 2 * index);
  bytes.set(data, HEADER_BYTES);
  return bytes;
}

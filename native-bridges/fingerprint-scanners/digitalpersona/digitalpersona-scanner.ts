import type { DeviceProblem, FingerFrame, Unsubscribe } from '../../../src/domain/devices.ts';
import type { GreyImage } from '../../../src/domain/grey-image.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import type { Timer } from '../../../src/domain/timer.ts';
import {
  drainEndpoint,
  findEndpoint,
  type UsbEndpoint,
  type UsbTransport,
} from '../../transports/usb-transport.ts';
import type { ScannerProtocol } from '../opened-scanner.ts';
import { blankImage, orient, type ScannerProfile } from '../scanner-profile.ts';
import { clearCapture, decodeCapture, type KeySource, MAX_CAPTURE_BYTES, ROW_BYTES } from './capture.ts';
import { InterruptQueue } from './interrupt-queue.ts';
import { INTERRUPT, MODE, REGISTER, Registers } from './registers.ts';

/** Of each attempt to give the sensor power; the last is for a busy laptop. */
const SCAN_POWER_MILLISECONDS = [300, 600, 1_500];
const CAPTURE_MILLISECONDS = 2_000;
const DEVICE_INFO_BYTES = 16;
const BLANK_ROWS = 289;
const MAX_BAD_CAPTURES = 3;

export interface DigitalPersonaOptions {
  readonly usb: UsbTransport;
  readonly profile: ScannerProfile;
  readonly timer: Timer;
  /** 32 random bits that a key of the scrambling is asked with. */
  readonly seed: () => number;
}

/**
 * Opens a DigitalPersona U.are.U 4000B or 4500 (and Microsoft's reader with the same sensor). The sensor itself
 * tells of a finger, and gives one picture for each touch.
 * @returns `no-answer` when the sensor does not get power in three attempts
 */
export async function openDigitalPersona(
  options: DigitalPersonaOptions,
): Promise<Result<ScannerProtocol, DeviceProblem>> {
  const { usb, timer } = options;
  const interrupts = findEndpoint(usb, 'interrupt', 'in');
  const pictures = findEndpoint(usb, 'bulk', 'in');
  if (interrupts === null || pictures === null) return err({ code: 'bad-data' });
  const registers = new Registers(usb, timer);
  const queue = new InterruptQueue(usb, interrupts, timer);
  const powered = await powerUp(registers, queue);
  if (!powered.ok) return powered;
  const info = await registers.read(REGISTER.deviceInfo, DEVICE_INFO_BYTES);
  if (!info.ok) return info;
  return ok(new DigitalPersonaScanner(options, registers, queue, pictures));
}

async function powerUp(registers: Registers, queue: InterruptQueue): Promise<Result<void, DeviceProblem>> {
  let problem: DeviceProblem = { code: 'no-answer' };
  for (const milliseconds of SCAN_POWER_MILLISECONDS) {
    queue.flush();
    const powered = await registers.powerUp();
    if (!powered.ok) return powered;
    const seen = await queue.next([INTERRUPT.scanPower], milliseconds);
    if (seen.ok) return ok();
    problem = seen.error;
    if (problem.code === 'absent') break;
  }
  return err(problem);
}

class DigitalPersonaScanner implements ScannerProtocol {
  private readonly usb: UsbTransport;
  private readonly profile: ScannerProfile;
  private readonly seed: () => number;
  private readonly registers: Registers;
  private readonly queue: InterruptQueue;
  private readonly pictures: UsbEndpoint;

  constructor(
    options: DigitalPersonaOptions,
    registers: Registers,
    queue: InterruptQueue,
    pictures: UsbEndpoint,
  ) {
    this.usb = options.usb;
    this.profile = options.profile;
    this.seed = options.seed;
    this.registers = registers;
    this.queue = queue;
    this.pictures = pictures;
  }

  async stream(onFrame: (frame: FingerFrame) => void, signal: AbortSignal): Promise<DeviceProblem> {
    const noFinger = () =>
      onFrame({ image: blankImage(ROW_BYTES, BLANK_ROWS, this.profile.dpi), fingerPresent: false });
    noFinger();
    let badCaptures = 0;
    let problem: DeviceProblem | null = null;
    while (problem === null) {
      const touched = await this.oneTouch(onFrame, signal);
      if (touched.ok) {
        badCaptures = 0;
        noFinger();
      } else if (touched.error.code === 'bad-data' && badCaptures + 1 < MAX_BAD_CAPTURES) {
        badCaptures += 1;
      } else {
        problem = touched.error;
      }
    }
    await this.registers.write(REGISTER.mode, MODE.off);
    return problem;
  }

  onClose(listener: () => void): Unsubscribe {
    return this.usb.onClose(listener);
  }

  close(): Promise<void> {
    return this.usb.close();
  }

  /** Waits for a finger, takes its picture, and waits until it is lifted. */
  private async oneTouch(
    onFrame: (frame: FingerFrame) => void,
    signal: AbortSignal,
  ): Promise<Result<void, DeviceProblem>> {
    // What a capture left behind would be taken for the next one's beginning. Done before a finger is there: it takes
    // its time.
    const drained = await drainEndpoint(this.usb, this.pictures);
    if (!drained.ok) return drained;
    const on = await this.waitFor(MODE.waitFingerOn, [INTERRUPT.fingerOn], signal);
    if (!on.ok) return on;
    const image = await this.capture();
    if (!image.ok) return image;
    onFrame({ image: image.value, fingerPresent: true });
    const off = await this.waitFor(MODE.waitFingerOff, [INTERRUPT.fingerOff], signal);
    return off.ok ? ok() : off;
  }

  private async waitFor(
    mode: number,
    types: readonly number[],
    signal: AbortSignal,
  ): Promise<Result<number, DeviceProblem>> {
    this.queue.flush();
    const set = await this.registers.write(REGISTER.mode, mode);
    return set.ok ? this.queue.next(types, null, signal) : set;
  }

  private async capture(): Promise<Result<GreyImage, DeviceProblem>> {
    const set = await this.registers.write(REGISTER.mode, MODE.capture);
    if (!set.ok) return set;
    const limit = { milliseconds: CAPTURE_MILLISECONDS };
    const bytes = await this.usb.transferIn(this.pictures.address, MAX_CAPTURE_BYTES, limit);
    // A scan that the sensor said would fail sends nothing: a bad capture, not a dead device.
    if (!bytes.ok) return bytes.error.code === 'no-answer' ? err({ code: 'bad-data' }) : bytes;
    const decoded = decodeCapture(bytes.value);
    bytes.value.fill(0);
    if (!decoded.ok) return decoded;
    const cleared = await clearCapture(decoded.value, this.keyOf);
    if (!cleared.ok) return cleared;
    const { height, pixels } = cleared.value;
    const image = { width: ROW_BYTES, height, pixels, dpi: this.profile.dpi };
    orient(image, this.profile.orientation);
    return ok(image);
  }

  private readonly keyOf: KeySource = async (keyNumber) => {
    const seed = this.seed() >>> 0;
    const little = [seed & 0xff, (seed >>> 8) & 0xff, (seed >>> 16) & 0xff, seed >>> 24];
    const asked = await this.registers.write(REGISTER.scrambleIndex, keyNumber, ...little);
    if (!asked.ok) return asked;
    const answer = await this.registers.read(REGISTER.scrambleKey, 4);
    if (!answer.ok) return answer;
    const [a = 0, b = 0, c = 0, d = 0] = answer.value;
    return ok(((a | (b << 8) | (c << 16) | (d << 24)) ^ seed) >>> 0);
  };
}

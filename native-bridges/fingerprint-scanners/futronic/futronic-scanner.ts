import type { DeviceProblem, FingerFrame, Unsubscribe } from '../../../src/domain/devices.ts';
import type { GreyImage } from '../../../src/domain/grey-image.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import {
  drainEndpoint,
  findEndpoint,
  type UsbEndpoint,
  type UsbTransport,
} from '../../transports/usb-transport.ts';
import { FingerPresence } from '../finger-presence.ts';
import type { ScannerProtocol } from '../opened-scanner.ts';
import { orient, type ScannerProfile } from '../scanner-profile.ts';

/**
 * The commands of the FS81 family, one to three bytes over bulk; the answers have no framing, so one that is
 * missed or left over shifts all that follow.
 */
export const COMMANDS = {
  /** Answered with 512 bytes that hold the size of the picture. */
  deviceInfo: Uint8Array.of(0xe0),
  /** The second and the third step of opening: 512 bytes each, of unknown meaning, but required. */
  openSecond: Uint8Array.of(0x6c),
  openThird: Uint8Array.of(0x50),
  lampOn: Uint8Array.of(0xdd, 0x32, 0x00),
  lampOff: Uint8Array.of(0xdd, 0x00, 0x00),
  /** Answered with width x height bytes, the bottom row first. */
  frame: Uint8Array.of(0x6e),
} as const;

export const ANSWER_BYTES = 512;
const COMMAND_MILLISECONDS = 1_000;
const FRAME_MILLISECONDS = 2_000;
/** The rest of an aborted frame is 300 packets at most. */
const MAX_STALE_PACKETS = 400;
/** One bad frame is read again after a resynchronisation; so many in a row are a broken device. */
const MAX_BAD_FRAMES = 3;
const MIN_SIDE = 128;
const MAX_SIDE = 1_024;

export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** The size that an answer to E0 states in bytes 4-7, big endian; null where it can't be one. */
export function decodeFrameSize(answer: Uint8Array): FrameSize | null {
  if (answer.length !== ANSWER_BYTES) return null;
  const view = new DataView(answer.buffer, answer.byteOffset, answer.length);
  const size = { width: view.getUint16(4), height: view.getUint16(6) };
  return Object.values(size).every((side) => side >= MIN_SIDE && side <= MAX_SIDE && side % 2 === 0)
    ? size
    : null;
}

/**
 * Opens a scanner of the Futronic FS81 family. Bytes of a frame that an earlier process did not read stay in the
 * device: they are read off until it answers in step again.
 * @returns `bad-data` when it does not get into step
 */
export async function openFutronic(
  usb: UsbTransport,
  profile: ScannerProfile,
): Promise<Result<ScannerProtocol, DeviceProblem>> {
  const input = findEndpoint(usb, 'bulk', 'in');
  const output = findEndpoint(usb, 'bulk', 'out');
  if (input === null || output === null) return err({ code: 'bad-data' });
  const scanner = new FutronicScanner(usb, input, output, profile);
  const opened = await scanner.synchronise();
  return opened.ok ? ok(scanner) : opened;
}

class FutronicScanner implements ScannerProtocol {
  private readonly usb: UsbTransport;
  private readonly input: UsbEndpoint;
  private readonly output: UsbEndpoint;
  private readonly profile: ScannerProfile;
  private size: FrameSize = { width: 0, height: 0 };

  constructor(usb: UsbTransport, input: UsbEndpoint, output: UsbEndpoint, profile: ScannerProfile) {
    this.usb = usb;
    this.input = input;
    this.output = output;
    this.profile = profile;
  }

  /** Gets into step with the device and opens it. */
  async synchronise(): Promise<Result<void, DeviceProblem>> {
    const size = await this.findAnswer();
    if (!size.ok) return size;
    this.size = size.value;
    for (const command of [COMMANDS.openSecond, COMMANDS.openThird]) {
      const answered = await this.ask(command, ANSWER_BYTES, COMMAND_MILLISECONDS);
      if (!answered.ok) return answered;
    }
    return ok();
  }

  async stream(onFrame: (frame: FingerFrame) => void, signal: AbortSignal): Promise<DeviceProblem> {
    const presence = new FingerPresence(this.profile.presence);
    let badFrames = 0;
    let reading = signal.aborted ? null : this.readFrame();
    while (reading !== null) {
      const pixels: Result<Uint8Array, DeviceProblem> = await reading;
      // The sensor exposes the next frame while this one is looked at. One that was asked for is read to its end,
      // also when nobody wants it any more: what is left half read would shift all that follows.
      reading = pixels.ok && !signal.aborted ? this.readFrame() : null;
      if (pixels.ok && signal.aborted) {
        pixels.value.fill(0);
      } else if (pixels.ok) {
        badFrames = 0;
        const image = this.imageOf(pixels.value);
        onFrame({ image, fingerPresent: presence.update(image) });
      } else {
        badFrames += 1;
        if (pixels.error.code === 'absent' || badFrames === MAX_BAD_FRAMES) return pixels.error;
        const again = await this.synchronise();
        if (!again.ok) return again.error;
        if (!signal.aborted) reading = this.readFrame();
      }
    }
    await this.send(COMMANDS.lampOff);
    return { code: 'cancelled' };
  }

  onClose(listener: () => void): Unsubscribe {
    return this.usb.onClose(listener);
  }

  close(): Promise<void> {
    return this.usb.close();
  }

  /**
   * Reads packets off until one is the answer to E0. The device takes no command while its own bytes wait to be
   * read, so both go on at once. A packet of pixels may look like an answer: silence has to follow, and the
   * question asked again has to give the same.
   */
  private async findAnswer(): Promise<Result<FrameSize, DeviceProblem>> {
    const asking = this.send(COMMANDS.deviceInfo);
    for (let packets = 0; packets < MAX_STALE_PACKETS; packets += 1) {
      const packet = await this.read(ANSWER_BYTES, COMMAND_MILLISECONDS);
      if (!packet.ok && packet.error.code !== 'bad-data') return packet;
      if (!packet.ok || decodeFrameSize(packet.value) === null) continue;
      const rest = await drainEndpoint(this.usb, this.input);
      if (!rest.ok) return rest;
      const sent = await asking;
      if (!sent.ok) return sent;
      const confirmed = await this.ask(COMMANDS.deviceInfo, ANSWER_BYTES, COMMAND_MILLISECONDS);
      if (!confirmed.ok) return confirmed;
      const size = decodeFrameSize(confirmed.value);
      return size === null ? err({ code: 'bad-data' }) : ok(size);
    }
    return err({ code: 'bad-data' });
  }

  private async readFrame(): Promise<Result<Uint8Array, DeviceProblem>> {
    const { width, height } = this.size;
    const lit = await this.send(COMMANDS.lampOn);
    if (!lit.ok) return lit;
    return this.ask(COMMANDS.frame, width * height, FRAME_MILLISECONDS);
  }

  private imageOf(pixels: Uint8Array): GreyImage {
    const image = { ...this.size, pixels, dpi: this.profile.dpi };
    orient(image, this.profile.orientation);
    return image;
  }

  private async ask(
    command: Uint8Array,
    length: number,
    milliseconds: number,
  ): Promise<Result<Uint8Array, DeviceProblem>> {
    const sent = await this.send(command);
    if (!sent.ok) return sent;
    const answer = await this.read(length, milliseconds);
    if (answer.ok && answer.value.length !== length) {
      answer.value.fill(0);
      return err({ code: 'bad-data' });
    }
    return answer;
  }

  private send(command: Uint8Array): Promise<Result<void, DeviceProblem>> {
    return this.usb.transferOut(this.output.address, command, { milliseconds: COMMAND_MILLISECONDS });
  }

  private read(length: number, milliseconds: number): Promise<Result<Uint8Array, DeviceProblem>> {
    return this.usb.transferIn(this.input.address, length, { milliseconds });
  }
}

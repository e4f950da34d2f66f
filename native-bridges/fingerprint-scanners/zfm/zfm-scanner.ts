import type { DeviceProblem, FingerFrame, Unsubscribe } from '../../../src/domain/devices.ts';
import type { GreyImage } from '../../../src/domain/grey-image.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { type CancelTimer, giveUpAfter, sleep, type Timer } from '../../../src/domain/timer.ts';
import type { OpenByteTransport } from '../../transports/byte-transport.ts';
import type { ScannerProtocol } from '../opened-scanner.ts';
import { blankImage, orient, type ScannerProfile } from '../scanner-profile.ts';
import { encodePacket, PACKET_KIND, type ZfmPacket, ZfmPacketReader } from './packets.ts';

export const ZFM_SIZE = { width: 256, height: 288 } as const;

export const INSTRUCTION = { takeImage: 0x01, uploadImage: 0x0a, verifyPassword: 0x13 } as const;
export const CONFIRMATION = { done: 0x00, noFinger: 0x02, imageFailed: 0x03 } as const;

/** Modules take up to a second to say whether a finger lies there; a serial adapter on a busy laptop as long again. */
const ANSWER_MILLISECONDS = 2_000;
const POLL_MILLISECONDS = 150;
const MAX_BAD_IMAGES = 3;

/**
 * Opens a ZFM, R30x or AS608 module on a serial line: for training and the bench, since a picture takes seconds
 * and has sixteen greys.
 * @returns `no-answer` for a line on which no module answers, `access-denied` for one with a password of its own
 */
export async function openZfm(
  line: OpenByteTransport,
  profile: ScannerProfile,
  timer: Timer,
): Promise<Result<ScannerProtocol, DeviceProblem>> {
  const scanner = new ZfmScanner(line, profile, timer);
  const verified = await scanner.command(INSTRUCTION.verifyPassword, 0, 0, 0, 0);
  if (!verified.ok) return verified;
  return verified.value === CONFIRMATION.done ? ok(scanner) : err({ code: 'access-denied' });
}

class ZfmScanner implements ScannerProtocol {
  private readonly line: OpenByteTransport;
  private readonly profile: ScannerProfile;
  private readonly timer: Timer;
  private readonly reader = new ZfmPacketReader();
  private readonly received: ZfmPacket[] = [];
  private wake: (() => void) | null = null;
  private gone = false;

  constructor(line: OpenByteTransport, profile: ScannerProfile, timer: Timer) {
    this.line = line;
    this.profile = profile;
    this.timer = timer;
    line.onData((bytes) => {
      this.received.push(...this.reader.push(bytes));
      this.wake?.();
    });
    line.onClose(() => {
      this.gone = true;
      this.wake?.();
    });
  }

  /** One instruction and the confirmation code of its answer. */
  async command(...instruction: number[]): Promise<Result<number, DeviceProblem>> {
    this.forget();
    const packet = encodePacket(PACKET_KIND.command, Uint8Array.from(instruction));
    const sent = await this.line.write(packet);
    if (!sent.ok) return sent;
    const answer = await this.nextPacket();
    if (!answer.ok) return answer;
    const [code] = answer.value.payload;
    if (answer.value.kind !== PACKET_KIND.answer || code === undefined) return err({ code: 'bad-data' });
    return ok(code);
  }

  async stream(onFrame: (frame: FingerFrame) => void, signal: AbortSignal): Promise<DeviceProblem> {
    let shown: 'nothing' | 'glass' | 'finger' = 'nothing';
    let badImages = 0;
    while (!signal.aborted) {
      const taken = await this.takeImage();
      if (taken.ok && taken.value !== null) {
        badImages = 0;
        shown = 'finger';
        onFrame({ image: taken.value, fingerPresent: true });
      } else if (!taken.ok) {
        badImages += 1;
        if (taken.error.code !== 'bad-data' || badImages === MAX_BAD_IMAGES) return taken.error;
      } else if (shown !== 'glass') {
        const { width, height } = ZFM_SIZE;
        shown = 'glass';
        onFrame({ image: blankImage(width, height, this.profile.dpi), fingerPresent: false });
      }
      await sleep(this.timer, POLL_MILLISECONDS);
    }
    return { code: 'cancelled' };
  }

  onClose(listener: () => void): Unsubscribe {
    return this.line.onClose(listener);
  }

  close(): Promise<void> {
    return this.line.close();
  }

  /** The picture of the finger, null without one. */
  private async takeImage(): Promise<Result<GreyImage | null, DeviceProblem>> {
    const taken = await this.command(INSTRUCTION.takeImage);
    if (!taken.ok) return taken;
    if (taken.value === CONFIRMATION.noFinger) return ok(null);
    if (taken.value !== CONFIRMATION.done) return err({ code: 'bad-data' });
    const offered = await this.command(INSTRUCTION.uploadImage);
    if (!offered.ok) return offered;
    return offered.value === CONFIRMATION.done ? this.readImage() : err({ code: 'bad-data' });
  }

  private async readImage(): Promise<Result<GreyImage, DeviceProblem>> {
    const { width, height } = ZFM_SIZE;
    const pixels = new Uint8Array(width * height);
    let at = 0;
    for (;;) {
      const packet = await this.nextPacket();
      if (!packet.ok) return packet.error.code === 'no-answer' ? err({ code: 'bad-data' }) : packet;
      const { kind, payload } = packet.value;
      if (kind !== PACKET_KIND.data && kind !== PACKET_KIND.lastData) return err({ code: 'bad-data' });
      if (at + 2 * payload.length > pixels.length) return err({ code: 'bad-data' });
      // Two pixels a byte, the high nibble first, sixteen greys.
      for (const byte of payload) {
        pixels[at] = (byte >> 4) * 17;
        pixels[at + 1] = (byte & 0x0f) * 17;
        at += 2;
      }
      payload.fill(0);
      if (kind === PACKET_KIND.lastData) break;
    }
    if (at !== pixels.length) return err({ code: 'bad-data' });
    const image = { width, height, pixels, dpi: this.profile.dpi };
    orient(image, this.profile.orientation);
    return ok(image);
  }

  private async nextPacket(): Promise<Result<ZfmPacket, DeviceProblem>> {
    const packet = this.received.shift();
    if (packet !== undefined) return ok(packet);
    if (this.gone) return err({ code: 'absent' });
    let cancel: CancelTimer = () => undefined;
    let late = false;
    // Bytes of a packet that is still coming in push the limit out.
    await new Promise<void>((resolve) => {
      const giveUp = () => {
        late = true;
        resolve();
      };
      cancel = giveUpAfter(this.timer, ANSWER_MILLISECONDS, giveUp);
      this.wake = () => {
        if (this.received.length > 0 || this.gone) return resolve();
        cancel();
        cancel = giveUpAfter(this.timer, ANSWER_MILLISECONDS, giveUp);
      };
    });
    cancel();
    this.wake = null;
    if (late) return err({ code: 'no-answer' });
    return this.nextPacket();
  }

  /** What an earlier question left behind is no answer to the next one. */
  private forget(): void {
    for (const { payload } of this.received.splice(0)) payload.fill(0);
    this.reader.reset();
  }
}

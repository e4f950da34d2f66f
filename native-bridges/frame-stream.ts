import type { FingerFrame } from '../src/domain/devices.ts';
import type { FromDevices } from '../src/domain/devices-wire.ts';
import { exactBytes } from '../src/domain/devices-wire.ts';
import { wipeImage } from '../src/domain/grey-image.ts';

/**
 * Sends the frames of one capture with back-pressure: at most one frame is under way; while the station is
 * busy with it the newest replaces the one that waits. Pixels are wiped as soon as they are copied out or
 * replaced, so no finger stays in this process.
 */
export class FrameStream {
  private readonly id: number;
  private readonly post: (message: FromDevices) => void;
  private underWay = false;
  private waiting: FingerFrame | null = null;
  private ended = false;

  constructor(id: number, post: (message: FromDevices) => void) {
    this.id = id;
    this.post = post;
  }

  /** Takes over the frame's pixels. */
  offer(frame: FingerFrame): void {
    if (this.ended) {
      wipeImage(frame.image);
    } else if (this.underWay) {
      this.replaceWaiting(frame);
    } else {
      this.send(frame);
    }
  }

  /** The station has taken the last frame. */
  received(): void {
    this.underWay = false;
    const frame = this.waiting;
    this.waiting = null;
    if (frame !== null) this.send(frame);
  }

  end(): void {
    this.ended = true;
    this.replaceWaiting(null);
  }

  private replaceWaiting(frame: FingerFrame | null): void {
    if (this.waiting !== null) wipeImage(this.waiting.image);
    this.waiting = frame;
  }

  private send(frame: FingerFrame): void {
    this.underWay = true;
    const pixels = exactBytes(frame.image.pixels);
    this.post({
      type: 'frame',
      id: this.id,
      image: { ...frame.image, pixels },
      fingerPresent: frame.fingerPresent,
    });
    pixels.fill(0);
    wipeImage(frame.image);
  }
}

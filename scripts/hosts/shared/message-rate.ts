/**
 * How many messages one window may send: a burst, refilled steadily. No person and no reader that types comes
 * near it; a screen that does is broken or hostile.
 */
export class MessageRate {
  private readonly burst: number;
  private readonly perSecond: number;
  private readonly nowMs: () => number;
  private left: number;
  private countedAtMs: number;

  /** `nowMs` is monotonic, in milliseconds. */
  constructor(burst: number, perSecond: number, nowMs: () => number) {
    this.burst = burst;
    this.perSecond = perSecond;
    this.nowMs = nowMs;
    this.left = burst;
    this.countedAtMs = nowMs();
  }

  /** Counts one message; false where it is one too many. */
  take(): boolean {
    const nowMs = this.nowMs();
    this.left = Math.min(this.burst, this.left + ((nowMs - this.countedAtMs) * this.perSecond) / 1000);
    this.countedAtMs = nowMs;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}

/** Pixels around each plane that filters may read without a bounds check. They always hold 0. */
export const PLANE_MARGIN = 20;

/** A row-major picture of floats with a margin of zeros: pixel (x, y) is `data[origin + y * stride + x]`. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly origin: number;
  readonly data: Float32Array;
}

/**
 * Hands out planes of one size and keeps their memory for the next image, because a fresh 600 kB allocation
 * per step costs more than the step. One pool serves one extraction at a time.
 */
export class PlanePool {
  private readonly buffers: Float32Array[] = [];
  private used = 0;

  /** A plane of zeros. It belongs to the caller until `reset`. */
  take(width: number, height: number): Plane {
    const stride = width + 2 * PLANE_MARGIN;
    const length = stride * (height + 2 * PLANE_MARGIN);
    let buffer = this.buffers[this.used];
    if (buffer === undefined || buffer.length < length) {
      buffer = new Float32Array(length);
      this.buffers[this.used] = buffer;
    } else {
      buffer.fill(0);
    }
    this.used++;
    return { width, height, stride, origin: PLANE_MARGIN * stride + PLANE_MARGIN, data: buffer };
  }

  /** Takes all planes back and wipes what they hold: it is a biometric image in another form. */
  reset(): void {
    for (let i = 0; i < this.used; i++) this.buffers[i]?.fill(0);
    this.used = 0;
  }
}

import type { Calibration } from './device-bench.ts';
import type { MonoBitmap } from './devices.ts';
import type { GreyImage } from './grey-image.ts';
import { err, ok, type Result } from './result.ts';

/** The printed side of the target. */
export const TARGET_MILLIMETRES = 10;
const MILLIMETRES_PER_INCH = 25.4;
/** The frame's bar, and the side of the corner that tells how the picture is turned, as shares of the side. */
const BAR = 0.1;
const CORNER = 0.4;
/** A target covers at least this share of the sensor, or it is something else. */
const LEAST_SHARE = 0.02;
/** Sides that differ by more are no square: the paper lay askew. */
const LARGEST_DIFFERENCE = 0.1;

/** Greys of a printed target under a sensor's lamp. */
const LIGHT = 235;
const DARK = 40;

/** What a picture of the target says about the sensor. */
export interface CalibrationReading {
  /** Pixels per inch across and down; their mean is the profile's. */
  readonly dpiAcross: number;
  readonly dpiDown: number;
  /** What has still to be flipped so that the picture shows the target as it is printed. */
  readonly flipRows: boolean;
  readonly flipColumns: boolean;
}

export type CalibrationProblem = 'no-target' | 'askew';

/**
 * The target: a square frame whose inner corner at the top left is filled, so that no turn or mirror looks like
 * another. `dpi`: of the printer.
 */
export function drawTarget(dpi: number): MonoBitmap {
  const side = Math.round((TARGET_MILLIMETRES / MILLIMETRES_PER_INCH) * dpi);
  const margin = Math.round(side / 4);
  const size = side + 2 * margin;
  const across = Math.ceil(size / 8);
  const rows = new Uint8Array(across * size);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      if (!isBlack((x + 0.5) / side, (y + 0.5) / side)) continue;
      const at = (y + margin) * across + ((x + margin) >> 3);
      rows[at] = (rows[at] ?? 0) | (0x80 >> ((x + margin) & 7));
    }
  }
  return { width: size, height: size, rows };
}

/** The target as a sensor of that resolution sees it, without noise. */
export function targetPicture(dpi: number): GreyImage {
  const { width, height, rows } = drawTarget(dpi);
  const across = Math.ceil(width / 8);
  const pixels = Uint8Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return ((rows[y * across + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) === 0 ? LIGHT : DARK;
  });
  return { width, height, dpi, pixels };
}

/** Within the target, both from 0 to 1. */
function isBlack(x: number, y: number): boolean {
  const inFrame = Math.min(x, y, 1 - x, 1 - y) < BAR;
  return inFrame || (x < CORNER && y < CORNER);
}

/** Measures the target in a picture: its sides give the resolution, its filled corner how the picture is turned. */
export function readTarget(image: GreyImage): Result<CalibrationReading, CalibrationProblem> {
  const threshold = otsuThreshold(image);
  const box = darkBox(image, threshold);
  if (box === null) return err('no-target');
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const area = width * height;
  if (area < LEAST_SHARE * image.width * image.height) return err('no-target');
  if (Math.abs(width - height) > LARGEST_DIFFERENCE * Math.max(width, height)) return err('askew');
  const darkness = [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ].map(([right = 0, down = 0]) => innerCorner(image, box, right === 1, down === 1, threshold));
  const most = darkness.indexOf(Math.max(...darkness));
  const others = darkness.filter((_, index) => index !== most);
  if ((darkness[most] ?? 0) < 0.8 || others.some((share) => share > 0.2)) return err('no-target');
  return ok({
    dpiAcross: (width / TARGET_MILLIMETRES) * MILLIMETRES_PER_INCH,
    dpiDown: (height / TARGET_MILLIMETRES) * MILLIMETRES_PER_INCH,
    flipRows: most >= 2,
    flipColumns: most % 2 === 1,
  });
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The bounds of what is dark: rows and columns with as much of it as the frame has at least, so that specks don't count. */
function darkBox({ width, height, pixels }: GreyImage, threshold: number): Box | null {
  const columns = new Uint32Array(width);
  const rows = new Uint32Array(height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if ((pixels[y * width + x] ?? 255) >= threshold) continue;
      columns[x] = (columns[x] ?? 0) + 1;
      rows[y] = (rows[y] ?? 0) + 1;
    }
  }
  const bounds = (counts: Uint32Array) => {
    const least = Math.max(3, Math.max(...counts) * BAR);
    const first = counts.findIndex((count) => count >= least);
    const last = counts.findLastIndex((count) => count >= least);
    return first < 0 ? null : { first, end: last + 1 };
  };
  const [across, down] = [bounds(columns), bounds(rows)];
  if (across === null || down === null) return null;
  return { left: across.first, right: across.end, top: down.first, bottom: down.end };
}

/** The share of dark pixels in an inner corner of the frame. */
function innerCorner(
  { width, pixels }: GreyImage,
  box: Box,
  right: boolean,
  down: boolean,
  threshold: number,
): number {
  const [across, high] = [box.right - box.left, box.bottom - box.top];
  const range = (start: number, length: number, far: boolean): readonly [number, number] => {
    const [from, to] = far ? [1 - CORNER + 0.05, 1 - BAR - 0.05] : [BAR + 0.05, CORNER - 0.05];
    return [Math.round(start + from * length), Math.round(start + to * length)];
  };
  const [left, end] = range(box.left, across, right);
  const [top, bottom] = range(box.top, high, down);
  let dark = 0;
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < end; x += 1) if ((pixels[y * width + x] ?? 255) < threshold) dark += 1;
  }
  return dark / Math.max(1, (end - left) * (bottom - top));
}

/** Otsu, "A threshold selection method from gray-level histograms" (1979): greys below it are dark. */
function otsuThreshold({ pixels }: GreyImage): number {
  const histogram = new Uint32Array(256);
  for (const grey of pixels) histogram[grey] = (histogram[grey] ?? 0) + 1;
  const total = pixels.length;
  const sum = histogram.reduce((all, count, grey) => all + count * grey, 0);
  let [best, threshold, below, sumBelow] = [-1, 128, 0, 0];
  for (let grey = 0; grey < 256; grey += 1) {
    below += histogram[grey] ?? 0;
    sumBelow += (histogram[grey] ?? 0) * grey;
    if (below === 0 || below === total) continue;
    const difference = sumBelow / below - (sum - sumBelow) / (total - below);
    const between = below * (total - below) * difference * difference;
    if (between > best) [best, threshold] = [between, grey + 1];
  }
  return threshold;
}

/** What to set, from what is in force and what a picture that was taken with it shows. */
export function calibrationFrom(inForce: Calibration, reading: CalibrationReading): Calibration {
  return {
    dpi: Math.round((reading.dpiAcross + reading.dpiDown) / 2),
    flipRows: inForce.flipRows !== reading.flipRows,
    flipColumns: inForce.flipColumns !== reading.flipColumns,
  };
}

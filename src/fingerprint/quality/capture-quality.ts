import type { CaptureQuality, FingerAdvice } from '../../domain/finger.ts';
import type { GreyImage } from '../../domain/grey-image.ts';
import { boxReduce } from '../extraction/resample.ts';

/**
 * Our own capture quality, quick enough (a few ms) to steer a voter while the finger lies on the glass: how
 * much skin shows clear parallel ridges, and whether they are too faint, too thin or too thick. It says nothing
 * about NFIQ.
 */

/** Resolution it works at: half of the usual 500 dpi still has four pixels per ridge period. */
const WORKING_DPI = 250;
/** Side of a cell, working pixels; about two ridge periods. */
const CELL = 8;
const CELL_AREA_MM2 = ((CELL * 25.4) / WORKING_DPI) ** 2;

/** Local standard deviation, grey levels, above which a cell is taken for skin. */
const SKIN_CONTRAST = 9;
/** Coherence of the structure tensor above which a cell has clear ridges. */
const CLEAR_COHERENCE = 0.45;
/** Area of clear ridges that makes a full score, and that identification should not go below, mm2. */
const FULL_AREA_MM2 = 130;
const SMALL_AREA_MM2 = 70;
const NO_FINGER_AREA_MM2 = 8;
/** Share of pixels on the dark side of a cell's range: thin ridges below, clogged valleys above. */
const THIN_RIDGES = 0.36;
const THICK_RIDGES = 0.64;
/** From here on the voter is left in peace. */
const GOOD_SCORE = 60;
/** Contrast of a faint print, grey levels. */
const FAINT_CONTRAST = 18;
/** How far the print's centre may be off, as a share of the image side, when part of it is cut. */
const OFF_CENTRE = 0.14;

interface Cells {
  readonly skin: number;
  readonly clear: number;
  readonly coherence: number;
  readonly contrast: number;
  readonly darkShare: number;
  /** Centre of the skin as a share of width and height. */
  readonly centreX: number;
  readonly centreY: number;
  /** Share of the image's edge cells that are skin. */
  readonly edgeShare: number;
}

export function assessQuality(image: GreyImage): CaptureQuality {
  const step = Math.max(1, Math.round(image.dpi / WORKING_DPI));
  const reduced = boxReduce(image, step);
  const cells = measureCells(reduced, image, step);
  reduced.pixels.fill(0);
  const cellArea = CELL_AREA_MM2 * (WORKING_DPI / reduced.dpi) ** 2;
  return judge(cells, cellArea);
}

function judge(cells: Cells, cellArea: number): CaptureQuality {
  const skinArea = cells.skin * cellArea;
  const clearArea = cells.clear * cellArea;
  if (skinArea < NO_FINGER_AREA_MM2 || clearArea < NO_FINGER_AREA_MM2 / 2)
    return { score: 0, advice: 'no-finger' };
  const area = Math.min(1, clearArea / FULL_AREA_MM2);
  const clarity = Math.min(1, Math.max(0, (cells.coherence - 0.25) / 0.45));
  const balance = 1 - Math.min(1, Math.abs(cells.darkShare - 0.5) / 0.4) ** 2;
  const score = Math.round(100 * area * clarity * (0.4 + 0.6 * balance));
  return { score, advice: score >= GOOD_SCORE ? 'ok' : advise(cells, clearArea, clarity) };
}

function advise(cells: Cells, clearArea: number, clarity: number): FingerAdvice {
  const offCentre = Math.max(Math.abs(cells.centreX - 0.5), Math.abs(cells.centreY - 0.5));
  if (clearArea < SMALL_AREA_MM2 || clarity < 0.4) {
    if (cells.darkShare > THICK_RIDGES) return 'dry';
    if (cells.darkShare < THIN_RIDGES) return 'moisten';
    if (cells.contrast < FAINT_CONTRAST) return 'press-harder';
  }
  if (clearArea < SMALL_AREA_MM2) {
    return offCentre > OFF_CENTRE && cells.edgeShare > 0.05 ? 'centre-finger' : 'cover-more';
  }
  if (cells.darkShare > THICK_RIDGES + 0.04) return 'press-softer';
  if (cells.darkShare < THIN_RIDGES - 0.06) return 'press-harder';
  if (offCentre > OFF_CENTRE + 0.08 && clearArea < FULL_AREA_MM2) return 'centre-finger';
  return 'ok';
}

function measureCells(image: GreyImage, original: GreyImage, step: number): Cells {
  const columns = Math.floor(image.width / CELL);
  const rows = Math.floor(image.height / CELL);
  let skin = 0;
  let clear = 0;
  let coherenceSum = 0;
  let contrastSum = 0;
  let darkSum = 0;
  let xSum = 0;
  let ySum = 0;
  let edge = 0;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const cell = measureCell(image, c * CELL, r * CELL);
      if (cell.contrast < SKIN_CONTRAST) continue;
      skin++;
      coherenceSum += cell.coherence;
      if (cell.coherence < CLEAR_COHERENCE) continue;
      clear++;
      contrastSum += cell.contrast;
      darkSum += darkShareOf(original, c * CELL * step, r * CELL * step, CELL * step);
      xSum += c + 0.5;
      ySum += r + 0.5;
      if (c === 0 || r === 0 || c === columns - 1 || r === rows - 1) edge++;
    }
  }
  return {
    skin,
    clear,
    coherence: skin > 0 ? coherenceSum / skin : 0,
    contrast: clear > 0 ? contrastSum / clear : 0,
    darkShare: clear > 0 ? darkSum / clear : 0.5,
    centreX: clear > 0 ? xSum / clear / columns : 0.5,
    centreY: clear > 0 ? ySum / clear / rows : 0.5,
    edgeShare: columns > 0 && rows > 0 ? edge / (2 * (columns + rows)) : 0,
  };
}

function measureCell(image: GreyImage, left: number, top: number): { contrast: number; coherence: number } {
  const { width, height, pixels } = image;
  let sum = 0;
  let squares = 0;
  let difference = 0;
  let cross = 0;
  let energy = 0;
  for (let y = top; y < top + CELL; y++) {
    const row = y * width;
    for (let x = left; x < left + CELL; x++) {
      const value = pixels[row + x] as number;
      sum += value;
      squares += value * value;
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) continue;
      const gx = (pixels[row + x + 1] as number) - (pixels[row + x - 1] as number);
      const gy = (pixels[row + width + x] as number) - (pixels[row - width + x] as number);
      difference += gx * gx - gy * gy;
      cross += 2 * gx * gy;
      energy += gx * gx + gy * gy;
    }
  }
  const count = CELL * CELL;
  const mean = sum / count;
  return {
    contrast: Math.sqrt(Math.max(0, squares / count - mean * mean)),
    coherence: energy > 0 ? Math.hypot(difference, cross) / energy : 0,
  };
}

/**
 * Share of pixels on the dark side of a square's range, at full resolution, because thin ridges and thin valleys
 * blur away when an image shrinks.
 */
function darkShareOf(image: GreyImage, left: number, top: number, side: number): number {
  const lastX = Math.min(left + side, image.width);
  const lastY = Math.min(top + side, image.height);
  let darkest = 255;
  let lightest = 0;
  for (let y = top; y < lastY; y++) {
    for (let x = left; x < lastX; x++) {
      const value = image.pixels[y * image.width + x] as number;
      darkest = Math.min(darkest, value);
      lightest = Math.max(lightest, value);
    }
  }
  const middle = (darkest + lightest) / 2;
  let dark = 0;
  for (let y = top; y < lastY; y++) {
    for (let x = left; x < lastX; x++) if ((image.pixels[y * image.width + x] as number) < middle) dark++;
  }
  return dark / ((lastX - left) * (lastY - top));
}

import type { GreyImage } from '../../domain/grey-image.ts';
import type { Plane } from './plane.ts';

/** Half the side of the window for local mean and deviation: about two ridge periods across at 500 dpi. */
const WINDOW_RADIUS = 9;
/**
 * Sensor noise as a share of the print's own contrast, and its bounds in grey levels; keeps an even background from
 * being blown up into a texture. The least is what rounding to whole grey levels does.
 */
const NOISE_SHARE = 0.1;
const LEAST_NOISE = 0.3;
const MOST_NOISE = 3;
/** Deviations beyond this are specks or scars, not ridges. */
const LIMIT = 2;

/**
 * Evens out pressure and moisture: each pixel becomes its distance below the local mean in local standard
 * deviations, so ridges (dark) are positive. `contrast` receives the local standard deviation in grey levels.
 */
export function normalise(image: GreyImage, normalised: Plane, contrast: Plane): void {
  const { width, height, pixels } = image;
  const noise = Math.min(MOST_NOISE, Math.max(LEAST_NOISE, NOISE_SHARE * typicalContrast(image)));
  const columnSums = new Float64Array(width);
  const columnSquares = new Float64Array(width);
  const addRow = (row: number, sign: number): void => {
    const start = row * width;
    for (let x = 0; x < width; x++) {
      const value = pixels[start + x] as number;
      columnSums[x] = (columnSums[x] as number) + sign * value;
      columnSquares[x] = (columnSquares[x] as number) + sign * value * value;
    }
  };
  for (let row = 0; row < Math.min(WINDOW_RADIUS, height); row++) addRow(row, 1);
  for (let y = 0; y < height; y++) {
    if (y + WINDOW_RADIUS < height) addRow(y + WINDOW_RADIUS, 1);
    if (y - WINDOW_RADIUS - 1 >= 0) addRow(y - WINDOW_RADIUS - 1, -1);
    const rows = Math.min(height - 1, y + WINDOW_RADIUS) - Math.max(0, y - WINDOW_RADIUS) + 1;
    let sum = 0;
    let squares = 0;
    for (let x = 0; x < Math.min(WINDOW_RADIUS, width); x++) {
      sum += columnSums[x] as number;
      squares += columnSquares[x] as number;
    }
    const outputRow = normalised.origin + y * normalised.stride;
    for (let x = 0; x < width; x++) {
      const entering = x + WINDOW_RADIUS;
      const leaving = x - WINDOW_RADIUS - 1;
      if (entering < width) {
        sum += columnSums[entering] as number;
        squares += columnSquares[entering] as number;
      }
      if (leaving >= 0) {
        sum -= columnSums[leaving] as number;
        squares -= columnSquares[leaving] as number;
      }
      const columns = Math.min(width - 1, entering) - Math.max(0, leaving + 1) + 1;
      const count = rows * columns;
      const mean = sum / count;
      const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
      const value = (mean - (pixels[y * width + x] as number)) / (deviation + noise);
      normalised.data[outputRow + x] = value > LIMIT ? LIMIT : Math.max(value, -LIMIT);
      contrast.data[outputRow + x] = deviation;
    }
  }
}

const SQUARE = 16;

/** The standard deviation of grey levels that one in five squares of the image exceeds. */
function typicalContrast({ width, height, pixels }: GreyImage): number {
  const deviations: number[] = [];
  for (let top = 0; top + SQUARE <= height; top += SQUARE) {
    for (let left = 0; left + SQUARE <= width; left += SQUARE) {
      let sum = 0;
      let squares = 0;
      for (let y = top; y < top + SQUARE; y += 2) {
        for (let x = left; x < left + SQUARE; x += 2) {
          const value = pixels[y * width + x] as number;
          sum += value;
          squares += value * value;
        }
      }
      const count = (SQUARE / 2) ** 2;
      deviations.push(Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)));
    }
  }
  deviations.sort((one, other) => other - one);
  return deviations[Math.floor(deviations.length / 5)] ?? 0;
}

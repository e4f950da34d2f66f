import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import type { GreyImage } from '../../src/domain/grey-image.ts';
import { ok, type Result } from '../../src/domain/result.ts';
import {
  type ExtractionDetails,
  type ExtractionError,
  extractTemplate,
} from '../../src/fingerprint/extraction/extract.ts';
import { CELL } from '../../src/fingerprint/extraction/orientation-field.ts';
import { thin } from '../../src/fingerprint/extraction/skeleton.ts';
import { findMatchedPairs } from '../../src/fingerprint/matching/similarity.ts';
import type { Minutia } from '../../src/fingerprint/template.ts';
import { TEMPLATE_DPI } from '../../src/fingerprint/template.ts';

const SCALE = 3;
const ENDING_COLOUR = '#d62728';
const BIFURCATION_COLOUR = '#1f77b4';
const SINGLE_COLOUR = '#9a9a9a';

/**
 * A PNG of what extraction saw: on the left the image with the ridge orientation, on the right the skeleton of
 * the filtered ridges with the minutiae, endings red, bifurcations blue.
 */
export function drawExtraction(image: GreyImage): Result<Buffer, ExtractionError> {
  const canvas = createCanvas(2 * image.width * SCALE, image.height * SCALE);
  const context = canvas.getContext('2d');
  context.imageSmoothingEnabled = false;
  drawGrey(context, image.pixels, image.width, image.height, 0);
  const template = extractTemplate(image, (details) => {
    // Extraction may have worked at another resolution than the image's own.
    const zoom = image.width / details.width;
    drawOrientation(context, details, zoom);
    drawSkeleton(context, details, image.width * SCALE, zoom);
    drawMinutiae(context, details, image.width * SCALE, zoom);
  });
  return template.ok ? { ok: true, value: canvas.toBuffer('image/png') } : template;
}

/** A PNG of two images side by side, a line from every minutia to its mate; those without one are grey. */
export function drawMatch(first: GreyImage, second: GreyImage): Result<Buffer, ExtractionError> {
  const [a, b] = [extractTemplate(first), extractTemplate(second)];
  if (!a.ok) return a;
  if (!b.ok) return b;
  const left = first.width * SCALE;
  const canvas = createCanvas(left + second.width * SCALE, Math.max(first.height, second.height) * SCALE);
  const context = canvas.getContext('2d');
  context.imageSmoothingEnabled = false;
  drawGrey(context, first.pixels, first.width, first.height, 0);
  drawGrey(context, second.pixels, second.width, second.height, left);
  const place = (minutia: Minutia, image: GreyImage, start: number): readonly [number, number] => {
    const zoom = (SCALE * image.dpi) / TEMPLATE_DPI;
    return [start + minutia.x * zoom, minutia.y * zoom];
  };
  context.lineWidth = 2;
  context.strokeStyle = SINGLE_COLOUR;
  for (const minutia of a.value.minutiae) drawRing(context, ...place(minutia, first, 0));
  for (const minutia of b.value.minutiae) drawRing(context, ...place(minutia, second, left));
  findMatchedPairs(a.value, b.value).forEach(([one, other], index) => {
    context.strokeStyle = `hsl(${(index * 137) % 360}, 80%, 45%)`;
    const [start, end] = [place(one, first, 0), place(other, second, left)];
    drawRing(context, ...start);
    drawRing(context, ...end);
    context.beginPath();
    context.moveTo(...start);
    context.lineTo(...end);
    context.stroke();
  });
  return ok(canvas.toBuffer('image/png'));
}

function drawRing(context: SKRSContext2D, x: number, y: number): void {
  context.beginPath();
  context.arc(x, y, 2.5 * SCALE, 0, 2 * Math.PI);
  context.stroke();
}

function drawGrey(
  context: SKRSContext2D,
  grey: Uint8Array,
  width: number,
  height: number,
  left: number,
  zoom = 1,
): void {
  const canvas = createCanvas(width, height);
  const own = canvas.getContext('2d');
  const data = own.createImageData(width, height);
  grey.forEach((value, i) => {
    data.data.set([value, value, value, 255], i * 4);
  });
  own.putImageData(data, 0, 0);
  context.drawImage(canvas, left, 0, width * SCALE * zoom, height * SCALE * zoom);
}

function drawOrientation(context: SKRSContext2D, { field, mask }: ExtractionDetails, zoom: number): void {
  const scale = SCALE * zoom;
  context.lineWidth = 1.5;
  context.strokeStyle = '#2ca02c';
  for (let r = 0; r < field.rows; r++) {
    for (let c = 0; c < field.columns; c++) {
      const i = r * field.columns + c;
      if (mask[i] === 0) continue;
      const theta = 0.5 * Math.atan2(field.sine[i] ?? 0, field.cosine[i] ?? 0);
      const half = (0.2 + 0.25 * (field.coherence[i] ?? 0)) * CELL;
      const x = (c + 0.5) * CELL;
      const y = (r + 0.5) * CELL;
      context.beginPath();
      context.moveTo((x - half * Math.cos(theta)) * scale, (y - half * Math.sin(theta)) * scale);
      context.lineTo((x + half * Math.cos(theta)) * scale, (y + half * Math.sin(theta)) * scale);
      context.stroke();
    }
  }
}

function drawSkeleton(context: SKRSContext2D, details: ExtractionDetails, left: number, zoom: number): void {
  const { width, height, even, mask, field } = details;
  const ridges = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = mask[Math.floor(y / CELL) * field.columns + Math.floor(x / CELL)] === 1;
      if (inside && (even.data[even.origin + y * even.stride + x] ?? 0) > 0) ridges[y * width + x] = 1;
    }
  }
  thin(ridges, width, height);
  drawGrey(
    context,
    ridges.map((value) => (value === 1 ? 90 : 255)),
    width,
    height,
    left,
    zoom,
  );
}

function drawMinutiae(context: SKRSContext2D, details: ExtractionDetails, left: number, zoom: number): void {
  const scale = SCALE * zoom;
  context.lineWidth = 2;
  for (const { x, y, direction, ending } of details.dislocations) {
    context.strokeStyle = ending ? ENDING_COLOUR : BIFURCATION_COLOUR;
    context.beginPath();
    context.arc(left + x * scale, y * scale, 2.5 * scale, 0, 2 * Math.PI);
    context.moveTo(left + x * scale, y * scale);
    context.lineTo(left + (x + 10 * Math.cos(direction)) * scale, (y + 10 * Math.sin(direction)) * scale);
    context.stroke();
  }
}

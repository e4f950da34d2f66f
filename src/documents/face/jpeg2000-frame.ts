import { err, ok, type Result } from '../../domain/result.ts';

/** What is wrong with a picture that came from a chip. */
export type FacePictureError =
  /** Not what its first bytes say that it is. */
  | { readonly code: 'malformed' }
  /** More dots, tiles or pieces than a face has: decoding it would only cost memory. */
  | { readonly code: 'too-large' }
  /** Well formed, but of a kind that no document has (palettes, parts of other sizes, transparency). */
  | { readonly code: 'unsupported' }
  /** The decoder took too long, or failed by itself. */
  | { readonly code: 'not-decoded' };

export type ColourSpace = 'grey' | 'rgb' | 'ycc';

/** A JPEG 2000 picture as its headers describe it, before anything is decoded. */
export interface Jpeg2000Frame {
  readonly width: number;
  readonly height: number;
  /** 1 or 3. */
  readonly components: number;
  readonly bits: number;
  readonly signed: boolean;
  readonly colours: ColourSpace;
  /** The code stream, without the boxes of a file around it. */
  readonly codeStream: Uint8Array;
}

/** 600 dots an inch of a passport's 35 x 45 mm make 0.9 million dots; three times that is more than enough. */
const MOST_DOTS = 3_000_000;
const MOST_TILES = 256;
/** Each costs the decoder memory of its own, whatever little it holds. */
const MOST_PRECINCTS = 20_000;
const MOST_CODE_BLOCKS = 60_000;
const MOST_LEVELS = 32;

const MALFORMED: Result<never, FacePictureError> = err({ code: 'malformed' });
const TOO_LARGE: Result<never, FacePictureError> = err({ code: 'too-large' });
const UNSUPPORTED: Result<never, FacePictureError> = err({ code: 'unsupported' });

const MARKER = {
  start: 0xff4f,
  size: 0xff51,
  coding: 0xff52,
  componentCoding: 0xff53,
  tile: 0xff90,
  data: 0xff93,
};

/**
 * Reads the headers of a JPEG 2000 file or bare code stream (ISO/IEC 15444-1, annexes A and I), and refuses what a face can't be
 * before a decoder makes room for it: a header of thirty bytes can ask for gigabytes.
 */
export function readJpeg2000Frame(bytes: Uint8Array): Result<Jpeg2000Frame, FacePictureError> {
  const file = bytes[0] === 0xff ? ok({ codeStream: bytes, colours: null }) : readBoxes(bytes);
  if (!file.ok) return file;
  const { codeStream, colours } = file.value;
  const frame = readMainHeader(codeStream);
  if (!frame.ok) return frame;
  const { components } = frame.value;
  // A colour space of three parts over a picture of one can't be meant.
  return ok({ ...frame.value, colours: components === 3 ? (colours ?? 'rgb') : 'grey', codeStream });
}

interface FileContent {
  readonly codeStream: Uint8Array;
  readonly colours: ColourSpace | null;
}

/** Boxes (annex I.4): the header's colours, and the first code stream. */
function readBoxes(bytes: Uint8Array): Result<FileContent, FacePictureError> {
  let colours: ColourSpace | null = null;
  for (const box of boxesOf(bytes)) {
    if (box.type === 'jp2h') {
      const inner = [...boxesOf(box.content)];
      if (inner.some(({ type }) => type === 'pclr' || type === 'cmap')) return UNSUPPORTED;
      colours = coloursOf(inner.find(({ type }) => type === 'colr')?.content);
    }
    if (box.type === 'jp2c') return ok({ codeStream: box.content, colours });
  }
  return MALFORMED;
}

interface Box {
  readonly type: string;
  readonly content: Uint8Array;
}

function* boxesOf(bytes: Uint8Array): Generator<Box> {
  const view = viewOf(bytes);
  let at = 0;
  while (at + 8 <= bytes.length) {
    let length = view.getUint32(at);
    let head = 8;
    if (length === 1 && at + 16 <= bytes.length) {
      // No box here needs the upper half of a long length.
      length = view.getUint32(at + 8) === 0 ? view.getUint32(at + 12) : bytes.length + 1;
      head = 16;
    }
    const end = length === 0 ? bytes.length : at + length;
    if (end < at + head || end > bytes.length) return;
    yield {
      type: Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1'),
      content: bytes.subarray(at + head, end),
    };
    at = end;
  }
}

/** The enumerated colour space (annex I.5.3.3); null for a profile, which says little else of a face. */
function coloursOf(box: Uint8Array | undefined): ColourSpace | null {
  if (box === undefined || box.length < 7 || box[0] !== 1) return null;
  const number = viewOf(box).getUint32(3);
  if (number === 17) return 'grey';
  return number === 18 ? 'ycc' : 'rgb';
}

interface Size {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly bits: number;
  readonly signed: boolean;
  readonly tiles: number;
}

function readMainHeader(bytes: Uint8Array): Result<Size, FacePictureError> {
  const view = viewOf(bytes);
  if (bytes.length < 4 || view.getUint16(0) !== MARKER.start || view.getUint16(2) !== MARKER.size)
    return MALFORMED;
  const size = readSize(bytes);
  if (!size.ok) return size;
  let coded = false;
  for (const { marker, content } of segmentsOf(bytes)) {
    if (marker !== MARKER.coding && marker !== MARKER.componentCoding) continue;
    coded = true;
    const parameters = codingParameters(marker, content, size.value.components);
    if (parameters === null) return MALFORMED;
    if (!isAffordable(size.value, parameters)) return TOO_LARGE;
  }
  return coded ? size : MALFORMED;
}

/** SIZ (annex A.5.1). */
function readSize(bytes: Uint8Array): Result<Size, FacePictureError> {
  if (bytes.length < 42) return MALFORMED;
  const view = viewOf(bytes);
  const [right, bottom, left, top, tileWidth, tileHeight, tileLeft, tileTop] = [
    8, 12, 16, 20, 24, 28, 32, 36,
  ].map((at) => view.getUint32(at)) as [number, number, number, number, number, number, number, number];
  const components = view.getUint16(40);
  if (view.getUint16(4) !== 38 + 3 * components || bytes.length < 42 + 3 * components) return MALFORMED;
  const [width, height] = [right - left, bottom - top];
  if (width <= 0 || height <= 0 || tileWidth === 0 || tileHeight === 0 || components === 0) return MALFORMED;
  if (tileLeft > left || tileTop > top || tileLeft + tileWidth <= left || tileTop + tileHeight <= top)
    return MALFORMED;
  const tiles = Math.ceil((right - tileLeft) / tileWidth) * Math.ceil((bottom - tileTop) / tileHeight);
  if (width * height > MOST_DOTS || right > 65_535 || bottom > 65_535) return TOO_LARGE;
  if (tiles > MOST_TILES) return TOO_LARGE;
  const parts = Array.from({ length: components }, (_, i) => bytes.subarray(42 + 3 * i, 45 + 3 * i));
  const depth = parts[0]?.[0] ?? 0;
  const alike = parts.every(([own, across, down]) => own === depth && across === 1 && down === 1);
  const bits = (depth & 0x7f) + 1;
  if (!alike || bits > 16 || (components !== 1 && components !== 3)) return UNSUPPORTED;
  return ok({ width, height, components, bits, signed: depth >= 0x80, tiles });
}

interface Segment {
  readonly marker: number;
  readonly content: Uint8Array;
}

/** The marker segments of the main header and of every tile part (annex A.3), but not the coded data between. */
function* segmentsOf(bytes: Uint8Array): Generator<Segment> {
  const view = viewOf(bytes);
  let at = 2;
  let tileAt = 0;
  let tileLength = 0;
  while (at + 4 <= bytes.length) {
    const marker = view.getUint16(at);
    if (marker === MARKER.data) {
      // A tile part without a length reaches to the end.
      if (tileLength === 0) return;
      at = Math.max(at + 2, tileAt + tileLength);
      continue;
    }
    const length = view.getUint16(at + 2);
    if (marker < 0xff00 || length < 2 || at + 2 + length > bytes.length) return;
    if (marker === MARKER.tile && length >= 10) {
      tileAt = at;
      tileLength = view.getUint32(at + 6);
    }
    yield { marker, content: bytes.subarray(at + 4, at + 2 + length) };
    at += 2 + length;
  }
}

interface CodingParameters {
  readonly levels: number;
  /** Exponents of two. */
  readonly blockWidth: number;
  readonly blockHeight: number;
  /** Exponents of two for each resolution, the coarsest first; 15 where none are given. */
  readonly precincts: readonly (readonly [number, number])[];
}

/** COD and COC (annexes A.6.1 and A.6.2). */
function codingParameters(marker: number, content: Uint8Array, components: number): CodingParameters | null {
  const style = marker === MARKER.coding ? 0 : components < 257 ? 1 : 2;
  const at = marker === MARKER.coding ? 5 : style + 1;
  const levels = content[at];
  if (levels === undefined || levels > MOST_LEVELS || content.length < at + 5) return null;
  const [blockWidth, blockHeight] = [(content[at + 1] ?? 0) + 2, (content[at + 2] ?? 0) + 2];
  if (blockWidth > 10 || blockHeight > 10 || blockWidth + blockHeight > 12) return null;
  const given = ((content[style] ?? 0) & 1) === 1;
  const precincts = Array.from({ length: levels + 1 }, (_, i): readonly [number, number] => {
    const size = given ? (content[at + 5 + i] ?? 0) : 0xff;
    return [size & 0x0f, size >> 4];
  });
  return { levels, blockWidth, blockHeight, precincts };
}

/** Counts what the decoder makes room for: precincts of every resolution of every tile, and code blocks. */
function isAffordable(size: Size, { levels, blockWidth, blockHeight, precincts }: CodingParameters): boolean {
  const { width, height, components, tiles } = size;
  let pieces = 0;
  precincts.forEach(([across, down], resolution) => {
    const scale = 2 ** (levels - resolution);
    const columns = Math.ceil(width / scale / 2 ** across) + 1;
    const rows = Math.ceil(height / scale / 2 ** down) + 1;
    pieces += components * Math.max(columns * rows, tiles);
  });
  const blocks =
    (components * width * height) / 2 ** (blockWidth + blockHeight) + components * tiles * 3 * levels;
  return pieces <= MOST_PRECINCTS && blocks <= MOST_CODE_BLOCKS;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Just enough of the WebAssembly binary format (WebAssembly Core Specification 2.0, chapter 5, with 128-bit SIMD)
 * to lay small kernels by hand: code is a list of bytes, an instruction with its operands a function of lists.
 */
export type Code = readonly number[];

/** Value types (section 5.3.1 to 5.3.4). */
const VALUE_TYPES = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof VALUE_TYPES;

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(last ? low : low | 0x80);
    if (last) return bytes;
  }
}

/** A plain instruction after its operands. */
const plain =
  (opcode: number) =>
  (...operands: readonly Code[]): Code => [...operands.flat(), opcode];
/** A SIMD instruction after its operands. */
const simd =
  (opcode: number) =>
  (...operands: readonly Code[]): Code => [...operands.flat(), 0xfd, ...unsigned(opcode)];
/** A load or store: the address, for a store the value, with a constant offset, unaligned. */
const memory =
  (opcode: readonly number[]) =>
  (offset: number, ...operands: readonly Code[]): Code => [
    ...operands.flat(),
    ...opcode,
    0,
    ...unsigned(offset),
  ];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
/** Sets a local and leaves the value. */
export const tee = (local: number, value: Code): Code => [...value, 0x22, ...unsigned(local)];

const NO_RESULT = 0x40;
/** Repeats the body while the condition after it holds. */
export const repeatWhile = (body: readonly Code[], condition: Code): Code => [
  ...[0x03, NO_RESULT],
  ...body.flat(),
  ...condition,
  ...[0x0d, 0, 0x0b],
];
export const when = (condition: Code, body: readonly Code[]): Code => [
  ...condition,
  ...[0x04, NO_RESULT],
  ...body.flat(),
  0x0b,
];
/** The first where the condition is not 0, else the second. */
export const select = plain(0x1b);

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  load: memory([0x28]),
  load8u: memory([0x2d]),
  load16s: memory([0x2e]),
  load16u: memory([0x2f]),
  store: memory([0x36]),
  store16: memory([0x3b]),
  eqz: plain(0x45),
  ltU: plain(0x49),
  gtS: plain(0x4a),
  ctz: plain(0x68),
  add: plain(0x6a),
  sub: plain(0x6b),
  mul: plain(0x6c),
  and: plain(0x71),
  or: plain(0x72),
  shl: plain(0x74),
  shrS: plain(0x75),
  shrU: plain(0x76),
  wrap: plain(0xa7),
} as const;

export const i64 = {
  load: memory([0x29]),
  and: plain(0x83),
  popcnt: plain(0x7b),
} as const;

export const f64 = {
  const: (value: number): Code => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    return [0x44, ...bytes];
  },
  fromU32: plain(0xb8),
  sqrt: plain(0x9f),
  add: plain(0xa0),
  sub: plain(0xa1),
  div: plain(0xa3),
  /** Stores the value rounded to 32 bits. */
  storeAsF32: (offset: number, address: Code, value: Code): Code =>
    memory([0x38])(offset, address, [...value, 0xb6]),
} as const;

export const v128 = {
  load: memory([0xfd, 0x00]),
  load8Splat: memory([0xfd, 0x07]),
  load64Splat: memory([0xfd, 0x0a]),
  store: memory([0xfd, 0x0b]),
  const: (bytes: readonly number[]): Code => [0xfd, 0x0c, ...bytes],
  and: simd(0x4e),
  xor: simd(0x51),
  /** Bits of the first where the third is set, else of the second. */
  bitselect: simd(0x52),
} as const;

export const i8x16 = {
  shuffle: (lanes: readonly number[], a: Code, b: Code): Code => [...a, ...b, 0xfd, 0x0d, ...lanes],
  splat: simd(0x0f),
  firstLane: (value: Code): Code => [...value, 0xfd, 0x16, 0],
  eq: simd(0x23),
  ltU: simd(0x26),
  popcnt: simd(0x62),
  bitmask: simd(0x64),
  add: simd(0x6e),
  addSaturating: simd(0x70),
  minU: simd(0x77),
} as const;

/** The sum of all sixteen unsigned bytes; each pair of them below 65,536. */
export function sumOfBytes(scratch: number, bytes: Code): Code {
  const sixteens = simd(0x7d)(bytes);
  const words = tee(scratch, simd(0x7f)(sixteens));
  const lane = (value: Code, index: number): Code => [...value, 0xfd, 0x1b, index];
  return i32.add(
    i32.add(lane(words, 0), lane(get(scratch), 1)),
    i32.add(lane(get(scratch), 2), lane(get(scratch), 3)),
  );
}

export interface KernelFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly result: ValueType | null;
  /** Further locals, numbered after the parameters. */
  readonly locals: readonly ValueType[];
  readonly body: readonly Code[];
}

const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const text = (value: string): Code => vector([...new TextEncoder().encode(value)].map((byte) => [byte]));

/** The module (section 5.5.16): its functions, and one memory of so many pages, exported as `memory`. */
export function assemble(functions: readonly KernelFunction[], pages: number): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, result }) => [
    0x60,
    ...vector(parameters.map((type) => [VALUE_TYPES[type]])),
    ...vector(result === null ? [] : [[VALUE_TYPES[result]]]),
  ]);
  const exported = functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]);
  const bodies = functions.map(({ locals, body }) => {
    const declared = vector(locals.map((type) => [1, VALUE_TYPES[type]]));
    const code = [...declared, ...body.flat(), 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(types)),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(5, vector([[0x00, ...unsigned(pages)]])),
    ...section(7, vector([[...text('memory'), 0x02, 0x00], ...exported])),
    ...section(10, vector(bodies)),
  ]);
}

import {
  assemble,
  f64,
  get,
  i8x16,
  i32,
  i64,
  repeatWhile,
  set,
  sumOfBytes,
  v128,
  when,
} from './assembler.ts';

/** Bytes of one cylinder's cells (384 bits) and of its validity mask (64 bits). */
const BITS = 48;
const VALID = 8;
/** Most minutiae of a print that the kernel's memory has room for. */
export const KERNEL_MINUTIAE = 100;

const BITS_A = 0;
const BITS_B = BITS_A + BITS * KERNEL_MINUTIAE;
const VALID_A = BITS_B + BITS * KERNEL_MINUTIAE;
const VALID_B = VALID_A + VALID * KERNEL_MINUTIAE;
const OUTPUT = VALID_B + VALID * KERNEL_MINUTIAE;
const PAGE = 65_536;

/** Cylinders as the kernel takes them: see `Cylinders` in `matching/cylinders.ts`. */
export interface KernelCylinders {
  readonly bits: Int32Array;
  readonly valid: Int32Array;
}

function makeCode(): Uint8Array<ArrayBuffer> {
  const [countA, countB, leastCommon] = [get(0), get(1), get(2)];
  const [I, J, A, B, VA, VB, OUT, MASK, ONES_A, ONES_B, APART, X, Y, SCRATCH, COUNT_A, COUNT_B] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
  ];
  const norms = f64.add(f64.sqrt(f64.fromU32(get(COUNT_A))), f64.sqrt(f64.fromU32(get(COUNT_B))));
  const onePair = [
    set(MASK, v128.and(v128.load64Splat(0, get(VA)), v128.load64Splat(0, get(VB)))),
    ...[0, 16, 32].flatMap((offset) => [
      set(X, v128.and(v128.load(offset, get(A)), get(MASK))),
      set(Y, v128.and(v128.load(offset, get(B)), get(MASK))),
      ...(offset === 0
        ? [
            set(ONES_A, i8x16.popcnt(get(X))),
            set(ONES_B, i8x16.popcnt(get(Y))),
            set(APART, i8x16.popcnt(v128.xor(get(X), get(Y)))),
          ]
        : [
            set(ONES_A, i8x16.add(get(ONES_A), i8x16.popcnt(get(X)))),
            set(ONES_B, i8x16.add(get(ONES_B), i8x16.popcnt(get(Y)))),
            set(APART, i8x16.add(get(APART), i8x16.popcnt(v128.xor(get(X), get(Y))))),
          ]),
    ]),
    set(COUNT_A, sumOfBytes(SCRATCH, get(ONES_A))),
    set(COUNT_B, sumOfBytes(SCRATCH, get(ONES_B))),
    when(i32.or(get(COUNT_A), get(COUNT_B)), [
      f64.storeAsF32(
        0,
        get(OUT),
        f64.sub(f64.const(1), f64.div(f64.sqrt(f64.fromU32(sumOfBytes(SCRATCH, get(APART)))), norms)),
      ),
    ]),
  ];
  const common = i32.wrap(i64.popcnt(i64.and(i64.load(0, get(VA)), i64.load(0, get(VB)))));
  const step = (local: number, by: number) => set(local, i32.add(get(local), i32.const(by)));
  const body = [
    set(OUT, i32.const(OUTPUT)),
    set(A, i32.const(BITS_A)),
    set(VA, i32.const(VALID_A)),
    repeatWhile(
      [
        set(J, i32.const(0)),
        set(B, i32.const(BITS_B)),
        set(VB, i32.const(VALID_B)),
        repeatWhile(
          [
            i32.store(0, get(OUT), i32.const(0)),
            when(i32.eqz(i32.ltU(common, leastCommon)), onePair),
            step(OUT, 4),
            step(B, BITS),
            step(VB, VALID),
            step(J, 1),
          ],
          i32.ltU(get(J), countB),
        ),
        step(A, BITS),
        step(VA, VALID),
        step(I, 1),
      ],
      i32.ltU(get(I), countA),
    ),
  ];
  const simdLocals = Array.from({ length: 7 }, () => 'v128' as const);
  return assemble(
    [
      {
        name: 'similarities',
        parameters: ['i32', 'i32', 'i32'],
        result: null,
        locals: [...Array.from({ length: 7 }, () => 'i32' as const), ...simdLocals, 'i32', 'i32'],
        body,
      },
    ],
    Math.ceil((OUTPUT + 4 * KERNEL_MINUTIAE * KERNEL_MINUTIAE) / PAGE),
  );
}

interface KernelExports {
  readonly memory: WebAssembly.Memory;
  /** Compares what lies in the memory; see `similaritiesOfAll`. */
  similarities(countA: number, countB: number, leastCommon: number): void;
}

const instance = new WebAssembly.Instance(new WebAssembly.Module(makeCode()));
const kernel = instance.exports as unknown as KernelExports;
const kernelMemory = new Int32Array(kernel.memory.buffer);
const output = new Float32Array(kernelMemory.buffer, OUTPUT);

/**
 * Similarity of every cylinder of a with every one of b (eq. 17 and 18 of the MCC paper, on bits), row by row of
 * a, 0 where fewer than `leastCommon` cells are valid in both. The answer is a view that the next call overwrites.
 */
export function similaritiesOfAll(a: KernelCylinders, b: KernelCylinders, leastCommon: number): Float32Array {
  const countA = a.valid.length / 2;
  const countB = b.valid.length / 2;
  if (countA === 0 || countB === 0) return output.subarray(0, 0);
  if (Math.max(countA, countB) > KERNEL_MINUTIAE)
    throw new Error('more minutiae than the kernel has room for');
  kernelMemory.set(a.bits, BITS_A / 4);
  kernelMemory.set(b.bits, BITS_B / 4);
  kernelMemory.set(a.valid, VALID_A / 4);
  kernelMemory.set(b.valid, VALID_B / 4);
  kernel.similarities(countA, countB, leastCommon);
  return output.subarray(0, countA * countB);
}

/** Overwrites what the last call left behind: cylinders are a template in another form. */
export function wipeSimilarityKernel(): void {
  kernelMemory.fill(0);
}

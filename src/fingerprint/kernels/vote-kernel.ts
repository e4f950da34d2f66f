import {
  assemble,
  type Code,
  get,
  i8x16,
  i32,
  repeatWhile,
  select,
  set,
  tee,
  v128,
  when,
} from './assembler.ts';

/** Most minutiae of one template that take part in voting; a multiple of the sixteen lanes. */
export const VOTING_MINUTIAE = 80;
/** Bytes of one minutia's descriptor. */
export const DESCRIPTOR_BYTES = 16;
/** Bytes of one minutia's place: x, y (16ths of a pixel), angle (65,536ths of a turn), bits set, 0. */
export const PLACE_BYTES = 8;

/** Descriptors with more bits set are further apart by chance: a quarter of the bits set is taken off. */
const ONES_SHIFT = 2;
/** Keeps costs above 0: an eighth of 128 bits of either side can be taken off. */
const COST_OFFSET = 64;
/** From this cost on a pair has no vote. */
const NO_VOTE = 32;
const WEIGHT_DIVISOR = 16;

const LANES = 16;
const PLANES = 0;
const OFFSETS = PLANES + VOTING_MINUTIAE * DESCRIPTOR_BYTES;
const ANGLES = OFFSETS + VOTING_MINUTIAE;
const POINTS = ANGLES + VOTING_MINUTIAE;
const SCRATCH = POINTS + 4 * VOTING_MINUTIAE;
const WEIGHTS = SCRATCH + LANES;
const COSINES = WEIGHTS + 512;
const SINES = COSINES + 1024;
const TOUCHED = SINES + 1024;
const VOTES = 8192;
/** Turn in 32 steps, shift in 32 x 32 cells of 16 pixels that wrap around: one 16-bit count each. */
const VOTES_BYTES = 2 * 32 * 32 * 32;
/** Where the caller's own data begins in the kernel's memory. */
export const GALLERY_START = VOTES + VOTES_BYTES;
const PAGE = 65_536;
const FIXED_POINT = 12;

/** A probe as the kernel takes it. */
export interface VotingTemplate {
  readonly count: number;
  /** DESCRIPTOR_BYTES a minutia. */
  readonly descriptors: Uint8Array;
  /** PLACE_BYTES a minutia, little endian. */
  readonly places: Uint8Array;
}

export interface VoteKernel {
  readonly memory: Uint8Array;
  loadProbe(probe: VotingTemplate): void;
  /**
   * How many votes of minutiae agree on one turn and shift. For each of the template's minutiae the probe's most
   * similar one votes, by its likeness, for the motion that lays one on the other (a generalised Hough transform,
   * Ballard 1981, over neighbouring cells at once).
   * @param descriptors address of the template's descriptors, @param places that of its places
   */
  vote(descriptors: number, places: number, count: number): number;
}

interface KernelExports {
  readonly memory: WebAssembly.Memory;
  vote(descriptors: number, places: number, count: number, blocks: number): number;
}

/** A kernel with a memory of its own that has room for `galleryBytes` from GALLERY_START on. */
export function makeVoteKernel(galleryBytes: number): VoteKernel {
  const pages = Math.ceil((GALLERY_START + galleryBytes) / PAGE);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(makeCode(pages)));
  const kernel = instance.exports as unknown as KernelExports;
  const memory = new Uint8Array(kernel.memory.buffer);
  const view = new DataView(kernel.memory.buffer);
  for (let cost = 0; cost < 256; cost++) {
    const likeness = Math.max(0, NO_VOTE + COST_OFFSET - cost);
    view.setUint16(WEIGHTS + 2 * cost, Math.floor((likeness * likeness) / WEIGHT_DIVISOR), true);
  }
  for (let step = 0; step < 256; step++) {
    const angle = (step * 2 * Math.PI) / 256;
    view.setInt32(COSINES + 4 * step, Math.round(Math.cos(angle) * 2 ** FIXED_POINT), true);
    view.setInt32(SINES + 4 * step, Math.round(Math.sin(angle) * 2 ** FIXED_POINT), true);
  }
  let blocks = 0;
  return {
    memory,
    loadProbe(probe) {
      blocks = Math.ceil(probe.count / LANES);
      loadProbe(memory, view, probe);
    },
    vote: (descriptors, places, count) =>
      count === 0 || blocks === 0 ? 0 : kernel.vote(descriptors, places, count, blocks),
  };
}

/** Sixteen probe minutiae side by side: the first bytes of all of them, then the second bytes, and so on. */
function loadProbe(memory: Uint8Array, view: DataView, probe: VotingTemplate): void {
  const places = new DataView(probe.places.buffer, probe.places.byteOffset, probe.places.byteLength);
  memory.fill(0, PLANES, OFFSETS);
  // Lanes without a minutia are as unlike as can be.
  memory.fill(255, OFFSETS, ANGLES);
  const middle = middleOf(probe.count, places);
  for (let i = 0; i < probe.count; i++) {
    const block = Math.floor(i / LANES) * LANES * DESCRIPTOR_BYTES;
    for (let k = 0; k < DESCRIPTOR_BYTES; k++) {
      memory[PLANES + block + k * LANES + (i % LANES)] = probe.descriptors[
        i * DESCRIPTOR_BYTES + k
      ] as number;
    }
    const place = i * PLACE_BYTES;
    memory[OFFSETS + i] = COST_OFFSET - (places.getUint8(place + 6) >> ONES_SHIFT);
    memory[ANGLES + i] = places.getUint16(place + 4, true) >> 8;
    view.setInt16(POINTS + 4 * i, places.getUint16(place, true) - middle.x, true);
    view.setInt16(POINTS + 4 * i + 2, places.getUint16(place + 2, true) - middle.y, true);
  }
}

/** Turning about the middle keeps the shifts small. */
function middleOf(count: number, places: DataView): { x: number; y: number } {
  let x = 0;
  let y = 0;
  for (let i = 0; i < count; i++) {
    x += places.getUint16(i * PLACE_BYTES, true);
    y += places.getUint16(i * PLACE_BYTES + 2, true);
  }
  return { x: Math.round(x / Math.max(1, count)), y: Math.round(y / Math.max(1, count)) };
}

function makeCode(pages: number): Uint8Array<ArrayBuffer> {
  const [DESCRIPTORS, PLACES, COUNT, BLOCKS] = [0, 1, 2, 3];
  const [BLOCK, PLANE, BEST, COST, INDEX, TURN, X, Y, WEIGHT, CELL, VOTE, TOUCHED_AT, CLEARED] = [
    4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
  ];
  const [APART, LOWEST, LOWEST_LANES, LANE_NUMBERS] = [17, 18, 19, 20];
  const FIRST_SPLAT = 21;
  const bytes = Array.from({ length: DESCRIPTOR_BYTES }, (_, k) => k);
  const step = (local: number, by: number): Code => set(local, i32.add(get(local), i32.const(by)));

  /** The distance to sixteen probe minutiae at once; the nearest so far stays in its lane. */
  const compareBlock = [
    set(APART, v128.load(OFFSETS, i32.shrU(get(PLANE), i32.const(4)))),
    ...bytes.map((k) =>
      set(
        APART,
        i8x16.addSaturating(
          get(APART),
          i8x16.popcnt(v128.xor(v128.load(PLANES + k * LANES, get(PLANE)), get(FIRST_SPLAT + k))),
        ),
      ),
    ),
    set(
      LOWEST_LANES,
      v128.bitselect(get(LANE_NUMBERS), get(LOWEST_LANES), i8x16.ltU(get(APART), get(LOWEST))),
    ),
    set(LOWEST, i8x16.minU(get(LOWEST), get(APART))),
    set(LANE_NUMBERS, i8x16.add(get(LANE_NUMBERS), i8x16.splat(i32.const(LANES)))),
    step(PLANE, LANES * DESCRIPTOR_BYTES),
    step(BLOCK, 1),
  ];

  /** The least of the sixteen lanes in all of them, halving by halving. */
  const leastOfLanes = [8, 4, 2, 1].reduce<Code>(
    (all, distance) => [
      ...set(APART, all),
      ...i8x16.minU(
        get(APART),
        i8x16.shuffle(
          bytes.map((lane) => (lane + distance) % LANES),
          get(APART),
          get(APART),
        ),
      ),
    ],
    get(LOWEST),
  );
  const findNearest = [
    set(COST, i8x16.firstLane(leastOfLanes)),
    v128.store(SCRATCH, i32.const(0), get(LOWEST_LANES)),
    set(INDEX, i32.load8u(SCRATCH, i32.ctz(i8x16.bitmask(i8x16.eq(get(LOWEST), i8x16.splat(get(COST))))))),
    set(COST, i32.sub(get(COST), i32.shrU(i32.load8u(6, get(PLACES)), i32.const(ONES_SHIFT)))),
    set(WEIGHT, i32.load16u(WEIGHTS, i32.shl(get(COST), i32.const(1)))),
  ];

  const point = (offset: number) => i32.load16s(POINTS + offset, i32.shl(get(INDEX), i32.const(2)));
  const table = (start: number) => i32.load(start, i32.shl(get(TURN), i32.const(2)));
  const turned = (alongX: Code, alongY: Code) =>
    i32.shrS(i32.add(i32.mul(alongX, point(0)), i32.mul(alongY, point(2))), i32.const(FIXED_POINT));
  /** Sixteenths of a pixel to cells of sixteen pixels. */
  const cell = (at: number, moved: Code) =>
    i32.shrS(i32.sub(i32.load16u(at, get(PLACES)), moved), i32.const(8));
  const wrapped = (value: Code) => i32.and(value, i32.const(31));
  const addVotes = [0, 1].flatMap((t) =>
    [0, 1].flatMap((dx) =>
      [0, 1].flatMap((dy) => [
        set(
          CELL,
          i32.shl(
            i32.or(
              i32.or(
                i32.shl(wrapped(i32.add(i32.shrU(get(TURN), i32.const(3)), i32.const(t))), i32.const(10)),
                i32.shl(wrapped(i32.add(get(X), i32.const(dx))), i32.const(5)),
              ),
              wrapped(i32.add(get(Y), i32.const(dy))),
            ),
            i32.const(1),
          ),
        ),
        i32.store16(VOTES, get(CELL), tee(VOTE, i32.add(i32.load16u(VOTES, get(CELL)), get(WEIGHT)))),
        set(BEST, select(get(VOTE), get(BEST), i32.gtS(get(VOTE), get(BEST)))),
      ]),
    ),
  );
  const castVote = when(get(WEIGHT), [
    set(
      TURN,
      i32.and(
        i32.sub(i32.shrU(i32.load16u(4, get(PLACES)), i32.const(8)), i32.load8u(ANGLES, get(INDEX))),
        i32.const(255),
      ),
    ),
    set(X, cell(0, turned(table(COSINES), table(SINES)))),
    set(Y, cell(2, turned(i32.sub(i32.const(0), table(SINES)), table(COSINES)))),
    ...addVotes,
    // What to clear afterwards: the vote's first cell.
    i32.store(
      TOUCHED,
      get(TOUCHED_AT),
      i32.or(
        i32.or(
          i32.shl(i32.shrU(get(TURN), i32.const(3)), i32.const(10)),
          i32.shl(wrapped(get(X)), i32.const(5)),
        ),
        wrapped(get(Y)),
      ),
    ),
    step(TOUCHED_AT, 4),
  ]);

  const part = (shift: number) =>
    i32.and(i32.shrU(i32.load(TOUCHED, get(CLEARED)), i32.const(shift)), i32.const(31));
  const clearVotes = when(get(TOUCHED_AT), [
    repeatWhile(
      [
        set(TURN, part(10)),
        set(X, part(5)),
        set(Y, part(0)),
        ...[0, 1].flatMap((t) =>
          [0, 1].flatMap((dx) =>
            [0, 1].map((dy) =>
              i32.store16(
                VOTES,
                i32.shl(
                  i32.or(
                    i32.or(
                      i32.shl(wrapped(i32.add(get(TURN), i32.const(t))), i32.const(10)),
                      i32.shl(wrapped(i32.add(get(X), i32.const(dx))), i32.const(5)),
                    ),
                    wrapped(i32.add(get(Y), i32.const(dy))),
                  ),
                  i32.const(1),
                ),
                i32.const(0),
              ),
            ),
          ),
        ),
        step(CLEARED, 4),
      ],
      i32.ltU(get(CLEARED), get(TOUCHED_AT)),
    ),
  ]);

  const body = [
    repeatWhile(
      [
        ...bytes.map((k) => set(FIRST_SPLAT + k, v128.load8Splat(k, get(DESCRIPTORS)))),
        set(LOWEST, i8x16.splat(i32.const(255))),
        set(LOWEST_LANES, i8x16.splat(i32.const(0))),
        set(LANE_NUMBERS, v128.const(bytes)),
        set(BLOCK, i32.const(0)),
        set(PLANE, i32.const(0)),
        repeatWhile(compareBlock, i32.ltU(get(BLOCK), get(BLOCKS))),
        ...findNearest,
        castVote,
        step(DESCRIPTORS, DESCRIPTOR_BYTES),
        step(PLACES, PLACE_BYTES),
        step(COUNT, -1),
      ],
      get(COUNT),
    ),
    clearVotes,
    get(BEST),
  ];
  return assemble(
    [
      {
        name: 'vote',
        parameters: ['i32', 'i32', 'i32', 'i32'],
        result: 'i32',
        locals: [
          ...Array.from({ length: 13 }, () => 'i32' as const),
          ...Array.from({ length: 4 + DESCRIPTOR_BYTES }, () => 'v128' as const),
        ],
        body,
      },
    ],
    pages,
  );
}

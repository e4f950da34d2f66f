/** A recording with bytes changed, cut, doubled or put in; or anything at all. */
export function malform(recording: Uint8Array, random: () => number): Uint8Array {
  if (random() < 0.1) return Uint8Array.from({ length: pick(random, 300) }, () => pick(random, 256));
  const bytes = [...recording];
  for (let change = pick(random, 4); change >= 0; change -= 1) {
    const at = pick(random, bytes.length + 1);
    const kind = pick(random, 5);
    if (kind === 0) bytes.splice(at);
    else if (kind === 1) bytes.splice(at, 1 + pick(random, 8));
    else if (kind === 2) bytes.splice(at, 0, ...bytes.slice(at, at + 1 + pick(random, 16)));
    else if (kind === 3) bytes.splice(at, 0, pick(random, 256));
    else bytes[at] = [0x00, 0x01, 0x7f, 0x80, 0xff, pick(random, 256)][pick(random, 6)] ?? 0;
  }
  return Uint8Array.from(bytes);
}

/** A whole number from 0, below `count`. */
export function pick(random: () => number, count: number): number {
  return Math.floor(random() * count);
}

/**
 * Thins dark lines to one pixel (Zhang and Suen, CACM 27(3), 1984). For pictures only: minutiae come from the
 * phase, not from here.
 * @param ridges 1 on lines; changed in place; the outermost pixels are cleared
 */
export function thin(ridges: Uint8Array, width: number, height: number): void {
  for (let x = 0; x < width; x++) {
    ridges[x] = 0;
    ridges[(height - 1) * width + x] = 0;
  }
  for (let y = 0; y < height; y++) {
    ridges[y * width] = 0;
    ridges[y * width + width - 1] = 0;
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (const pass of [0, 1] as const) {
      const removable: number[] = [];
      for (let y = 1; y < height - 1; y++) {
        for (let x = 1; x < width - 1; x++) {
          const i = y * width + x;
          if (ridges[i] === 1 && isRemovable(ridges, i, width, pass)) removable.push(i);
        }
      }
      for (const i of removable) ridges[i] = 0;
      if (removable.length > 0) changed = true;
    }
  }
}

function isRemovable(ridges: Uint8Array, i: number, width: number, pass: 0 | 1): boolean {
  const north = ridges[i - width] as number;
  const east = ridges[i + 1] as number;
  const south = ridges[i + width] as number;
  const west = ridges[i - 1] as number;
  const around = [
    north,
    ridges[i - width + 1] as number,
    east,
    ridges[i + width + 1] as number,
    south,
    ridges[i + width - 1] as number,
    west,
    ridges[i - width - 1] as number,
  ];
  let count = 0;
  let transitions = 0;
  for (let k = 0; k < 8; k++) {
    count += around[k] as number;
    if (around[k] === 0 && around[(k + 1) % 8] === 1) transitions++;
  }
  if (count < 2 || count > 6 || transitions !== 1) return false;
  return pass === 0
    ? north * east * south === 0 && east * south * west === 0
    : north * east * west === 0 && north * south * west === 0;
}

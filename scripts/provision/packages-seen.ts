import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../src/packages/commission.ts';
import type { Manifest } from '../../src/packages/manifest.ts';

const FILE = 'packages-seen.json';
const seenSchema = z.array(
  z.strictObject({
    electionId: z.string(),
    station: z.int(),
    version: z.int(),
    build: z.string(),
  }),
);
type Seen = z.infer<typeof seenSchema>[number];

/** The newest package of this station that was ever used on this laptop. */
export function packageSeen(data: string, electionId: string, station: number): Seen | null {
  return read(data).find((one) => one.electionId === electionId && one.station === station) ?? null;
}

export function notePackageSeen(data: string, { electionId, station, version, build }: Manifest): void {
  const others = read(data).filter((one) => one.electionId !== electionId || one.station !== station.number);
  const all = [...others, { electionId, station: station.number, version, build }];
  writeFileSync(join(data, FILE), `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600, flush: true });
}

function read(data: string): Seen[] {
  try {
    const parsed = seenSchema.safeParse(parseJson(readFileSync(join(data, FILE), 'utf8')));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}

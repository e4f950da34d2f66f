import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { hasPostgres } from '../../src/collector/postgres/temporary-postgres.ts';
import { playKills } from '../bench/collector-kills/play-kills.ts';

/** `tizme bench collector-kills` for the long run. */
const KILLS = 4;
const SEED = 20_261_122;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

// A developer's laptop may have no PostgreSQL; where changes are taken (CI) it has to be there.
const withPostgres = hasPostgres() || process.env.CI === 'true';
test.each([
  ['sqlite', 'a collector on its file'],
  ...(withPostgres ? [['postgres', 'two collectors on one server, and the server itself'] as const] : []),
] as const)(
  '%s: %s, killed in the middle of intake, have lost nothing that was acknowledged, and nothing is in twice',
  async (engine) => {
    const directory = mkdtempSync(join(tmpdir(), 'tizme-crash-'));
    folders.push(directory);
    const result = await playKills({ engine, kills: KILLS, seed: SEED, directory });
    expect(result).toMatchObject({ lost: 0, doubled: 0, wrong: 0, setAside: 0 });
    expect(result.acknowledged).toBeGreaterThan(KILLS * 20);
    expect(result.collectorKills + result.serverKills).toBe(KILLS);
    if (engine === 'postgres') expect(result.serverKills).toBeGreaterThan(0);
  },
  KILLS * 20_000,
);

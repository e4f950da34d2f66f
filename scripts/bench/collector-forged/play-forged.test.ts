import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { hasPostgres } from '../../../src/collector/postgres/temporary-postgres.ts';
import { playForged } from './play-forged.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const withPostgres = hasPostgres() || process.env.CI === 'true';
test.each([['sqlite'], ...(withPostgres ? [['postgres'] as const] : [])] as const)(
  'on %s, uploads that no device made change no row, and hinder no device',
  async (engine) => {
    const directory = mkdtempSync(join(tmpdir(), 'tizme-forged-'));
    folders.push(directory);
    const { answers, ...found } = await playForged({ engine, uploads: 1200, seed: 7, directory });
    expect(found).toEqual({ wrongAnswers: [], changedTables: [], blockedDevices: 0 });
    // Of each way to be turned away there was some.
    const refused = ['malformed', 'wrong-identity'].map((code) => `refused, ${code}`);
    for (const status of ['accepted', 'quarantined', 'gap', ...refused])
      expect(answers.get(status)).toBeGreaterThan(9);
  },
);

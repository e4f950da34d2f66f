import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readElection } from '../../fixtures/election/election-package.ts';
import { runElection } from './election.ts';

let parent: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'tizme-election-command-'));
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

async function run(...args: string[]) {
  const out: string[] = [];
  const progress: string[] = [];
  const io = { out: (line: string) => out.push(line), progress: (text: string) => progress.push(text) };
  return { code: await runElection(args, io), out, progress };
}

const GENERATE = [
  'generate',
  '--voters',
  '30',
  '--seed',
  '4',
  '--fingers',
  'generated',
  '--no-photos',
  '--json',
];

describe('tizme election generate', () => {
  it('writes a package and ends with one line of JSON; the same seed has the same hash', async () => {
    const directory = join(parent, 'package');
    const first = await run(...GENERATE, '--out', directory);
    expect(first.code).toBe(0);
    const json = JSON.parse(first.out.at(-1) ?? '');
    expect(json).toMatchObject({ voters: 30, fingers: 'generated', directory, visitors: 4 });
    expect(json.women + json.men).toBe(30);
    expect(readElection(directory)).toMatchObject({
      ok: true,
      value: { content: { registerHash: json.registerHash } },
    });
    const second = await run(...GENERATE);
    expect(JSON.parse(second.out.at(-1) ?? '').registerHash).toBe(json.registerHash);
    expect(first.progress.some((text) => text.startsWith('\r'))).toBe(true);
  });

  it('never overwrites', async () => {
    const { code, progress } = await run(...GENERATE, '--out', parent);
    expect(code).toBe(1);
    expect(progress.join('\n')).toContain('nothing was changed');
  });

  it.each([
    [['generate', '--voters', '5']],
    [['generate']],
    [['generate', '--voters', '30', '--seed', '']],
    [['generate', '--voters', '30', '--nonsense']],
    [['destroy', '--voters', '30']],
    [[]],
  ])('refuses %j', async (args) => {
    const { code, out, progress } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(progress).toEqual([expect.stringContaining('"tizme election')]);
    // What it takes, in words of the command's, not the schema's.
    expect(progress.join()).not.toMatch(/Invalid input|NaN/);
  });

  it('writes a national register as CSV, the same bytes for the same seed', async () => {
    const args = ['generate', '--csv', '--voters', '500', '--seed', '4', '--json'];
    const files = [];
    for (const name of ['country', 'again']) {
      const { code, out } = await run(...args, '--out', join(parent, name));
      expect(code).toBe(0);
      expect(JSON.parse(out.at(-1) ?? '')).toMatchObject({ voters: 500, stations: 1 });
      files.push(
        ['voters.csv', 'stations.csv'].map((file) => readFileSync(join(parent, name, file), 'utf8')),
      );
    }
    expect(files[0]).toEqual(files[1]);
    expect((await run(...args)).progress.join('\n')).toContain('--csv needs --out');
    expect((await run(...args, '--out', parent)).code).toBe(1);
  });

  it('explains itself', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out.join('\n')).toContain('--voters');
  });
});

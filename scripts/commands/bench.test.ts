import { expect, test } from 'vitest';
import { BENCHMARKS } from '../bench/table.ts';
import { runBench } from './bench.ts';

async function run(...args: string[]) {
  const said = { out: [] as string[], progress: [] as string[] };
  const code = await runBench(args, {
    out: (line) => said.out.push(line),
    progress: (text) => said.progress.push(text),
  });
  return { code, ...said };
}

test('--help names every benchmark with its options and what they are unless given', async () => {
  const { code, out } = await run('--help');
  expect(code).toBe(0);
  for (const { name, options } of BENCHMARKS) {
    expect(out.join('\n')).toContain(`  ${name}`);
    for (const option of options) expect(out.join('\n')).toContain(`--${option.name} `);
  }
});

test('a name that does not exist lists those that do', async () => {
  const { code, progress } = await run('dsk');
  expect(code).toBe(2);
  expect(progress.join('\n')).toContain('desk');
});

test('an option out of its bounds, and one that does not exist, are named', async () => {
  expect(await run('desk', '--voters', '5')).toMatchObject({
    code: 2,
    progress: [expect.stringContaining('tizme bench desk: --voters takes a whole number from 24 to 10000')],
  });
  expect((await run('collector', '--store', 'oracle')).progress.join()).toContain('sqlite, postgres');
  const unknown = await run('document', '--voters', '30');
  expect(unknown.code).toBe(2);
  expect(unknown.progress.join()).toContain('--voters');
});

test('a benchmark measures, and with --json its last line is the figures', async () => {
  const { code, out, progress } = await run('document', '--readings', '1', '--json');
  expect(code).toBe(0);
  const result = JSON.parse(out.at(-1) ?? '');
  expect(result.name).toBe('document');
  expect(result.figures.length).toBeGreaterThan(5);
  expect(progress.some((line) => line.includes('aim'))).toBe(true);
});

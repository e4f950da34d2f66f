import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { BenchmarkResult, Figure } from '../bench/benchmark.ts';
import { BENCHMARKS, type Benchmark, type BenchmarkOption } from '../bench/table.ts';
import type { CommandIo } from '../command-io.ts';
import { readArguments, refuseCommand, refuseUsage } from '../usage.ts';

/** `tizme bench NAME`: measures, and prints each figure beside its aim. */
export async function runBench(args: readonly string[], io: CommandIo): Promise<number> {
  if (args.includes('--help')) {
    for (const line of usage()) io.out(line);
    return 0;
  }
  const [name, ...rest] = args;
  const benchmark = BENCHMARKS.find((one) => one.name === name);
  if (benchmark === undefined) {
    const known = BENCHMARKS.map((one) => one.name);
    return refuseCommand('bench', name, known, io);
  }
  const options = parseOptions(benchmark, rest);
  if (!options.ok) return refuseUsage(`bench ${benchmark.name}`, options.error, io);
  const directory = mkdtempSync(join(tmpdir(), 'tizme-bench-'));
  // A benchmark that is broken off leaves no gigabytes behind.
  const brokenOff = (): never => {
    rmSync(directory, { recursive: true, force: true });
    process.exit(130);
  };
  process.once('SIGINT', brokenOff).once('SIGTERM', brokenOff);
  try {
    const run = await benchmark.load();
    const { values, folders, json, strict } = options.value;
    const result = await run({
      count: (option) => Number(values.get(option)),
      choice: (option) => String(values.get(option)),
      ...{ folders, directory, io },
    });
    if (!result.ok) {
      io.progress(result.error);
      return 1;
    }
    report(result.value, json, io);
    return strict && result.value.figures.some((figure) => figure.met === false) ? 1 : 0;
  } finally {
    process.off('SIGINT', brokenOff).off('SIGTERM', brokenOff);
    rmSync(directory, { recursive: true, force: true });
  }
}

interface ParsedOptions {
  readonly values: ReadonlyMap<string, number | string>;
  readonly folders: readonly string[];
  readonly json: boolean;
  readonly strict: boolean;
}

function parseOptions(benchmark: Benchmark, args: readonly string[]): Result<ParsedOptions, string> {
  const known = Object.fromEntries(benchmark.options.map(({ name }) => [name, { type: 'string' } as const]));
  const parsed = readArguments({
    args: [...args],
    options: { ...known, json: { type: 'boolean' }, strict: { type: 'boolean' } },
    allowPositionals: benchmark.folders === true,
  });
  if (!parsed.ok) return parsed;
  const given: Readonly<Record<string, unknown>> = parsed.value.values;
  const values = new Map<string, number | string>();
  for (const option of benchmark.options) {
    const value = optionValue(option, given[option.name]);
    if (!value.ok) return value;
    values.set(option.name, value.value);
  }
  const { json, strict } = given;
  return ok({ values, folders: parsed.value.positionals, json: json === true, strict: strict === true });
}

function optionValue(option: BenchmarkOption, given: unknown): Result<number | string, string> {
  if (given === undefined) return ok(option.default);
  if ('choices' in option) {
    return option.choices.includes(String(given))
      ? ok(String(given))
      : err(`--${option.name} takes one of ${option.choices.join(', ')}`);
  }
  const count = Number(given);
  return Number.isInteger(count) && count >= option.least && count <= option.most
    ? ok(count)
    : err(`--${option.name} takes a whole number from ${option.least} to ${option.most}`);
}

function usage(): string[] {
  return [
    'usage: tizme bench NAME [options] [--json] [--strict]',
    ...BENCHMARKS.flatMap(({ name, summary, folders, options }) => [
      `  ${`${name}${folders === true ? ' [DIR...]' : ''}`.padEnd(28)}${summary}`,
      ...options.map((option) => `    ${optionText(option).padEnd(26)}${option.what} (${option.default})`),
    ]),
    `  ${'--strict'.padEnd(28)}exit code 1 where an aim is missed`,
  ];
}

function optionText(option: BenchmarkOption): string {
  return `--${option.name} ${'choices' in option ? option.choices.join('|') : 'N'}`;
}

function report(result: BenchmarkResult, json: boolean, io: CommandIo): void {
  const say = (line: string): void => (json ? io.progress(line) : io.out(line));
  for (const figure of result.figures) say(figureLine(figure));
  if (json) io.out(JSON.stringify(result));
}

function figureLine({ what, value, unit, aim, met }: Figure): string {
  const beside = aim === null ? '' : `   aim ${aim}: ${met === true ? 'met' : 'MISSED'}`;
  return `  ${what.padEnd(58)} ${String(value).padStart(8)} ${unit}${beside}`;
}

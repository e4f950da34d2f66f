import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BenchmarkResult, Figure } from '../bench/benchmark.ts';
import { benchCollector } from '../bench/collector.ts';
import { benchDesk } from '../bench/desk.ts';
import { benchDocument } from '../bench/document.ts';
import { benchFingerprint } from '../bench/fingerprint.ts';
import type { CommandIo } from '../command-io.ts';

const USAGE = [
  'usage: tizme bench desk [--voters N] [--memory-voters N] [--json] [--strict]',
  '       tizme bench fingerprint [DIR...] [--templates N] [--json] [--strict]',
  '       tizme bench document [--readings N] [--json] [--strict]',
  '  desk              time from document to decision, cold start, memory of each process',
  '  --voters N        voters whose time is measured (300)',
  '  --memory-voters N voters after whom the memory is read (2500)',
  'usage: tizme bench collector [--events N] [--store sqlite|postgres] [--json] [--strict]',
  '  collector         intake over TLS with full verification, client on the same machine',
  '  --events N        events that are taken in (100000)',
  '  --store           sqlite (a file), or postgres (a server that is started for it)',
  '  fingerprint       error rates and times of folders of <finger>_<impression> images; 1:N search, synthetic',
  '  --templates N     templates of the synthetic gallery (20000)',
  '  document          reading a chip with a face of 20 kB: the software beside a contactless link',
  '  --readings N      readings of each emulated passport (20)',
  '  --strict          exit code 1 where an aim is missed',
];

const OPTIONS = {
  voters: { type: 'string', default: '300' },
  'memory-voters': { type: 'string', default: '2500' },
  events: { type: 'string', default: '100000' },
  store: { type: 'string', default: 'sqlite' },
  templates: { type: 'string', default: '20000' },
  readings: { type: 'string', default: '20' },
  json: { type: 'boolean', default: false },
  strict: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** `tizme bench NAME`: measures, and prints each figure beside its aim. */
export async function runBench(args: readonly string[], io: CommandIo): Promise<number> {
  if (args.includes('--help')) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (positionals[0] === 'fingerprint') {
    const templates = Number(values.templates);
    if (!Number.isInteger(templates) || templates < 200) {
      for (const line of USAGE) io.progress(line);
      return 2;
    }
    const result = await benchFingerprint({ folders: positionals.slice(1), templates, io });
    if (!result.ok) {
      io.progress(result.error);
      return 1;
    }
    report(result.value, values.json, io);
    return values.strict && result.value.figures.some((figure) => figure.met === false) ? 1 : 0;
  }
  if (positionals[0] === 'document') {
    const readings = Number(values.readings);
    if (!Number.isInteger(readings) || readings < 1 || readings > 10_000) {
      for (const line of USAGE) io.progress(line);
      return 2;
    }
    const result = await benchDocument({ readings, io });
    report(result, values.json, io);
    return values.strict && result.figures.some((figure) => figure.met === false) ? 1 : 0;
  }
  const [voters, memoryVoters] = [Number(values.voters), Number(values['memory-voters'])];
  const events = Number(values.events);
  const [name] = positionals;
  const isDesk = name === 'desk' && isCount(voters) && isCount(memoryVoters);
  if (!isDesk && (name !== 'collector' || !Number.isInteger(events) || events < 1000)) {
    for (const line of USAGE) io.progress(line);
    return 2;
  }
  const directory = mkdtempSync(join(tmpdir(), 'tizme-bench-'));
  try {
    const result = isDesk
      ? await benchDesk({ voters, memoryVoters, directory, io })
      : await benchCollector({
          events,
          engine: values.store === 'postgres' ? 'postgres' : 'sqlite',
          directory,
          io,
        });
    report(result, values.json, io);
    return values.strict && result.figures.some((figure) => figure.met === false) ? 1 : 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 24 && value <= 10_000;
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

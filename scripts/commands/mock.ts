import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readChecked } from '../checked-options.ts';
import type { CommandIo } from '../command-io.ts';
import { doublesLines } from '../mock-day/mock-centre.ts';
import { mockDaySchema } from '../mock-day/mock-day-request.ts';
import { playStations } from '../mock-day/play-stations.ts';
import { summaryLines } from '../mock-day/summary.ts';
import { refuseUsage } from '../usage.ts';

const USAGE = [
  'usage: tizme mock [options]: a whole election day without a screen, through the same station',
  '  --voters N --seed S   24 to 10000 voters (60), the same seed plays the same day (1)',
  '  --lanes K             1 to 10 laptops, connected; households share a lane, and some come to another (1)',
  '  --stations N          1 to 20 stations, one after the other; one voter comes to two of them (1)',
  '  --collector URL       sends to a mock collector that runs there (tizme collector --mock); look at its page',
  '  --faults              paper, cables, processes, clocks and power fail at moments drawn from the seed',
  '  --prints DIR          real scanned fingers (<finger>_<impression>.png): ten voters, enrolled with 1-3',
  '  --export DIR          writes the logs with their checkpoints, and the reports',
  '  --packages            the whole way: a national register, keys of three members, a package that two sign, laptops',
  '                        that it makes lanes, the day, and the end of the list afterwards',
  '  --receipts 1|2        receipts and ballots for each voter (1)',
  '  --finger-pool N       only so many different people’s fingers are drawn; quick for thousands of voters',
  '  --json                end with one line of JSON',
  'Exit code 1 if any sum disagrees that was not planted, or a planted difference is not named.',
];

const OPTIONS = {
  voters: { type: 'string', default: '60' },
  seed: { type: 'string', default: '1' },
  lanes: { type: 'string', default: '1' },
  stations: { type: 'string', default: '1' },
  collector: { type: 'string' },
  faults: { type: 'boolean', default: false },
  packages: { type: 'boolean', default: false },
  prints: { type: 'string' },
  export: { type: 'string' },
  receipts: { type: 'string', default: '1' },
  'finger-pool': { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** `tizme mock`: opening, voters of all kinds, closing, upload and the verification of the log. */
export async function runMock(args: readonly string[], io: CommandIo): Promise<number> {
  if (args.includes('--help')) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const request = readChecked({ args: [...args], options: OPTIONS }, mockDaySchema);
  if (!request.ok) return refuseUsage('mock', request.error, io);
  const directory = mkdtempSync(join(tmpdir(), 'tizme-mock-'));
  try {
    const played = await playStations(request.value, directory, io);
    if (!played.ok) {
      if (typeof played.error !== 'string') return refuseUsage('mock', played.error.wrongUsage, io);
      io.progress(`tizme mock: ${played.error}`);
      return 1;
    }
    const say = (line: string): void => (request.value.json ? io.progress(line) : io.out(line));
    const { summaries, doubles } = played.value;
    for (const line of [...summaries.flatMap(summaryLines), ...doublesLines(doubles)]) say(line);
    const isOk = summaries.every(({ problems }) => problems.length === 0) && doubles.isAsPlanted;
    const [first, ...others] = summaries;
    const figures = others.length === 0 ? first : { stations: summaries, doubles };
    if (request.value.json) io.out(JSON.stringify({ ok: isOk, ...figures }));
    return isOk ? 0 : 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceManager } from '../../native-bridges/device-manager.ts';
import type { DeviceSettings } from '../../native-bridges/device-settings.ts';
import { readDeviceSettings } from '../../native-bridges/device-settings-file.ts';
import { devicesOfThisMachine } from '../../native-bridges/system-devices.ts';
import { err, ok } from '../../src/domain/result.ts';
import { systemTimer } from '../../src/domain/timer.ts';
import { startFingerprintWorkers } from '../../src/fingerprint/fingerprint-workers.ts';
import { type Action, type ActionOptions, runAction, wrongOption } from '../action.ts';
import type { CommandIo } from '../command-io.ts';
import { PICTURE_DECODERS } from '../hosts/children/picture-decoders.ts';
import { readJsonFile } from '../package/election-plan.ts';
import { readEnrolledLaptop } from '../provision/enrolment-folder.ts';
import { machineModel } from '../provision/machine-model.ts';
import { checkDevices } from '../readiness/check-devices.ts';
import { checkKeyKeeper } from '../readiness/check-key-keeper.ts';
import { checkPackage } from '../readiness/check-package.ts';
import {
  type CollectedReport,
  joinReports,
  type ModelReport,
  type Spread,
} from '../readiness/fleet-report.ts';
import { checkMachine, readMachineFigures } from '../readiness/machine-figures.ts';
import { type ReadinessReport, readinessSchema, verdict } from '../readiness/readiness-report.ts';
import { dataDirectory, deviceSettingsFileOf } from '../start/data-directory.ts';
import { todayAtStation } from '../start/prepare-election.ts';

const USAGE = [
  'usage: tizme readiness [--out FILE] [--finger SECONDS] [--print] [--json]',
  '       tizme readiness --collect DIR [--json]',
  '  tests this laptop: disk, memory, battery and its wear, clock, where its key is kept, and each device of a desk',
  '  --out FILE         writes the report for the fleet',
  '  --finger SECONDS   waits for a finger on the scanner, and scores it',
  '  --print            prints a test strip',
  '  --collect DIR      joins the reports in DIR into one for each model',
  'exit code 1 where something failed',
];

/** `tizme readiness`: what this laptop can do, and what a fleet can. */
export function runReadiness(
  args: readonly string[],
  io: CommandIo,
  open: (settings: DeviceSettings) => DeviceManager = (settings) =>
    devicesOfThisMachine(systemTimer(), settings, { decoders: PICTURE_DECODERS }),
): Promise<number> {
  const action: Action = {
    name: 'run',
    usage: USAGE,
    options: {
      out: { type: 'string' },
      finger: { type: 'string' },
      print: { type: 'boolean' },
      collect: { type: 'string' },
    },
    names: { least: 0, most: 0 },
    run: async (options) => {
      const folder = options.text('collect');
      if (folder !== undefined && ['out', 'finger'].some((name) => options.text(name) !== undefined))
        return wrongOption('--collect joins reports that are there: --out and --finger test this laptop');
      return folder === undefined ? testThisLaptop(options, io, open) : collect(folder, io);
    },
  };
  return runAction('readiness', [action], ['run', ...args], io);
}

async function testThisLaptop(
  options: ActionOptions,
  io: CommandIo,
  open: (settings: DeviceSettings) => DeviceManager,
): ReturnType<Action['run']> {
  const out = options.text('out');
  if (out !== undefined && existsSync(out)) return err(`${out} is there already; nothing was changed`);
  const finger = options.text('finger');
  const seconds = finger === undefined ? null : Number(finger);
  if (seconds !== null && !(seconds > 0 && seconds <= 600))
    return wrongOption('--finger takes 1 to 600 seconds');
  const data = dataDirectory();
  const enrolled = readEnrolledLaptop(data);
  const laptop = enrolled.ok ? enrolled.value.enrolment : null;
  const figures = readMachineFigures(data);
  const lane = checkPackage(data, todayAtStation());
  // What hangs on a serial port only the technician's settings say.
  const settings = await readDeviceSettings(deviceSettingsFileOf(data), 'means defaults');
  if (!settings.ok) return err(settings.error);
  const manager = open(settings.value);
  const workers = startFingerprintWorkers();
  if (seconds !== null) io.progress('Lay a finger on the scanner.');
  try {
    await manager.scan();
    const devices = await checkDevices(manager, {
      fingerMilliseconds: seconds === null ? null : seconds * 1000,
      printsTestStrip: options.flag('print'),
      workers,
    });
    const report: ReadinessReport = {
      version: 1,
      made: new Date().toISOString(),
      model: laptop?.model || machineModel(),
      device: laptop?.device ?? null,
      station: laptop?.station ?? null,
      lane: laptop?.lane ?? null,
      seal: laptop === null || laptop.seal === '' ? null : laptop.seal,
      package: lane.package,
      checks: [
        ...checkMachine(figures),
        checkKeyKeeper(enrolled.ok ? enrolled.value.folder : null),
        ...lane.checks,
        ...devices.checks,
      ],
      figures: { ...figures, ...devices.figures },
    };
    for (const { name, result, found } of report.checks)
      io.out(`  ${name.padEnd(20)} ${result.padEnd(8)} ${found}`);
    if (out !== undefined) writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`);
    const decided = verdict(report);
    if (decided !== 'not-ready') return ok({ verdict: decided, report });
    const failed = report.checks.filter(({ result }) => result === 'failed').map(({ name }) => name);
    return err({
      code: 'not-ready',
      sentence: `not ready: ${failed.join(', ')}`,
      details: { verdict: decided, report },
    });
  } finally {
    await manager.close();
    await workers.close();
  }
}

async function collect(folder: string, io: CommandIo): ReturnType<Action['run']> {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return err(`${folder} can not be read`);
  }
  const collected: CollectedReport[] = [];
  const unreadable: string[] = [];
  for (const file of names.sort()) {
    const report = readJsonFile(join(folder, file), readinessSchema);
    if (report.ok) collected.push({ file, report: report.value });
    else unreadable.push(file);
  }
  if (collected.length === 0) return err(`there is no readiness report in ${folder}`);
  const models = joinReports(collected);
  for (const model of models) sayModel(model, io);
  for (const file of unreadable) io.progress(`  ${file} is no readiness report, and was left out`);
  return ok({ models, unreadable });
}

function sayModel(model: ModelReport, io: CommandIo): void {
  io.out(`${model.model}: ${model.laptops} laptops, ${model.ready} ready, ${model.notReady} not ready`);
  const counts = (of: ModelReport['failures']): string =>
    Object.entries(of)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  io.out(`  failures: ${counts(model.failures)}; warnings: ${counts(model.warnings)}`);
  io.out(
    `  scanner score ${spreadText(model.scannerScore, '')}; battery wear ${spreadText(model.batteryWearPercent, ' %')}`,
  );
  io.out(
    `  printers without fault ${model.printersWithoutFault} of ${model.laptops}; clock off by ${spreadText(model.clockOffsetSeconds, ' s')}`,
  );
  if (model.lookAt.length > 0) io.out(`  look at: ${model.lookAt.join(', ')}`);
}

function spreadText(spread: Spread | null, unit: string): string {
  if (spread === null) return 'not measured';
  const { least, median, most } = spread;
  return `${least} to ${most}${unit} (half of them up to ${median}${unit})`;
}

import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { ReadinessCheck, ReadinessReport, ReadinessResult } from './readiness-report.ts';

const GIB = 1024 ** 3;
const LOW_DISK_GB = 4;
const NO_DISK_GB = 1;
const LOW_MEMORY_GB = 3.5;
const WORN_PERCENT = 30;
const WORN_OUT_PERCENT = 60;
const LOW_BATTERY_PERCENT = 50;
const CLOCK_WARNING_SECONDS = 60;
const CLOCK_FAILURE_SECONDS = 3_600;

type MachineFigures = Omit<ReadinessReport['figures'], 'scannerScore' | 'scannerModel' | 'printerModel'>;

/** What the machine says of itself. `systemRoot` is the root of the file system, but in a test. */
export function readMachineFigures(dataDirectory: string, systemRoot = '/'): MachineFigures {
  const battery = readBattery(join(systemRoot, 'sys/class/power_supply'));
  return {
    freeDiskGb: freeDisk(dataDirectory),
    memoryGb: round(totalmem() / GIB),
    batteryPercent: battery?.percent ?? null,
    batteryWearPercent: battery?.wear ?? null,
    batteryCycles: battery?.cycles ?? null,
    clockOffsetSeconds: clockOffset(join(systemRoot, 'sys/class/rtc/rtc0/since_epoch')),
  };
}

export function checkMachine(figures: MachineFigures): ReadinessCheck[] {
  const { freeDiskGb, memoryGb, batteryPercent, batteryWearPercent, clockOffsetSeconds } = figures;
  const wear = batteryWearPercent ?? 0;
  const offset = Math.abs(clockOffsetSeconds ?? 0);
  return [
    {
      name: 'disk',
      found: freeDiskGb === null ? 'not told by the system' : `${freeDiskGb} GB free`,
      result: freeDiskGb === null ? 'warning' : below(freeDiskGb, NO_DISK_GB, LOW_DISK_GB),
    },
    {
      name: 'memory',
      found: `${memoryGb} GB`,
      result: memoryGb < LOW_MEMORY_GB ? 'warning' : 'passed',
    },
    {
      name: 'battery',
      found:
        batteryPercent === null
          ? 'none: it will not live through a power cut'
          : `${batteryPercent} %, worn by ${batteryWearPercent ?? 'an unknown share'}${batteryWearPercent === null ? '' : ' %'}`,
      result: batteryPercent === null ? 'warning' : batteryResult(batteryPercent, wear),
    },
    {
      name: 'clock',
      found:
        clockOffsetSeconds === null
          ? 'no hardware clock to compare with'
          : `${clockOffsetSeconds} s from the hardware clock`,
      result: clockOffsetSeconds === null ? 'warning' : above(offset),
    },
  ];
}

function below(value: number, failed: number, warning: number): ReadinessResult {
  if (value < failed) return 'failed';
  return value < warning ? 'warning' : 'passed';
}

function above(seconds: number): ReadinessResult {
  if (seconds > CLOCK_FAILURE_SECONDS) return 'failed';
  return seconds > CLOCK_WARNING_SECONDS ? 'warning' : 'passed';
}

function batteryResult(percent: number, wear: number): ReadinessResult {
  if (wear >= WORN_OUT_PERCENT) return 'failed';
  return wear >= WORN_PERCENT || percent < LOW_BATTERY_PERCENT ? 'warning' : 'passed';
}

interface Battery {
  readonly percent: number;
  readonly wear: number | null;
  readonly cycles: number | null;
}

/** Linux, Documentation/ABI/testing/sysfs-class-power: `energy_*` in microwatt hours, or `charge_*`. */
function readBattery(folder: string): Battery | null {
  const name = entriesOf(folder).find((entry) => entry.startsWith('BAT'));
  if (name === undefined) return null;
  const read = (file: string): number | null => readNumber(join(folder, name, file));
  const percent = read('capacity');
  if (percent === null) return null;
  const full = read('energy_full') ?? read('charge_full');
  const design = read('energy_full_design') ?? read('charge_full_design');
  const wear =
    full === null || design === null || design <= 0 ? null : Math.max(0, 100 - (100 * full) / design);
  const cycles = read('cycle_count');
  return {
    percent,
    wear: wear === null ? null : round(wear),
    cycles: cycles === null || cycles < 0 ? null : Math.trunc(cycles),
  };
}

function clockOffset(file: string): number | null {
  const hardware = readNumber(file);
  return hardware === null ? null : Math.round(Date.now() / 1000 - hardware);
}

function freeDisk(directory: string): number | null {
  try {
    const disk = statfsSync(existsSync(directory) ? directory : '/');
    return round((disk.bavail * disk.bsize) / GIB);
  } catch {
    return null;
  }
}

function readNumber(file: string): number | null {
  try {
    const value = Number(readFileSync(file, 'latin1').trim());
    return Number.isFinite(value) ? value : null;
  } catch {
    return null;
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

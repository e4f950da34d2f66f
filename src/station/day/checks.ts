import { throwIllegalValue } from '../../domain/assert.ts';
import type { DeviceKind } from '../../domain/devices.ts';
import { CHECK_NAMES, type CheckName } from '../api/snapshot.ts';
import type { StationContext } from '../context.ts';
import { localTime } from '../local-time.ts';
import type { Machine } from './machine.ts';

export interface CheckResult {
  readonly check: CheckName;
  readonly result: 'passed' | 'warning' | 'failed';
  readonly figure: number | null;
}

const GIBIBYTE = 1024 ** 3;
const LOW_DISK_BYTES = GIBIBYTE;
const NO_DISK_BYTES = GIBIBYTE / 4;
const LOW_BATTERY_PERCENT = 50;
const NO_BATTERY_PERCENT = 20;

/** Makes every check of the opening in turn; none of them stops the others. */
export async function runChecks(
  context: StationContext,
  machine: Machine,
  done: (result: CheckResult) => void,
): Promise<void> {
  for (const check of CHECK_NAMES) done({ check, ...(await runCheck(check, context, machine)) });
}

type Outcome = Omit<CheckResult, 'check'>;

async function runCheck(check: CheckName, context: StationContext, machine: Machine): Promise<Outcome> {
  switch (check) {
    case 'clock':
      return clockCheck(context);
    case 'disk':
      return diskCheck(await machine.freeDiskBytes());
    case 'battery':
      return batteryCheck(await machine.battery());
    case 'printer':
      return printerCheck(context);
    case 'scanner':
      return deviceCheck(context, 'fingerprint-scanner');
    case 'card-reader':
      return deviceCheck(context, 'card-reader');
    case 'mrz-reader':
      return deviceCheck(context, 'mrz-reader');
    case 'register': {
      const { voters } = context.register.info();
      const whole = voters > 0 && context.register.verifyContent();
      return { result: whole ? 'passed' : 'failed', figure: voters };
    }
    case 'ledger':
      return { result: context.journal.verified() ? 'passed' : 'failed', figure: context.journal.size() };
    default:
      throwIllegalValue(check);
  }
}

/** Minutes between the laptop's idea of the day and the election day; the people confirm the time itself. */
function clockCheck(context: StationContext): Outcome {
  const { date } = localTime(context.clock.wallMs(), context.procedure.timeZone);
  const days = Math.round((Date.parse(date) - Date.parse(context.procedure.electionDate)) / 86_400_000);
  return { result: days === 0 ? 'passed' : 'failed', figure: days };
}

function diskCheck(free: number | null): Outcome {
  if (free === null) return { result: 'warning', figure: null };
  if (free < NO_DISK_BYTES) return { result: 'failed', figure: free };
  return { result: free < LOW_DISK_BYTES ? 'warning' : 'passed', figure: free };
}

function batteryCheck(battery: { readonly percent: number; readonly charging: boolean } | null): Outcome {
  if (battery === null) return { result: 'warning', figure: null };
  const { percent, charging } = battery;
  if (percent < NO_BATTERY_PERCENT && !charging) return { result: 'failed', figure: percent };
  return { result: percent < LOW_BATTERY_PERCENT ? 'warning' : 'passed', figure: percent };
}

async function printerCheck(context: StationContext): Promise<Outcome> {
  const paper = await context.devices.printer.paper();
  if (!paper.ok || paper.value.coverOpen || paper.value.paper === 'out')
    return { result: 'failed', figure: null };
  return { result: paper.value.paper === 'low' ? 'warning' : 'passed', figure: null };
}

function deviceCheck(context: StationContext, kind: DeviceKind): Outcome {
  const { scanner, cardReader, mrzReader, printer } = context.devices;
  const device = [scanner, cardReader, mrzReader, printer].find((one) => one.status().info.kind === kind);
  const state = device?.status().status.state ?? 'failed';
  if (state === 'failed') return { result: 'failed', figure: null };
  return { result: state === 'ready' ? 'passed' : 'warning', figure: null };
}

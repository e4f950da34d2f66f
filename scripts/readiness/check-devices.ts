import { NOTICE_EXPLANATIONS } from '../../native-bridges/device-explanations.ts';
import type { DeviceManager } from '../../native-bridges/device-manager.ts';
import type { Device, FingerFrame, MonoBitmap } from '../../src/domain/devices.ts';
import { wipeImage } from '../../src/domain/grey-image.ts';
import type { FingerprintWorkers } from '../../src/fingerprint/fingerprint-workers.ts';
import type { ReadinessCheck, ReadinessReport } from './readiness-report.ts';

export interface DeviceChecks {
  readonly checks: readonly ReadinessCheck[];
  readonly figures: Pick<ReadinessReport['figures'], 'scannerScore' | 'scannerModel' | 'printerModel'>;
}

export interface DeviceCheckOptions {
  /** Wait this long for a finger; null: the scanner is only asked whether it is there. */
  readonly fingerMilliseconds: number | null;
  readonly printsTestStrip: boolean;
  readonly workers: Pick<FingerprintWorkers, 'assessQuality'>;
}

/** Every kind of device that a desk has, through its own driver. */
export async function checkDevices(
  { devices }: Pick<DeviceManager, 'devices'>,
  options: DeviceCheckOptions,
): Promise<DeviceChecks> {
  const { scanner, cardReader, mrzReader, printer } = devices;
  const checks = [stateOf(cardReader), stateOf(mrzReader)];
  const scannerState = stateOf(scanner);
  let scannerScore: number | null = null;
  if (scannerState.result === 'failed' || options.fingerMilliseconds === null) {
    checks.push(
      scannerState.result === 'failed'
        ? scannerState
        : { ...scannerState, result: 'warning', found: `${scannerState.found}; no finger was laid on it` },
    );
  } else {
    scannerScore = await scoreOfFinger(options, (onFrame, signal) => scanner.capture(onFrame, signal));
    const good = scannerScore !== null && scannerScore >= LEAST_SCORE;
    checks.push({
      ...scannerState,
      result: good ? scannerState.result : 'warning',
      found:
        scannerScore === null
          ? `${scannerState.found}; no finger came, or it could not be read`
          : `${scannerState.found}; finger quality ${scannerScore}`,
    });
  }
  const printerState = stateOf(printer);
  if (printerState.result !== 'failed' && options.printsTestStrip) {
    const printed = await printer.print(testStrip(printer.dotsAcross));
    checks.push(
      printed.ok
        ? { ...printerState, found: `${printerState.found}; test strip printed` }
        : { ...printerState, result: 'failed', found: printed.error.code },
    );
  } else checks.push(printerState);
  return {
    checks,
    figures: {
      scannerScore,
      scannerModel: modelOf(scanner),
      printerModel: modelOf(printer),
    },
  };
}

/** Below it an enrolled finger is not compared (procedure.fingerprint.minimumQuality of recent elections). */
const LEAST_SCORE = 40;

/** The best of what the sensor sees until the time is over, or one is good. */
async function scoreOfFinger(
  { workers, fingerMilliseconds }: DeviceCheckOptions,
  capture: (onFrame: (frame: FingerFrame) => void, signal: AbortSignal) => Promise<unknown>,
): Promise<number | null> {
  const done = new AbortController();
  let best: number | null = null;
  let assessing: Promise<void> | null = null;
  const onFrame = ({ image, fingerPresent }: FingerFrame): void => {
    if (!fingerPresent || assessing !== null) {
      wipeImage(image);
      return;
    }
    assessing = workers.assessQuality(image).then((quality) => {
      assessing = null;
      if (!quality.ok) return;
      best = Math.max(best ?? 0, quality.value.score);
      if (best >= LEAST_SCORE) done.abort();
    });
  };
  await capture(onFrame, AbortSignal.any([AbortSignal.timeout(fingerMilliseconds ?? 0), done.signal]));
  await assessing;
  return best;
}

function stateOf(device: Device): ReadinessCheck {
  const { info, status } = device.status();
  const { kind: name, model, serialNumber } = info;
  const which = serialNumber === null ? model : `${model}, serial number ${serialNumber}`;
  switch (status.state) {
    case 'ready':
      return { name, result: 'passed', found: which };
    case 'attention':
      return { name, result: 'warning', found: `${which}: ${NOTICE_EXPLANATIONS[status.notice]}` };
    case 'failed':
      return { name, result: 'failed', found: status.problem.code };
  }
}

function modelOf(device: Device): string | null {
  const { info, status } = device.status();
  return status.state === 'failed' ? null : info.model;
}

/** Bars of one to eight dots: a dead element of the head is a white line through all of them. */
function testStrip(dotsAcross: number): MonoBitmap {
  const bytes = dotsAcross / 8;
  const height = 160;
  const rows = new Uint8Array(bytes * height);
  for (let y = 0; y < height; y += 1) {
    const pattern = y < 80 ? 0xff : 0xff << (8 - Math.floor((y - 80) / 10));
    rows.fill(pattern & 0xff, y * bytes, (y + 1) * bytes);
  }
  return { width: dotsAcross, height, rows };
}

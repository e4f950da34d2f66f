import { throwIllegalValue } from '../../domain/assert.ts';
import type { Calibration, DeviceBench, DeviceReport } from '../../domain/device-bench.ts';
import type { DeviceKind, DeviceSet, MonoBitmap } from '../../domain/devices.ts';
import { wipeImage } from '../../domain/grey-image.ts';
import type { Language } from '../../domain/language.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Timer } from '../../domain/timer.ts';
import type { CallParameters } from '../api/calls.ts';
import type { StationError } from '../api/errors.ts';
import type { PhotoView } from '../api/snapshot.ts';
import type { CalibrationView, DeviceTestView, TechnicianView } from '../api/technician-view.ts';
import type { FingerprintMatcher, PaperPress } from '../context.ts';
import { fingerPreview } from '../desk/finger-preview.ts';
import { drawTarget, readTargetNow } from './calibration-watch.ts';
import type { DeviceList } from './device-list.ts';
import { type DeviceTestOutcome, testDevice } from './device-test.ts';

export interface TechnicianDependencies {
  readonly devices: DeviceSet;
  readonly bench: DeviceBench;
  readonly matcher: FingerprintMatcher;
  readonly paper: PaperPress;
  readonly timer: Timer;
  /** What the list of devices is headed with. */
  readonly list: (report: DeviceReport) => DeviceList;
  /** Nobody stands at the desk: its devices may be tried. */
  readonly deskIsFree: () => boolean;
  readonly changed: () => void;
  readonly preview: (picture: PhotoView | null) => void;
}

export type TechnicianCall =
  | 'lookForDevices'
  | 'testDevice'
  | 'stopTest'
  | 'startCalibration'
  | 'printTarget'
  | 'setUpScanner'
  | 'calibrateScanner'
  | 'devicesPdf';

/**
 * Lists, tries and calibrates the devices of this laptop, also while it is locked: a technician sets it up before
 * the commission comes. One thing is tried at a time, and never while a voter stands at the desk.
 */
export class Technician {
  readonly #deps: TechnicianDependencies;
  #test: DeviceTestView | null = null;
  #calibration: CalibrationView | null = null;
  #running: AbortController | null = null;

  constructor(dependencies: TechnicianDependencies) {
    this.#deps = dependencies;
    dependencies.bench.onReport(() => dependencies.changed());
  }

  view(): TechnicianView {
    const { usbProblem, found } = this.#deps.bench.report();
    return {
      usbProblem: usbProblem?.code ?? null,
      found,
      test: this.#test,
      calibration: this.#calibration,
    };
  }

  async lookForDevices(): Promise<Result<undefined, StationError>> {
    await this.#deps.bench.look();
    return ok(undefined);
  }

  /** Returns once it has begun; how it goes on stands in the view. */
  async testDevice(kind: DeviceKind, language: Language): Promise<Result<undefined, StationError>> {
    const begun = this.#begin();
    if (!begun.ok) return begun;
    this.#calibration = null;
    this.#showTest({ kind, state: 'running', problem: null, score: null, advice: null });
    const { devices, matcher, timer, bench, list, paper, preview } = this.#deps;
    const strip = () => paper.devicesStrip(list(bench.report()), language, devices.printer.dotsAcross);
    const tested = testDevice(kind, { devices, matcher, timer, strip, preview, ...this.#while(begun.value) });
    void tested.then((outcome) => this.#endTest(begun.value, kind, outcome));
    return ok(undefined);
  }

  async stopTest(): Promise<Result<undefined, StationError>> {
    this.#running?.abort();
    this.#running = null;
    this.#test = null;
    this.#calibration = null;
    this.#deps.preview(null);
    this.#deps.changed();
    return ok(undefined);
  }

  /** Shows what lies on the glass, and what of the printed target is seen in it, until `stopTest`. */
  async startCalibration(): Promise<Result<undefined, StationError>> {
    const scanner = this.#deps.bench
      .report()
      .found.find(({ calibration, problem }) => calibration !== null && problem === null);
    const inForce = scanner?.calibration ?? null;
    if (scanner === undefined || inForce === null) return err({ code: 'scanner-problem' });
    const begun = this.#begin();
    if (!begun.ok) return begun;
    const { signal } = begun.value;
    this.#test = null;
    const { model, serialNumber } = scanner;
    this.#showCalibration({ model, serialNumber, inForce, seen: 'nothing', measured: null, running: true });
    void this.#watch(begun.value).then(() => {
      if (this.#running !== begun.value || this.#calibration === null) return;
      this.#running = null;
      this.#deps.preview(null);
      this.#showCalibration({ ...this.#calibration, running: false });
    });
    return signal.aborted ? err({ code: 'scanner-problem' }) : ok(undefined);
  }

  async printTarget(): Promise<Result<undefined, StationError>> {
    return this.#print(async () => drawTarget());
  }

  /** Sets what calibration found, and goes on looking with it. */
  async calibrate(calibration: Calibration): Promise<Result<undefined, StationError>> {
    if (!this.#deps.deskIsFree()) return err({ code: 'desk-in-use' });
    const watching = this.#calibration !== null;
    await this.stopTest();
    const set = await this.#deps.bench.calibrate(calibration);
    if (!set.ok) return err({ code: set.error.code === 'not-saved' ? 'disk-failed' : 'scanner-problem' });
    return watching ? this.startCalibration() : ok(undefined);
  }

  async devicesPdf(
    language: Language,
  ): Promise<Result<{ readonly fileName: string; readonly base64: string }, StationError>> {
    const { paper, list, bench } = this.#deps;
    const bytes = await paper.devicesPdf(list(bench.report()), language);
    return ok({ fileName: 'tizme-devices.pdf', base64: Buffer.from(bytes).toString('base64') });
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
  }

  async #print(strip: () => Promise<MonoBitmap>): Promise<Result<undefined, StationError>> {
    if (!this.#deps.deskIsFree()) return err({ code: 'desk-in-use' });
    const printed = await this.#deps.devices.printer.print(await strip());
    return printed.ok ? ok(undefined) : err({ code: 'printer-problem' });
  }

  #begin(): Result<AbortController, StationError> {
    if (!this.#deps.deskIsFree()) return err({ code: 'desk-in-use' });
    this.#running?.abort();
    const controller = new AbortController();
    this.#running = controller;
    return ok(controller);
  }

  /** A voter goes before a test. */
  #while(controller: AbortController): { readonly signal: AbortSignal; readonly stillWanted: () => boolean } {
    return {
      signal: controller.signal,
      stillWanted: () => {
        if (!this.#deps.deskIsFree()) controller.abort();
        return !controller.signal.aborted;
      },
    };
  }

  async #watch(controller: AbortController): Promise<void> {
    const { signal, stillWanted } = this.#while(controller);
    await this.#deps.devices.scanner.capture(({ image }) => {
      if (stillWanted() && this.#calibration !== null) {
        this.#deps.preview(fingerPreview(image));
        this.#showCalibration({ ...this.#calibration, ...readTargetNow(image, this.#calibration.inForce) });
      }
      wipeImage(image);
    }, signal);
  }

  #endTest(controller: AbortController, kind: DeviceKind, outcome: DeviceTestOutcome): void {
    if (this.#running !== controller) return;
    this.#running = null;
    this.#deps.preview(null);
    switch (outcome.result) {
      case 'passed':
        this.#showTest({ kind, state: 'passed', problem: null, ...outcome.finger });
        return;
      case 'failed':
        this.#showTest({ kind, state: 'failed', problem: outcome.problem, score: null, advice: null });
        return;
      case 'stopped':
        this.#test = null;
        this.#deps.changed();
        return;
      default:
        throwIllegalValue(outcome);
    }
  }

  #showTest(test: DeviceTestView): void {
    this.#test = test;
    this.#deps.changed();
  }

  /** Frames come many times a second; screens hear of what changed. */
  #showCalibration(calibration: CalibrationView): void {
    const changed = JSON.stringify(calibration) !== JSON.stringify(this.#calibration);
    this.#calibration = calibration;
    if (changed) this.#deps.changed();
  }
}

/** One call of the technician's screen. */
export function callTechnician(
  technician: Technician,
  name: TechnicianCall,
  parameters: unknown,
): Promise<Result<unknown, StationError>> {
  switch (name) {
    case 'lookForDevices':
      return technician.lookForDevices();
    case 'testDevice': {
      const { kind, language } = parameters as CallParameters<'testDevice'>;
      return technician.testDevice(kind, language);
    }
    case 'stopTest':
      return technician.stopTest();
    case 'startCalibration':
      return technician.startCalibration();
    case 'printTarget':
      return technician.printTarget();
    case 'setUpScanner':
    case 'calibrateScanner':
      return technician.calibrate((parameters as CallParameters<'setUpScanner'>).calibration);
    case 'devicesPdf':
      return technician.devicesPdf((parameters as CallParameters<'devicesPdf'>).language);
    default:
      throwIllegalValue(name);
  }
}

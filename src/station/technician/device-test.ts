import { throwIllegalValue } from '../../domain/assert.ts';
import type { DeviceKind, DeviceProblemCode, DeviceSet, MonoBitmap } from '../../domain/devices.ts';
import type { FingerAdvice } from '../../domain/finger.ts';
import { wipeImage } from '../../domain/grey-image.ts';
import type { Timer } from '../../domain/timer.ts';
import type { PhotoView } from '../api/snapshot.ts';
import type { FingerprintMatcher } from '../context.ts';
import { fingerPreview } from '../desk/finger-preview.ts';

/** For a hand to lay a finger, a card or a document on. */
const WAIT_MS = 30_000;

export interface DeviceTestSurroundings {
  readonly devices: DeviceSet;
  readonly matcher: FingerprintMatcher;
  readonly timer: Timer;
  /** What a printer is tried with. */
  readonly strip: () => Promise<MonoBitmap>;
  readonly preview: (picture: PhotoView | null) => void;
  readonly signal: AbortSignal;
  readonly stillWanted: () => boolean;
}

/** What was seen of a finger; nulls for all that is no scanner. */
interface FingerSeen {
  readonly score: number | null;
  readonly advice: FingerAdvice | null;
}

export type DeviceTestOutcome =
  | { readonly result: 'passed'; readonly finger: FingerSeen }
  /** `nothing-came`: nobody laid anything on it. */
  | { readonly result: 'failed'; readonly problem: DeviceProblemCode | 'nothing-came' }
  | { readonly result: 'stopped' };

const PASSED: DeviceTestOutcome = { result: 'passed', finger: { score: null, advice: null } };
const NOTHING_CAME: DeviceTestOutcome = { result: 'failed', problem: 'nothing-came' };
const STOPPED: DeviceTestOutcome = { result: 'stopped' };

/** Uses one device for what a desk uses it for, and says how that went. What it reads is thrown away. */
export function testDevice(kind: DeviceKind, around: DeviceTestSurroundings): Promise<DeviceTestOutcome> {
  switch (kind) {
    case 'fingerprint-scanner':
      return testScanner(around);
    case 'card-reader':
      return testCardReader(around);
    case 'mrz-reader':
      return testMrzReader(around);
    case 'printer':
      return testPrinter(around);
    default:
      throwIllegalValue(kind);
  }
}

/** A finger, its live picture, and how good it is. */
async function testScanner(around: DeviceTestSurroundings): Promise<DeviceTestOutcome> {
  const { devices, matcher, timer, signal, stillWanted, preview } = around;
  const ended = new AbortController();
  let outcome: DeviceTestOutcome = NOTHING_CAME;
  let assessing = false;
  const cancelWait = timer.after(WAIT_MS, () => ended.abort());
  const captured = await devices.scanner.capture(
    ({ image, fingerPresent }) => {
      if (!stillWanted() || assessing || ended.signal.aborted) {
        wipeImage(image);
        return;
      }
      preview(fingerPreview(image));
      if (!fingerPresent) {
        wipeImage(image);
        return;
      }
      assessing = true;
      void matcher.assessQuality(image).then((assessed) => {
        assessing = false;
        wipeImage(image);
        if (!assessed.ok) return;
        const { score, advice } = assessed.value;
        outcome = { result: 'passed', finger: { score, advice } };
        if (advice === 'ok') ended.abort();
      });
    },
    AbortSignal.any([signal, ended.signal]),
  );
  cancelWait();
  if (signal.aborted) return STOPPED;
  if (!captured.ok && captured.error.code !== 'cancelled')
    return { result: 'failed', problem: captured.error.code };
  return outcome;
}

/** A card that is powered up; none of its files is read. */
async function testCardReader(around: DeviceTestSurroundings): Promise<DeviceTestOutcome> {
  const { cardReader } = around.devices;
  const { status } = cardReader.status();
  if (status.state === 'failed') return { result: 'failed', problem: status.problem.code };
  const came = await somethingComes(around, (come) =>
    cardReader.onCard((present) => {
      if (present) come();
    }),
  );
  if (came !== 'came') return came === 'stopped' ? STOPPED : NOTHING_CAME;
  // On an open desk the document belongs to whoever brought it.
  if (!around.stillWanted()) return STOPPED;
  const connected = await cardReader.connect();
  if (around.signal.aborted) return STOPPED;
  return connected.ok ? PASSED : { result: 'failed', problem: connected.error.code };
}

/** Any text that comes as lines. */
async function testMrzReader(around: DeviceTestSurroundings): Promise<DeviceTestOutcome> {
  const { mrzReader } = around.devices;
  const { status } = mrzReader.status();
  if (status.state === 'failed') return { result: 'failed', problem: status.problem.code };
  const came = await somethingComes(around, (come) => mrzReader.onText(() => come()));
  if (came !== 'came') return came === 'stopped' ? STOPPED : NOTHING_CAME;
  return PASSED;
}

async function testPrinter({ devices, strip, signal }: DeviceTestSurroundings): Promise<DeviceTestOutcome> {
  const printed = await devices.printer.print(await strip());
  if (signal.aborted) return STOPPED;
  return printed.ok ? PASSED : { result: 'failed', problem: printed.error.code };
}

async function somethingComes(
  { timer, signal }: DeviceTestSurroundings,
  listen: (come: () => void) => () => void,
): Promise<'came' | 'nothing' | 'stopped'> {
  const { promise, resolve } = Promise.withResolvers<'came' | 'nothing' | 'stopped'>();
  const unsubscribe = listen(() => resolve('came'));
  const cancelWait = timer.after(WAIT_MS, () => resolve('nothing'));
  const stop = () => resolve('stopped');
  signal.addEventListener('abort', stop, { once: true });
  const how = await promise;
  signal.removeEventListener('abort', stop);
  unsubscribe();
  cancelWait();
  return how;
}

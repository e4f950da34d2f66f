import type { FingerFrame } from '../../../../src/domain/devices.ts';
import { wipeImage } from '../../../../src/domain/grey-image.ts';
import { roundOf, type SENSORS } from '../played/test-pictures.ts';
import type { CheckedDevice, FaultCheck } from './checked-device.ts';
import { expectThat, type LabDesk, LabFailure, waitUntil, within } from './lab-desk.ts';

const CAPTURE_MILLISECONDS = 30_000;

type Sensor = keyof typeof SENSORS;

/** Lays the finger of a round on and takes its picture; any frame that shows another finger is a stale one. */
async function takePicture({ manager, player }: LabDesk, sensor: Sensor, round: number): Promise<void> {
  await player.hand(sensor, { do: 'lay-finger', round });
  const stop = new AbortController();
  const shown: (number | null)[] = [];
  const onFrame = ({ image, fingerPresent }: FingerFrame) => {
    if (fingerPresent && shown.length < 2) shown.push(roundOf(sensor, image, Math.max(0, round - 4), round));
    wipeImage(image);
    // The second picture of a streaming sensor has to be as fresh as the first.
    if (fingerPresent && (sensor !== 'futronic' || shown.length === 2)) stop.abort();
  };
  const ended = await within(
    manager.devices.scanner.capture(onFrame, stop.signal),
    CAPTURE_MILLISECONDS,
    `${sensor}: a picture of the finger`,
  );
  await player.hand(sensor, { do: 'lift-finger' });
  expectThat(!ended.ok && ended.error.code === 'cancelled', `the capture ended: ${JSON.stringify(ended)}`);
  for (const each of shown) {
    expectThat(each !== null, 'the picture is not that of the finger');
    if (each !== round) throw new LabFailure(`stale frame: the finger of round ${each} in round ${round}`);
  }
}

/** Begins a capture and waits until it runs. */
async function beginCapture({ manager, player }: LabDesk, sensor: Sensor, round: number) {
  if (sensor !== 'digitalpersona') await player.hand(sensor, { do: 'lay-finger', round });
  let frames = 0;
  const capture = manager.devices.scanner.capture(({ image }) => {
    frames += 1;
    wipeImage(image);
  }, new AbortController().signal);
  await waitUntil(() => frames > 0, CAPTURE_MILLISECONDS, `${sensor} streams`);
  return { outcome: capture };
}

function fault(sensor: Sensor, name: string, value = 1): FaultCheck {
  return {
    name,
    run: async (desk, round) => {
      await desk.player.hand(sensor, { do: 'fault', fault: name, value });
      await takePicture(desk, sensor, round);
    },
  };
}

function checkedScanner(
  sensor: Sensor,
  native: CheckedDevice['native'],
  model: string,
  serialNumber: string | null,
  faults: readonly FaultCheck[],
): CheckedDevice {
  return {
    name: sensor,
    kind: 'fingerprint-scanner',
    native,
    model,
    serialNumber,
    use: (desk, round) => takePicture(desk, sensor, round),
    beginUse: (desk, round) => beginCapture(desk, sensor, round),
    faults,
  };
}

/** It says nothing any more in the middle of streaming: a clear end, and a picture again once it speaks. */
const FALLS_SILENT: FaultCheck = {
  name: 'falls silent',
  run: async (desk, round) => {
    const { outcome } = await beginCapture(desk, 'futronic', round);
    await desk.player.hand('futronic', { do: 'fault', fault: 'mute', value: 1 });
    const ended = await within(outcome, CAPTURE_MILLISECONDS, 'the capture ends');
    expectThat(!ended.ok && ended.error.code === 'no-answer', `it ended: ${JSON.stringify(ended)}`);
    await desk.player.hand('futronic', { do: 'fault', fault: 'mute', value: 0 });
    await takePicture(desk, 'futronic', round);
  },
};

export const CHECKED_SCANNERS: readonly CheckedDevice[] = [
  checkedScanner('futronic', 'usb', 'FS81', null, [fault('futronic', 'short-frames'), FALLS_SILENT]),
  checkedScanner('digitalpersona', 'usb', 'U.are.U 4500', 'EMULATED', [
    fault('digitalpersona', 'scrambled'),
    fault('digitalpersona', 'short-captures'),
    fault('digitalpersona', 'failed-scans'),
  ]),
  checkedScanner('zfm', 'serialport', 'ZFM serial module', 'EMULATED-ZFM', [
    fault('zfm', 'short-images'),
    fault('zfm', 'damaged-images'),
  ]),
];

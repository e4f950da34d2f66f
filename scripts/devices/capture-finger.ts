import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { encode } from 'fast-png';
import type { DeviceManager } from '../../native-bridges/device-manager.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import type { DeviceProblem, DeviceSet, FingerFrame } from '../../src/domain/devices.ts';
import { type GreyImage, wipeImage } from '../../src/domain/grey-image.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { CommandIo } from '../command-io.ts';
import { explain } from './describe-devices.ts';
import { type Answer, CAPTURE_SECONDS, type Command, type Request, takesNoText } from './devices-request.ts';

export const capture: Command = {
  check: (request) => (request.out === null ? err('it wants --out FILE.png') : takesNoText(request)),
  run: captureFinger,
};

async function captureFinger(
  manager: DeviceManager,
  request: Request,
  io: CommandIo,
): Promise<Result<Answer, string>> {
  const out = assertDefined(request.out, 'the file that the check asked for');
  const { status } = manager.devices.scanner.status();
  // Nobody is asked for a finger that nothing could take.
  if (status.state === 'failed' && status.problem.code !== 'no-answer')
    return err(explain(manager, status.problem));
  if (existsSync(out)) return err(`${out}: is there already`);
  const limit = AbortSignal.timeout(request.milliseconds ?? CAPTURE_SECONDS * 1_000);
  io.progress('lay a finger on the glass');
  const finger = await firstFinger(manager.devices, limit);
  if (!finger.ok)
    return err(finger.error.code === 'cancelled' ? 'no finger came' : explain(manager, finger.error));
  const { width, height, dpi, pixels } = finger.value;
  const png = encode({ width, height, data: pixels, channels: 1, depth: 8 });
  wipeImage(finger.value);
  try {
    // A finger is nobody else's to read.
    await writeFile(out, png, { flag: 'wx', mode: 0o600 });
  } catch {
    return err(`${out}: cannot be written, or is there already`);
  }
  return ok({ lines: [`${width} x ${height}, ${dpi} dpi`], json: { width, height, dpi }, good: true });
}

export async function firstFinger(
  devices: DeviceSet,
  limit: AbortSignal,
): Promise<Result<GreyImage, DeviceProblem>> {
  const seen = new AbortController();
  const kept: GreyImage[] = [];
  const onFrame = ({ image, fingerPresent }: FingerFrame) => {
    if (fingerPresent && kept.length === 0) {
      kept.push(image);
      seen.abort();
    } else {
      wipeImage(image);
    }
  };
  const ended = await devices.scanner.capture(onFrame, AbortSignal.any([limit, seen.signal]));
  const [image] = kept;
  return image === undefined ? ended : ok(image);
}

import type { DeviceManager } from '../../native-bridges/device-manager.ts';
import type { MonoBitmap } from '../../src/domain/devices.ts';
import type { GreyImage } from '../../src/domain/grey-image.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { explainImageError, readGreyImage } from '../commands/fingerprint-image-file.ts';
import { explain } from './describe-devices.ts';
import type { Answer, Command, Request } from './devices-request.ts';

export const print: Command = {
  check: ({ texts }) => (texts.length === 1 ? ok() : err('it wants one picture')),
  run: printPicture,
};

async function printPicture(manager: DeviceManager, { texts }: Request): Promise<Result<Answer, string>> {
  const [path = ''] = texts;
  const image = await readGreyImage(path, { dpi: 203 });
  if (!image.ok) return err(`${path}: ${explainImageError(image.error)}`);
  const { printer } = manager.devices;
  if (image.value.width > printer.dotsAcross) return err(`${path}: wider than ${printer.dotsAcross} dots`);
  const printed = await printer.print(dotsOf(image.value));
  if (!printed.ok) return err(explain(manager, printed.error));
  return ok({ lines: ['printed'], json: { rows: image.value.height }, good: true });
}

function dotsOf({ width, height, pixels }: GreyImage): MonoBitmap {
  const across = Math.ceil(width / 8);
  const rows = new Uint8Array(across * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * across + (x >> 3);
      if ((pixels[y * width + x] ?? 255) < 128) rows[at] = (rows[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return { width, height, rows };
}

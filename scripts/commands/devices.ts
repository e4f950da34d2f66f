import type { DeviceManager } from '../../native-bridges/device-manager.ts';
import type { DeviceSettings } from '../../native-bridges/device-settings.ts';
import { readDeviceSettings } from '../../native-bridges/device-settings-file.ts';
import { devicesOfThisMachine } from '../../native-bridges/system-devices.ts';
import { udevRules } from '../../native-bridges/udev-rules.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { systemTimer } from '../../src/domain/timer.ts';
import type { CommandIo } from '../command-io.ts';
import { apdu } from '../devices/ask-card.ts';
import { calibrate, target } from '../devices/calibrate-scanner.ts';
import { capture } from '../devices/capture-finger.ts';
import { type Command, type Request, takesNoText } from '../devices/devices-request.ts';
import { print } from '../devices/print-picture.ts';
import { list, test, watch } from '../devices/show-devices.ts';
import { PICTURE_DECODERS } from '../hosts/children/picture-decoders.ts';
import { dataDirectory, deviceSettingsFileOf } from '../start/data-directory.ts';
import { readArguments, refuseCommand, refuseUsage } from '../usage.ts';

const USAGE = [
  'usage: tizme devices <command> [--json]',
  '  list                              what is plugged in, and why what does not work does not',
  '  watch [--seconds N]               the same whenever it changes, until Ctrl-C',
  '  test                              the state of each kind of device that a desk has',
  '  capture --out FILE.png [--seconds N]   waits for a finger and writes its picture',
  '  apdu HEX...                       powers the card up and sends it commands',
  '  print FILE                        prints a picture, dark pixels as dots',
  '  rules                             the rules (udev) that let who sits at a Linux laptop open its devices',
  '  target [--out FILE.png]           prints the square of 10 mm that calibrate measures',
  '  calibrate [--seconds N] [--save]  lay the target on the scanner: its resolution, and how it is built in',
  '  --settings FILE.json              instead of devices.json in the data directory: what hangs on serial ports,',
  '                                    calibration, PC/SC instead of USB',
];

const OPTIONS = {
  out: { type: 'string' },
  seconds: { type: 'string' },
  settings: { type: 'string' },
  save: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

const COMMANDS: Readonly<Record<string, Command>> = {
  ...{ list, watch, test, capture, apdu, print, target, calibrate },
};

/**
 * `tizme devices ...`. With `--json` the last line of output is one JSON object. `open` finds the devices: those of
 * this machine, unless a test gives others.
 * @returns the exit code: 0 done, 1 a device does not do what was asked of it, 2 wrong usage
 */
export async function runDevices(
  args: readonly string[],
  io: CommandIo,
  open: (settings: DeviceSettings, file: string) => DeviceManager = (settings, file) =>
    devicesOfThisMachine(systemTimer(), settings, { settingsFile: file, decoders: PICTURE_DECODERS }),
): Promise<number> {
  const [name = '', ...rest] = args;
  if (args.includes('--help')) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined && name !== 'rules')
    return refuseCommand('devices', name, [...Object.keys(COMMANDS), 'rules'], io);
  const request = parseRequest(rest);
  if (!request.ok) return refuseUsage(`devices ${name}`, request.error, io);
  const checked = (command?.check ?? takesNoText)(request.value);
  if (!checked.ok) return refuseUsage(`devices ${name}`, checked.error, io);
  // The desk's own settings, unless others are named.
  const named = request.value.settings;
  const file = named ?? deviceSettingsFileOf(dataDirectory());
  const settings = await readDeviceSettings(file, named === null ? 'means defaults' : 'is an error');
  if (!settings.ok) {
    io.progress(settings.error);
    return 2;
  }
  if (command === undefined) {
    const rules = udevRules(settings.value);
    for (const line of request.value.json ? [JSON.stringify({ rules })] : rules) io.out(line);
    return 0;
  }
  const manager = open(settings.value, file);
  await manager.scan();
  const answer = await command.run(manager, request.value, io);
  await manager.close();
  if (!answer.ok) {
    io.progress(answer.error);
    if (request.value.json) io.out(JSON.stringify({ error: { code: 'failed', message: answer.error } }));
    return 1;
  }
  const json = JSON.stringify(answer.value.json);
  for (const line of request.value.json ? [json] : answer.value.lines) io.out(line);
  return answer.value.good ? 0 : 1;
}

function parseRequest(args: readonly string[]): Result<Request, string> {
  const read = readArguments({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (!read.ok) return read;
  const { values, positionals } = read.value;
  const seconds = values.seconds === undefined ? null : Number(values.seconds);
  if (seconds !== null && !(seconds >= 0 && seconds <= 86_400))
    return err('--seconds wants a number of seconds');
  const milliseconds = seconds === null ? null : seconds * 1_000;
  return ok({
    texts: positionals,
    out: values.out ?? null,
    milliseconds,
    settings: values.settings ?? null,
    save: values.save,
    json: values.json,
  });
}

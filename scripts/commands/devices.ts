import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { encode } from 'fast-png';
import { BUS_EXPLANATIONS, PROBLEM_EXPLANATIONS } from '../../native-bridges/device-explanations.ts';
import type { DeviceManager } from '../../native-bridges/device-manager.ts';
import type { DeviceSettings } from '../../native-bridges/device-settings.ts';
import { readDeviceSettings } from '../../native-bridges/device-settings-file.ts';
import { devicesOfThisMachine } from '../../native-bridges/system-devices.ts';
import { udevRules } from '../../native-bridges/udev-rules.ts';
import {
  type CalibrationProblem,
  calibrationFrom,
  drawTarget,
  readTarget,
  targetPicture,
} from '../../src/domain/calibration-target.ts';
import type { DeviceReport } from '../../src/domain/device-bench.ts';
import type { DeviceProblem, DeviceSet, FingerFrame, MonoBitmap } from '../../src/domain/devices.ts';
import { type GreyImage, wipeImage } from '../../src/domain/grey-image.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { systemTimer } from '../../src/domain/timer.ts';
import type { CommandIo } from '../command-io.ts';
import { PICTURE_DECODERS } from '../hosts/children/picture-decoders.ts';
import { dataDirectory, deviceSettingsFileOf } from '../start/data-directory.ts';
import { explainImageError, readGreyImage } from './fingerprint-image-file.ts';

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
const CAPTURE_SECONDS = 30;
/** Of receipt printers: eight dots to the millimetre. */
const PRINTER_DPI = 203;

interface Request {
  readonly texts: readonly string[];
  readonly out: string | null;
  readonly milliseconds: number | null;
  readonly settings: string | null;
  /** Keeps the calibration in the settings file. */
  readonly save: boolean;
  readonly json: boolean;
}

/** What a command found: words for people, and the same for a machine. */
interface Answer {
  readonly lines: readonly string[];
  readonly json: object;
  readonly good: boolean;
}

type Command = (manager: DeviceManager, request: Request, io: CommandIo) => Promise<Result<Answer, string>>;

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
  const request = parseRequest(rest);
  if ((command === undefined && name !== 'rules') || !request.ok) {
    for (const line of request.ok ? USAGE : [request.error, ...USAGE]) io.progress(line);
    return 2;
  }
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
  const answer = await command(manager, request.value, io);
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
  let parsed: ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (problem) {
    return err(problem instanceof Error ? problem.message : String(problem));
  }
  const { values, positionals } = parsed;
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

async function list(manager: DeviceManager): Promise<Result<Answer, string>> {
  const report = manager.report();
  const good = report.found.every(({ problem }) => problem === null || problem.code === 'spare');
  return ok({ lines: describeReport(report), json: withExplanations(report), good });
}

async function watch(
  manager: DeviceManager,
  request: Request,
  io: CommandIo,
): Promise<Result<Answer, string>> {
  const tell = (report: DeviceReport) => {
    const lines = request.json ? [JSON.stringify(withExplanations(report))] : describeReport(report);
    for (const line of lines) io.out(line);
  };
  tell(manager.report());
  const unsubscribe = manager.onReport(tell);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    if (request.milliseconds !== null) setTimeout(resolve, request.milliseconds);
  });
  unsubscribe();
  return ok({ lines: [], json: withExplanations(manager.report()), good: true });
}

async function test(manager: DeviceManager): Promise<Result<Answer, string>> {
  const { scanner, cardReader, mrzReader, printer } = manager.devices;
  const statuses = [scanner, cardReader, mrzReader, printer].map((device) => device.status());
  const lines = statuses.map(({ info, status }) => {
    const name = [info.kind, info.model, info.serialNumber ?? ''].filter((part) => part !== '').join(' ');
    return `${name}: ${status.state === 'failed' ? explain(status.problem) : status.state}`;
  });
  return ok({
    lines,
    json: { devices: statuses },
    good: statuses.every(({ status }) => status.state !== 'failed'),
  });
}

async function capture(
  manager: DeviceManager,
  request: Request,
  io: CommandIo,
): Promise<Result<Answer, string>> {
  const { out } = request;
  if (out === null) return err('devices capture wants --out FILE.png');
  const limit = AbortSignal.timeout(request.milliseconds ?? CAPTURE_SECONDS * 1_000);
  io.progress('lay a finger on the glass');
  const finger = await firstFinger(manager.devices, limit);
  if (!finger.ok) return err(finger.error.code === 'cancelled' ? 'no finger came' : explain(finger.error));
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

async function firstFinger(
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

async function apdu(manager: DeviceManager, { texts }: Request): Promise<Result<Answer, string>> {
  const commands = texts.map((text) => text.replace(/\s/g, ''));
  if (commands.length === 0 || commands.some((text) => !/^([0-9a-f]{2}){4,}$/i.test(text))) {
    return err('devices apdu wants commands of at least four bytes in hexadecimal');
  }
  const card = await manager.devices.cardReader.connect();
  if (!card.ok) return err(explain(card.error));
  const answerToReset = hex(card.value.answerToReset);
  const answers: string[] = [];
  for (const command of commands) {
    const answer = await card.value.transmit(Uint8Array.from(Buffer.from(command, 'hex')));
    if (!answer.ok) return err(explain(answer.error));
    answers.push(hex(answer.value));
  }
  return ok({ lines: [`ATR ${answerToReset}`, ...answers], json: { answerToReset, answers }, good: true });
}

async function print(manager: DeviceManager, { texts }: Request): Promise<Result<Answer, string>> {
  const [path] = texts;
  if (path === undefined) return err('devices print wants a picture');
  const image = await readGreyImage(path, { dpi: 203 });
  if (!image.ok) return err(`${path}: ${explainImageError(image.error)}`);
  const { printer } = manager.devices;
  if (image.value.width > printer.dotsAcross) return err(`${path}: wider than ${printer.dotsAcross} dots`);
  const printed = await printer.print(dotsOf(image.value));
  if (!printed.ok) return err(explain(printed.error));
  return ok({ lines: ['printed'], json: { rows: image.value.height }, good: true });
}

async function target(manager: DeviceManager, { out }: Request): Promise<Result<Answer, string>> {
  const drawn = drawTarget(PRINTER_DPI);
  if (out === null) {
    const printed = await manager.devices.printer.print(drawn);
    if (!printed.ok) return err(explain(printed.error));
    return ok({
      lines: ['printed: check with a ruler that it is 10 mm wide'],
      json: { dpi: PRINTER_DPI },
      good: true,
    });
  }
  const data = Uint8Array.from(targetPicture(PRINTER_DPI).pixels, (grey) => (grey < 128 ? 0 : 255));
  try {
    await writeFile(out, encode({ ...drawn, data, channels: 1, depth: 8 }), { flag: 'wx' });
  } catch {
    return err(`${out}: cannot be written, or is there already`);
  }
  return ok({ lines: [`to be printed at ${PRINTER_DPI} dpi`], json: { dpi: PRINTER_DPI }, good: true });
}

async function calibrate(
  manager: DeviceManager,
  request: Request,
  io: CommandIo,
): Promise<Result<Answer, string>> {
  const found = manager
    .report()
    .found.find(({ kind, problem }) => kind === 'fingerprint-scanner' && problem === null);
  const inForce = found?.calibration ?? null;
  if (found === undefined || inForce === null) return err('there is no scanner here that can be calibrated');
  io.progress('lay the printed target on the glass, its black corner at the top left');
  const limit = AbortSignal.timeout(request.milliseconds ?? CAPTURE_SECONDS * 1_000);
  const picture = await firstFinger(manager.devices, limit);
  if (!picture.ok) return err(picture.error.code === 'cancelled' ? 'no target came' : explain(picture.error));
  const read = readTarget(picture.value);
  wipeImage(picture.value);
  if (!read.ok) return err(CALIBRATION_PROBLEMS[read.error]);
  const { dpiAcross, dpiDown } = read.value;
  const measured = calibrationFrom(inForce, read.value);
  const scanner = {
    model: found.model,
    ...(found.serialNumber === null ? {} : { serialNumber: found.serialNumber }),
    ...measured,
  };
  const saved = request.save ? await manager.calibrate(measured) : ok();
  if (!saved.ok) return err(`${request.settings ?? 'the settings'}: cannot be written`);
  const lines = [
    `${dpiAcross.toFixed(1)} dpi across, ${dpiDown.toFixed(1)} dpi down; the settings say ${inForce.dpi}`,
    request.save ? 'saved:' : 'for the settings file (or run this again with --save):',
    JSON.stringify({ scanners: [scanner] }),
  ];
  return ok({ lines, json: { ...read.value, scanner }, good: true });
}

const CALIBRATION_PROBLEMS: Readonly<Record<CalibrationProblem, string>> = {
  'no-target': 'what lies there is not the target: it has to lie whole and flat on the glass',
  askew: 'the target lies askew, or its printer does not print squares: lay it straight',
};

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

function describeReport({ usbProblem, found }: DeviceReport): readonly string[] {
  const lines = found.map(
    ({ kind, model, port, serialNumber, problem }) =>
      `${kind}: ${model} at ${port}, ${serialNumber === null ? 'no serial number' : `serial number ${serialNumber}`}: ${problem === null ? 'works' : explain(problem)}`,
  );
  if (usbProblem !== null) lines.unshift(BUS_EXPLANATIONS[usbProblem.code]);
  return lines.length === 0 ? ['nothing that a desk uses is plugged in'] : lines;
}

function withExplanations({ usbProblem, found }: DeviceReport): object {
  return {
    usb: usbProblem === null ? null : { ...usbProblem, explanation: BUS_EXPLANATIONS[usbProblem.code] },
    found: found.map((device) => ({
      ...device,
      explanation: device.problem === null ? null : PROBLEM_EXPLANATIONS[device.problem.code],
    })),
  };
}

function explain({ code }: DeviceProblem): string {
  return `${code}: ${PROBLEM_EXPLANATIONS[code]}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

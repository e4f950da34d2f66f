import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { Calibration, FoundDevice } from '../src/domain/device-bench.ts';
import { err, ok, type Result } from '../src/domain/result.ts';
import { scannerProfileOf } from './device-profiles.ts';
import type { ScannerProfile } from './fingerprint-scanners/scanner-profile.ts';
import type { SerialPortFound } from './transports/serial-ports.ts';

const usbNumber = z
  .string()
  .regex(/^[0-9a-f]{4}$/i, 'four hexadecimal digits')
  .transform((text) => Number.parseInt(text, 16));

const certificate = z.string().transform((text, context) => {
  try {
    return new X509Certificate(text);
  } catch {
    context.addIssue('is no certificate in PEM');
    return z.NEVER;
  }
});

const lineSchema = z.strictObject({
  baudRate: z.number().int().min(300).max(921_600).default(9_600),
  dataBits: z.union([z.literal(7), z.literal(8)]).default(8),
  parity: z.enum(['none', 'even', 'odd']).default('none'),
  stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
  hardwareFlowControl: z.boolean().default(false),
  dtrDsr: z.boolean().optional(),
});

/**
 * A serial port says nothing of what hangs on it, and the numbers of an adapter belong to its chip: what is there
 * has to be told. `path` stands for a port of the machine itself.
 */
const serialSchema = z
  .strictObject({
    vendorId: usbNumber.optional(),
    productId: usbNumber.optional(),
    serialNumber: z.string().min(1).optional(),
    path: z.string().min(1).optional(),
    device: z.enum(['mrz-reader', 'zfm-scanner', 'escpos-printer']),
    line: lineSchema.prefault({}),
    /** Dots across of a printer: 576 for 80 mm paper, 384 for 58 mm. */
    dotsAcross: z.number().int().min(128).max(1_024).multipleOf(8).default(576),
  })
  .refine(({ vendorId, path }) => vendorId !== undefined || path !== undefined, {
    message: 'wants a vendorId or a path',
  });

/** What calibration found, or another way in which a model's sensor is built in. */
const scannerSchema = z.strictObject({
  model: z.string().min(1),
  /** Of one device; without it, of all of that model. */
  serialNumber: z.string().min(1).optional(),
  dpi: z.number().min(100).max(1_200).optional(),
  flipRows: z.boolean().optional(),
  flipColumns: z.boolean().optional(),
  invert: z.boolean().optional(),
});

const settingsSchema = z.strictObject({
  /** How card readers are reached: by our own CCID driver, or by the system's service. Never both. */
  cardReaders: z.enum(['usb', 'pcsc']).optional(),
  scanners: z.array(scannerSchema).max(100).default([]),
  serial: z.array(serialSchema).max(100).default([]),
  /** A secure biometric interface of a maker, on this machine. */
  biometricService: z
    .strictObject({
      /** PEM certificates of the authorities that vouch for its devices. */
      authorities: z.array(certificate).min(1).max(20),
      firstPort: z.number().int().min(1).max(65_535).default(4_501),
      lastPort: z.number().int().min(1).max(65_535).default(4_510),
    })
    .optional(),
});

/** What a technician has set for the devices of this laptop; the keys are those of the file. */
export type DeviceSettings = z.infer<typeof settingsSchema>;
export type SerialUse = DeviceSettings['serial'][number];

/** Makers of document readers whose serial port sends machine-readable zones: Access-IS, DESKO, Elyctis. */
export const DOCUMENT_READER_MAKERS = ['0db5', '1ac2', '1ffa'];

export const DEFAULT_SETTINGS: DeviceSettings = settingsSchema.parse({});
const KNOWN_SERIAL: readonly SerialUse[] = DOCUMENT_READER_MAKERS.map((vendorId) =>
  serialSchema.parse({ vendorId, device: 'mrz-reader' }),
);

/** Reads a settings file's text; the error names the field and what is wrong with it. */
export function parseDeviceSettings(text: string): Result<DeviceSettings, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err('is no JSON');
  }
  const parsed = settingsSchema.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return err(`${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'is not understood'}`);
}

/** Windows' own driver has its readers; on Linux nobody has them. */
export function cardReadersOf({ cardReaders }: DeviceSettings, platform = process.platform): 'usb' | 'pcsc' {
  return cardReaders ?? (platform === 'win32' ? 'pcsc' : 'usb');
}

/** What hangs on a serial port, as far as it is known. What was set goes before what makers are known for. */
export function serialUseOf(settings: DeviceSettings, port: SerialPortFound): SerialUse | null {
  const fits = (use: SerialUse) =>
    (use.path === undefined || use.path === port.path) &&
    (use.vendorId === undefined || use.vendorId === port.vendorId) &&
    (use.productId === undefined || use.productId === port.productId) &&
    (use.serialNumber === undefined || use.serialNumber === port.serialNumber);
  return [...settings.serial, ...KNOWN_SERIAL].find(fits) ?? null;
}

/** A model's profile with what was set for the model, and then for this very device. */
export function calibrated(
  settings: DeviceSettings,
  profile: ScannerProfile,
  serialNumber: string | null,
): ScannerProfile {
  const ours = settings.scanners.filter(({ model }) => model === profile.model);
  const general = ours.filter((each) => each.serialNumber === undefined);
  const own = ours.filter((each) => each.serialNumber !== undefined && each.serialNumber === serialNumber);
  let { dpi } = profile;
  let { flipRows, flipColumns, invert } = profile.orientation;
  for (const each of [...general, ...own]) {
    dpi = each.dpi ?? dpi;
    flipRows = each.flipRows ?? flipRows;
    flipColumns = each.flipColumns ?? flipColumns;
    invert = each.invert ?? invert;
  }
  return { ...profile, dpi, orientation: { flipRows, flipColumns, invert } };
}

/** What is in force for a scanner that was found; null for what has no profile of ours. */
export function calibrationOf(
  settings: DeviceSettings,
  { kind, model, serialNumber }: Pick<FoundDevice, 'kind' | 'model' | 'serialNumber'>,
): Calibration | null {
  const profile = kind === 'fingerprint-scanner' ? scannerProfileOf(model) : null;
  if (profile === null) return null;
  const { dpi, orientation } = calibrated(settings, profile, serialNumber);
  return { dpi, flipRows: orientation.flipRows, flipColumns: orientation.flipColumns };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  blankLaptopSchema,
  type DevicesOptions,
  type StationOptions,
} from '../../../src/domain/host-wire.ts';
import { LANGUAGES } from '../../../src/domain/language.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { WINDOW_KINDS } from '../../../src/domain/window-kind.ts';
import type { ProgramFiles } from './program-files.ts';

const DEVICE_SETTINGS_FILE = 'devices.json';

/**
 * What this laptop is: written when it is provisioned (or by `tizme start` for a mock election), read by either
 * host. Nothing secret is in it.
 */
export const hostOptionsSchema = z.strictObject({
  dataDirectory: z.string().min(1),
  packageDirectory: z.string().min(1),
  /** What a technician has set for the devices of this laptop; left out, it lies in the data directory. */
  deviceSettingsFile: z.string().min(1).optional(),
  collectorUrl: z.string().min(1).nullable(),
  /** The centre's Ed25519 key, 32 bytes in base64: what it says to have received counts only with its signature. */
  collectorKey: z
    .base64()
    .regex(/^[^=]{43}=$/)
    .nullable()
    .optional(),
  /** The centre's age recipient (`age1...`): what goes there on a stick is sealed to it. */
  collectorRecipient: z
    .string()
    .regex(/^age1[02-9ac-hj-np-z]{58}$/)
    .nullable()
    .optional(),
  language: z.enum(LANGUAGES),
  /** The seed of a mock election; null in any other. */
  seed: z.number().int().min(0).nullable(),
  devices: z.enum(['real', 'simulated']),
  /** Which windows this laptop shows, the first one on the primary monitor. */
  windows: z.array(z.enum(WINDOW_KINDS)).min(1),
  /** Windows cover their monitors and can't be closed. */
  kiosk: z.boolean(),
  /** Pictures of the desk window can't be taken by other programs (Windows and macOS only). */
  contentProtection: z.boolean(),
  /** Left out, or null: this laptop belongs to a station. */
  blank: blankLaptopSchema.nullable().optional(),
});
export type HostOptions = z.infer<typeof hostOptionsSchema>;

/** Reads the options file; the error says whether it is missing or damaged. */
export function readHostOptions(
  path: string,
): Result<HostOptions, { readonly code: 'options-missing' | 'options-damaged' }> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return err({ code: 'options-missing' });
  }
  try {
    return ok(hostOptionsSchema.parse(JSON.parse(text)));
  } catch {
    return err({ code: 'options-damaged' });
  }
}

export function stationOptionsOf(options: HostOptions, program: ProgramFiles): StationOptions {
  return {
    dataDirectory: options.dataDirectory,
    packageDirectory: options.packageDirectory,
    collectorUrl: options.collectorUrl,
    collectorKey: options.collectorKey ?? null,
    collectorRecipient: options.collectorRecipient ?? null,
    language: options.language,
    seed: options.seed,
    fingerprintWorkerUrl: program.fingerprintWorkerEntry.href,
    migrationsDirectory: program.migrationsDirectory,
    fontsDirectory: program.fontsDirectory,
    blank: options.blank ?? null,
  };
}

export function devicesOptionsOf(options: HostOptions): DevicesOptions {
  const settingsFile = options.deviceSettingsFile ?? join(options.dataDirectory, DEVICE_SETTINGS_FILE);
  return { packageDirectory: options.packageDirectory, seed: options.seed, settingsFile };
}

export function devicesEntryOf(options: HostOptions, program: ProgramFiles): URL {
  return options.devices === 'real' ? program.realDevicesEntry : program.simulatedDevicesEntry;
}

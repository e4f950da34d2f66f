import { z } from 'zod';
import { LANGUAGES } from './language.ts';
import { WINDOW_KINDS } from './window-kind.ts';

/**
 * What the host (Electron's main process, or the Chromium host) says to the processes that it starts, and what
 * they answer. There is one port per process. The station's port carries every window and the devices as well:
 * the host only puts an envelope around those messages and never looks into them.
 *
 * Both ends parse what arrives. A process that breaks this protocol has a bug and is restarted.
 */
const windowId = z.string().min(1).max(64);
const path = z.string().min(1).max(4096);
const url = z.string().min(1).max(4096);
const sequence = z.number().int().min(0);

/** The folder of all that this laptop holds, where the table that it becomes is written. */
export const blankLaptopSchema = z.strictObject({
  data: path,
  /** Of a mock election: the folder with its people, so that simulated ones come to the table that it becomes. */
  people: path.nullable(),
});

/**
 * The code of a `fatal` that is none: the laptop became a table of a station, and its host begins again with what is
 * written there.
 */
export const BECAME_TABLE = 'became-table';
/** With which a shell ends that was started with the options of the laptop as it was. */
export const BECAME_TABLE_EXIT = 3;

/** What the station is started with. Nothing secret travels here: keys come out of `dataDirectory`. */
export const stationOptionsSchema = z.strictObject({
  /** Where this laptop keeps its databases and keys. Written by one station process at a time. */
  dataDirectory: path,
  /** The election package that was provisioned (or the mock election's), read only. */
  packageDirectory: path,
  /** Where events are uploaded to; null: no upload. */
  collectorUrl: url.nullable(),
  /** Ed25519, 32 bytes in base64. Without it the centre's receipts are kept as they come. */
  collectorKey: z
    .base64()
    .regex(/^[^=]{43}=$/)
    .nullable(),
  /** Age recipient: what goes to the centre on a stick is sealed to it; null: nothing goes on a stick. */
  collectorRecipient: z
    .string()
    .regex(/^age1[02-9ac-hj-np-z]{58}$/)
    .nullable(),
  /** The language in which the screens start. */
  language: z.enum(LANGUAGES),
  /** The seed of a mock election, so that a rehearsal can be repeated; null in any other. */
  seed: z.number().int().min(0).nullable(),
  /** Entry of the fingerprint worker threads: a file URL, another one from sources than from a bundle. */
  fingerprintWorkerUrl: url,
  /** The folder with the numbered SQL files, `station/` and `register/` in it. */
  migrationsDirectory: path,
  /** The folder with the fonts of printed reports; null: those of the npm package. */
  fontsDirectory: path.nullable(),
  /** A laptop that belongs to no station, and may become a table of one over the network; null: it belongs to one. */
  blank: blankLaptopSchema.nullable().optional(),
});
export type StationOptions = z.infer<typeof stationOptionsSchema>;

export const hostToStationSchema = z.discriminatedUnion('type', [
  /** Comes first, once. */
  z.object({ type: z.literal('start'), options: stationOptionsSchema }),
  /** Also told for every window that is already open when the station is started again. */
  z.object({ type: z.literal('window-opened'), windowId, kind: z.enum(WINDOW_KINDS) }),
  /** `message` is a ToStation (src/station/api); the station parses it. */
  z.object({ type: z.literal('window-message'), windowId, message: z.unknown() }),
  z.object({ type: z.literal('window-closed'), windowId }),
  /** A devices process has started; what follows comes from that one. */
  z.object({ type: z.literal('devices-up') }),
  /** `message` is a FromDevices (devices-wire.ts). */
  z.object({ type: z.literal('devices-message'), message: z.unknown() }),
  /** The devices process has gone; a new one is on its way. */
  z.object({ type: z.literal('devices-down') }),
  /** Answered with a pong at once: a station that does not is stuck, and is restarted. */
  z.object({ type: z.literal('ping'), sequence }),
  /** Finish the transaction under way, close the databases, exit. */
  z.object({ type: z.literal('stop') }),
]);
export type HostToStation = z.infer<typeof hostToStationSchema>;

export const stationToHostSchema = z.discriminatedUnion('type', [
  /** The databases are open and checked: windows can be served. */
  z.object({ type: z.literal('ready') }),
  /** `message` is a FromStation (src/station/api). */
  z.object({ type: z.literal('window-message'), windowId, message: z.unknown() }),
  /** `message` is a ToDevices (devices-wire.ts). */
  z.object({ type: z.literal('devices-message'), message: z.unknown() }),
  /** The devices process no longer answers: end it and start another. */
  z.object({ type: z.literal('restart-devices') }),
  /** The station can't run here, and starting it again would not help. `code` names why, without personal data. */
  z.object({ type: z.literal('fatal'), code: z.string().regex(/^[a-z0-9-]{1,64}$/) }),
  z.object({ type: z.literal('pong'), sequence }),
]);
export type StationToHost = z.infer<typeof stationToHostSchema>;

/** What a devices process is started with. */
export const devicesOptionsSchema = z.strictObject({
  /** Simulated devices take their pretend people, cards and fingers from the mock election's package. */
  packageDirectory: path,
  seed: z.number().int().min(0).nullable(),
  /** What a technician has set for the real devices of this laptop; the file need not be there. */
  settingsFile: path.optional(),
  /** How many times faster than real ones simulated devices are: 1, but for benchmarks. */
  speed: z.number().min(1).max(100).optional(),
});
export type DevicesOptions = z.infer<typeof devicesOptionsSchema>;

export const hostToDevicesSchema = z.discriminatedUnion('type', [
  /** Comes first, once: open the devices. */
  z.object({ type: z.literal('start'), options: devicesOptionsSchema }),
  /** A station has started: what follows comes from that one, and what went before is nobody's any more. */
  z.object({ type: z.literal('connect'), connection: sequence }),
  /** `message` is a ToDevices. */
  z.object({ type: z.literal('message'), message: z.unknown() }),
  z.object({ type: z.literal('stop') }),
]);
export type HostToDevices = z.infer<typeof hostToDevicesSchema>;

export const devicesToHostSchema = z.discriminatedUnion('type', [
  /** The devices are open. */
  z.object({ type: z.literal('ready') }),
  /** What follows is meant for the station of that connection. */
  z.object({ type: z.literal('connected'), connection: sequence }),
  /** `message` is a FromDevices. */
  z.object({ type: z.literal('message'), message: z.unknown() }),
]);
export type DevicesToHost = z.infer<typeof devicesToHostSchema>;

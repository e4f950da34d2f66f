import { z } from 'zod';
import { err, ok, type Result } from '../domain/result.ts';
import { PUBLIC_KEY_BYTES } from '../ledger/device-key.ts';
import { isIdentifier } from '../ledger/event.ts';
import type { RegisteredDevice, StationDescription } from './collector-store.ts';

/** Names are those of signed text. */
const name = z.string().refine(isIdentifier);

const registrationSchema = z.strictObject({
  version: z.literal(1),
  election: name,
  mock: z.boolean(),
  devices: z.array(
    z.strictObject({
      device: name,
      station: name,
      /** Hexadecimal, 32 bytes. */
      publicKey: z.string().regex(new RegExp(`^[0-9a-f]{${PUBLIC_KEY_BYTES * 2}}$`)),
    }),
  ),
  /** What the dashboard shows of them; may be left out, and any of it may be unknown. */
  stations: z
    .array(
      z.strictObject({
        station: name,
        district: z.string().trim().min(1).max(80).nullable().default(null),
        voters: z.int().min(0).nullable().default(null),
        latitude: z.number().min(-90).max(90).nullable().default(null),
        longitude: z.number().min(-180).max(180).nullable().default(null),
      }),
    )
    .default([]),
});

export interface Registration {
  readonly election: string;
  readonly mock: boolean;
  readonly devices: readonly RegisteredDevice[];
  readonly stations: readonly StationDescription[];
}

export type RegistrationFileError =
  | { readonly code: 'malformed' }
  | { readonly code: 'device-twice'; readonly device: string };

/** The devices of an election with their public keys, as provisioning wrote them (JSON). */
export function parseRegistration(text: string): Result<Registration, RegistrationFileError> {
  const parsed = registrationSchema.safeParse(parseJson(text));
  if (!parsed.success) return err({ code: 'malformed' });
  const { election, mock, devices, stations } = parsed.data;
  const seen = new Set<string>();
  for (const { device } of devices) {
    if (seen.has(device)) return err({ code: 'device-twice', device });
    seen.add(device);
  }
  return ok({
    election,
    mock,
    stations,
    devices: devices.map(({ device, station, publicKey }) => ({
      election,
      mock,
      device,
      station,
      publicKey: new Uint8Array(Buffer.from(publicKey, 'hex')),
      origin: 'provisioned',
    })),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

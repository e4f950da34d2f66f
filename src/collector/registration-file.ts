import { z } from 'zod';
import { err, ok, type Result } from '../domain/result.ts';
import { PUBLIC_KEY_BYTES } from '../ledger/device-key.ts';
import { isIdentifier } from '../ledger/event.ts';
import type { RegisteredDevice } from './collector-store.ts';

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
});

export interface Registration {
  readonly election: string;
  readonly mock: boolean;
  readonly devices: readonly RegisteredDevice[];
}

export type RegistrationFileError =
  | { readonly code: 'malformed' }
  | { readonly code: 'device-twice'; readonly device: string };

/** The devices of an election with their public keys, as provisioning wrote them (JSON). */
export function parseRegistration(text: string): Result<Registration, RegistrationFileError> {
  const parsed = registrationSchema.safeParse(parseJson(text));
  if (!parsed.success) return err({ code: 'malformed' });
  const { election, mock, devices } = parsed.data;
  const seen = new Set<string>();
  for (const { device } of devices) {
    if (seen.has(device)) return err({ code: 'device-twice', device });
    seen.add(device);
  }
  return ok({
    election,
    mock,
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

import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { err, ok, type Result } from '../../domain/result.ts';
import { createDeviceSeed, deviceKeyFromSeed } from '../../ledger/device-key.ts';
import { createAgeKeys } from '../../packages/age-sealing.ts';
import { parseJson } from '../../packages/commission.ts';
import type { LaneEntry } from '../../packages/manifest.ts';
import { deriveKey, openRecord, sealRecord } from '../../store/keys.ts';
import { grantCodeKey } from '../../sync/lanes/transport/grant-codes.ts';
import { createLaneCertificate } from '../../sync/lanes/transport/lane-certificate.ts';

const laptopKeysSchema = z.strictObject({
  version: z.literal(1),
  device: z.string(),
  /** Age identity: opens packages that were sealed to this laptop. */
  identity: z.string(),
  recipient: z.string(),
  /** base64. */
  deviceSeed: z.base64(),
  codeSeed: z.base64(),
  certificatePem: z.string(),
  keyPem: z.string(),
});

/** Every key of a laptop, drawn when it is enrolled, before anybody knows what it will be told. */
export type LaptopKeys = z.infer<typeof laptopKeysSchema>;

const PURPOSE = Buffer.from('tizme laptop keys v1', 'utf8');

export async function createLaptopKeys(): Promise<LaptopKeys> {
  const age = await createAgeKeys();
  const certificate = await createLaneCertificate();
  return {
    version: 1,
    // Random, so that it says nothing about who owns the laptop.
    device: `laptop-${randomUUID().slice(0, 12)}`,
    ...age,
    deviceSeed: Buffer.from(createDeviceSeed()).toString('base64'),
    codeSeed: randomBytes(32).toString('base64'),
    ...certificate,
  };
}

/** What others may know of it. */
export function laneEntryOfLaptop(keys: LaptopKeys, lane: number, address: string | null): LaneEntry {
  return {
    ...{ lane, address },
    device: keys.device,
    recipient: keys.recipient,
    ledgerKey: base64(deviceKeyFromSeed(bytes(keys.deviceSeed)).publicKey),
    codeKey: base64(grantCodeKey(bytes(keys.codeSeed))),
    certificate: keys.certificatePem,
  };
}

/** Sealed under the laptop's share: the file alone, on a copied disk, opens nothing. */
export function sealLaptopKeys(keys: LaptopKeys, share: Uint8Array): Uint8Array {
  return sealRecord(keyOf(share), Buffer.from(JSON.stringify(keys), 'utf8'), PURPOSE);
}

export function openLaptopKeys(sealed: Uint8Array, share: Uint8Array): Result<LaptopKeys, 'keys-damaged'> {
  const opened = openRecord(keyOf(share), sealed, PURPOSE);
  if (!opened.ok) return err('keys-damaged');
  const parsed = laptopKeysSchema.safeParse(parseJson(Buffer.from(opened.value).toString('utf8')));
  opened.value.fill(0);
  return parsed.success ? ok(parsed.data) : err('keys-damaged');
}

function keyOf(share: Uint8Array): Uint8Array {
  return deriveKey({ secret: share, info: 'tizme laptop keys sealing v1' });
}

export function bytes(base64Text: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64Text, 'base64'));
}

function base64(value: Uint8Array): string {
  return Buffer.from(value).toString('base64');
}

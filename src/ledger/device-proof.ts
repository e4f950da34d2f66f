import { type DeviceKey, verifySignature } from './device-key.ts';

/**
 * How far a device is, is told to that device alone: it signs what the collector has just drawn for it (Ed25519, RFC
 * 8032, with the key of its log). Lines of plain text, whose first one no head, receipt or checkpoint has.
 */
function challengeText(device: string, challenge: string): Uint8Array {
  return new Uint8Array(Buffer.from(`tizme device proof v1\n${device}\n${challenge}\n`, 'utf8'));
}

/** @returns 64 bytes. */
export function signChallenge(key: DeviceKey, device: string, challenge: string): Uint8Array {
  return key.sign(challengeText(device, challenge));
}

export function isSignedChallenge(
  publicKey: Uint8Array,
  device: string,
  { challenge, signature }: { readonly challenge: string; readonly signature: Uint8Array },
): boolean {
  return verifySignature(publicKey, challengeText(device, challenge), signature);
}

import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { isAbsentOrNull, readAll, readBitString, readChildren, readIdentifier, SEQUENCE } from './der.ts';
import {
  encodeObjectIdentifier,
  hashName,
  isSupportedCurve,
  OBJECT_IDENTIFIERS,
  signatureScheme,
} from './object-identifiers.ts';
import { encodeTlv, type Tlv } from './tlv.ts';

/** `unsupported`: well formed, but with a curve or parameters that this program does not compute. */
export type SignatureCheck = 'valid' | 'invalid' | 'unsupported';

interface Scheme {
  readonly family: 'rsa' | 'rsa-pss' | 'ecdsa';
  readonly hash: string;
  readonly saltLength: number;
}

/**
 * Verifies a signature by a SubjectPublicKeyInfo and an AlgorithmIdentifier, both in DER: RSA PKCS #1 v1.5, RSA-PSS
 * and ECDSA over the NIST curves by name. `digest` is the hash for algorithms that do not name theirs.
 */
export function checkSignature(
  publicKeyInfo: Uint8Array,
  algorithm: Uint8Array,
  digest: string | null,
  signed: Uint8Array,
  signature: Uint8Array,
): SignatureCheck {
  const scheme = readScheme(algorithm, digest);
  if (typeof scheme === 'string') return scheme;
  const key = scheme.family === 'ecdsa' ? readEcKey(publicKeyInfo) : readRsaKey(publicKeyInfo);
  if (typeof key === 'string') return key;
  try {
    return verify(scheme.hash, signed, keyOptions(key, scheme), signature) ? 'valid' : 'invalid';
  } catch {
    // Thrown for a key too short for its hash or salt.
    return 'invalid';
  }
}

function keyOptions(key: KeyObject, scheme: Scheme): Parameters<typeof verify>[2] {
  switch (scheme.family) {
    case 'ecdsa':
      return { key, dsaEncoding: 'der' };
    case 'rsa':
      return { key, padding: constants.RSA_PKCS1_PADDING };
    case 'rsa-pss':
      return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltLength };
  }
}

function readScheme(algorithm: Uint8Array, digest: string | null): Scheme | 'invalid' | 'unsupported' {
  const [identifier, parameters] = readChildren(algorithm, SEQUENCE) ?? [];
  const name = readIdentifier(identifier);
  if (name === null) return 'invalid';
  if (name === OBJECT_IDENTIFIERS.rsaPss) return readPssScheme(parameters);
  if (!isAbsentOrNull(parameters)) return 'invalid';
  if (name === OBJECT_IDENTIFIERS.rsaEncryption) {
    return digest === null ? 'invalid' : { family: 'rsa', hash: digest, saltLength: 0 };
  }
  const scheme = signatureScheme(name);
  if (scheme === null) return 'invalid';
  // CMS wants this hash to be the one over the attributes (RFC 5754, 3), but issuers exist that mix them.
  const [family, hash] = scheme;
  return { family, hash, saltLength: 0 };
}

/** RSASSA-PSS parameters (RFC 4055, 3.1): hash, mask generation with the same hash, salt length; SHA-1 and 20 by default. */
function readPssScheme(parameters: Tlv | undefined): Scheme | 'invalid' | 'unsupported' {
  const fields = parameters?.tag === SEQUENCE ? readAll(parameters.value) : null;
  if (fields === null) return 'invalid';
  const field = (tag: number): Tlv | undefined => fields.find((candidate) => candidate.tag === tag);
  const hash = pssHash(field(0xa0)?.value);
  const [maskName, maskHash] = readChildren(field(0xa1)?.value ?? new Uint8Array(0), SEQUENCE) ?? [];
  const mask = field(0xa1) === undefined ? 'sha1' : pssHash(maskHash?.encoded);
  const maskKnown =
    field(0xa1) === undefined || readIdentifier(maskName) === OBJECT_IDENTIFIERS.maskGeneration1;
  if (hash === null || mask === null || !maskKnown) return 'invalid';
  if (hash !== mask) return 'unsupported';
  const salt = field(0xa2);
  const saltLength = salt === undefined ? 20 : (salt.value.at(-1) ?? 0);
  return { family: 'rsa-pss', hash, saltLength };
}

function pssHash(algorithm: Uint8Array | undefined): string | null {
  if (algorithm === undefined) return 'sha1';
  const identifier = readIdentifier(readChildren(algorithm, SEQUENCE)?.[0]);
  return identifier === null ? null : hashName(identifier);
}

function readEcKey(publicKeyInfo: Uint8Array): KeyObject | 'invalid' | 'unsupported' {
  const [algorithm] = readChildren(publicKeyInfo, SEQUENCE) ?? [];
  const [name, curve] = algorithm === undefined ? [] : (readChildren(algorithm.encoded, SEQUENCE) ?? []);
  if (readIdentifier(name) !== OBJECT_IDENTIFIERS.ecPublicKey) return 'invalid';
  // Explicit parameters (a SEQUENCE) and other curves are left to a later verifier, not called wrong.
  if (curve?.tag === SEQUENCE) return 'unsupported';
  const curveName = readIdentifier(curve);
  if (curveName === null) return 'invalid';
  if (curveName.startsWith(BRAINPOOL)) return 'unsupported';
  return isSupportedCurve(curveName) ? importKey(publicKeyInfo) : 'invalid';
}

const BRAINPOOL = '1.3.36.3.3.2.8.1.1.';

/** Keys marked for PSS only are read as plain RSA keys, because BoringSSL does not know the mark. */
function readRsaKey(publicKeyInfo: Uint8Array): KeyObject | 'invalid' {
  const [algorithm, key] = readChildren(publicKeyInfo, SEQUENCE) ?? [];
  const name =
    algorithm === undefined ? null : readIdentifier(readChildren(algorithm.encoded, SEQUENCE)?.[0]);
  const rsa = name === OBJECT_IDENTIFIERS.rsaEncryption || name === OBJECT_IDENTIFIERS.rsaPss;
  if (!rsa || key === undefined || readBitString(key) === null) return 'invalid';
  const plain = encodeTlv(0x06, encodeObjectIdentifier(OBJECT_IDENTIFIERS.rsaEncryption));
  return importKey(encodeTlv(SEQUENCE, encodeTlv(SEQUENCE, plain, Uint8Array.of(5, 0)), key.encoded));
}

function importKey(publicKeyInfo: Uint8Array): KeyObject | 'invalid' {
  try {
    return createPublicKey({ key: Buffer.from(publicKeyInfo), format: 'der', type: 'spki' });
  } catch {
    // The library throws for a point that is not on the curve and the like.
    return 'invalid';
  }
}

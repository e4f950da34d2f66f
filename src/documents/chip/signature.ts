import { createHash } from 'node:crypto';
import {
  isAbsentOrNull,
  readAll,
  readChildren,
  readIdentifier,
  readPlainAlgorithm,
  SEQUENCE,
} from './der.ts';
import { readDerSignature, readPlainSignature, verifyEcdsa } from './ecdsa.ts';
import {
  hashName,
  isUnsupportedSignature,
  OBJECT_IDENTIFIERS,
  signatureScheme,
} from './object-identifiers.ts';
import {
  type PublicKey,
  type PublicKeyProblem,
  readPublicKeyInfo,
  readSmallNumber,
} from './public-key-info.ts';
import { type PssParameters, verifyPkcs1, verifyPss } from './rsa.ts';
import type { Tlv } from './tlv.ts';

/** `unsupported`: well formed, but with a curve or parameters that this program does not compute. */
export type SignatureCheck = 'valid' | 'invalid' | 'unsupported';

type Scheme =
  | { readonly family: 'rsa' | 'ecdsa'; readonly hash: string }
  | { readonly family: 'rsa-pss'; readonly parameters: PssParameters };

/**
 * Verifies a signature by a SubjectPublicKeyInfo and an AlgorithmIdentifier, both in DER: RSA PKCS #1 v1.5, RSA-PSS
 * and ECDSA. `digest` is the hash for algorithms that do not name theirs.
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
  const key = readPublicKeyInfo(publicKeyInfo);
  if (typeof key === 'string') return key;
  return verifyScheme(scheme, key, signed, signature) ? 'valid' : 'invalid';
}

function verifyScheme(scheme: Scheme, key: PublicKey, signed: Uint8Array, signature: Uint8Array): boolean {
  switch (scheme.family) {
    case 'rsa':
      return key.kind === 'rsa' && verifyPkcs1(key, scheme.hash, signed, signature);
    case 'rsa-pss':
      return key.kind === 'rsa' && verifyPss(key, scheme.parameters, signed, signature);
    case 'ecdsa': {
      // Whatever the algorithm's name promises: issuers mix the two encodings.
      const numbers = readDerSignature(signature) ?? readPlainSignature(signature);
      return key.kind === 'ec' && numbers !== null && verifyEcdsa(key, scheme.hash, signed, numbers);
    }
  }
}

function readScheme(algorithm: Uint8Array, digest: string | null): Scheme | PublicKeyProblem {
  const [identifier, parameters] = readChildren(algorithm, SEQUENCE) ?? [];
  const name = readIdentifier(identifier);
  if (name === null) return 'invalid';
  if (isUnsupportedSignature(name)) return 'unsupported';
  if (name === OBJECT_IDENTIFIERS.rsaPss) return readPssScheme(parameters, digest);
  // Some signers name the kind of their key instead of an algorithm. SHA-1's identifier is one altered bit away.
  if (name === OBJECT_IDENTIFIERS.ecPublicKey) {
    return digest === null || digest === 'sha1' ? 'invalid' : { family: 'ecdsa', hash: digest };
  }
  if (name === OBJECT_IDENTIFIERS.ecdsaWithSpecified) {
    const hash = readPlainAlgorithm(parameters);
    const specified = hash === null ? null : hashName(hash);
    return specified === null ? 'invalid' : { family: 'ecdsa', hash: specified };
  }
  if (!isAbsentOrNull(parameters)) return 'invalid';
  if (name === OBJECT_IDENTIFIERS.rsaEncryption) {
    return digest === null ? 'invalid' : { family: 'rsa', hash: digest };
  }
  const scheme = signatureScheme(name);
  if (scheme === null) return 'invalid';
  // CMS wants this hash to be the one over the attributes (RFC 5754, 3), but issuers exist that mix them.
  const [family, hash] = scheme;
  return { family, hash };
}

/** RSASSA-PSS parameters (RFC 4055, 3.1): hash, mask generation, salt length; SHA-1 and 20 by default. */
function readPssScheme(parameters: Tlv | undefined, digest: string | null): Scheme | 'invalid' {
  if (isAbsentOrNull(parameters) && digest !== null) {
    // Left away they mean SHA-1 (RFC 4055, 3.1), but are met with whatever the signer's digest is.
    const saltLength = createHash(digest).digest().length;
    return { family: 'rsa-pss', parameters: { hash: digest, maskHash: digest, saltLength } };
  }
  const fields = parameters?.tag === SEQUENCE ? readAll(parameters.value) : null;
  if (fields === null || fields.some(({ tag }) => tag < 0xa0 || tag > 0xa3)) return 'invalid';
  const field = (tag: number): Tlv | undefined => fields.find((candidate) => candidate.tag === tag);
  const hash = pssHash(field(0xa0)?.value);
  const [maskName, maskAlgorithm] = readChildren(field(0xa1)?.value ?? new Uint8Array(0), SEQUENCE) ?? [];
  const named = field(0xa1) !== undefined;
  const maskHash = named ? pssHash(maskAlgorithm?.encoded ?? new Uint8Array(0)) : 'sha1';
  const maskKnown = !named || readIdentifier(maskName) === OBJECT_IDENTIFIERS.maskGeneration1;
  const salt = field(0xa2);
  const saltLength = salt === undefined ? 20 : readSmallNumber(readAll(salt.value)?.[0]);
  const trailer = field(0xa3);
  const trailerKnown = trailer === undefined || readSmallNumber(readAll(trailer.value)?.[0]) === 1;
  if (hash === null || maskHash === null || saltLength === null || !maskKnown || !trailerKnown)
    return 'invalid';
  return { family: 'rsa-pss', parameters: { hash, maskHash, saltLength } };
}

function pssHash(algorithm: Uint8Array | undefined): string | null {
  if (algorithm === undefined) return 'sha1';
  const identifier = readIdentifier(readChildren(algorithm, SEQUENCE)?.[0]);
  return identifier === null ? null : hashName(identifier);
}

/** The object identifiers that documents meet (RFC 5652, 5280, 5758, 4055; ICAO 9303-10 to 12; BSI TR-03110-3). */
export const OBJECT_IDENTIFIERS = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  ldsSecurityObject: '2.23.136.1.1.1',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  authorityKeyIdentifier: '2.5.29.35',
  subjectKeyIdentifier: '2.5.29.14',
  basicConstraints: '2.5.29.19',
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsaPss: '1.2.840.113549.1.1.10',
  maskGeneration1: '1.2.840.113549.1.1.8',
  /** ECDSA whose parameters are the hash (RFC 3279 knew SHA-1 only; X9.62, 7.4). */
  ecdsaWithSpecified: '1.2.840.10045.4.3',
  ecPublicKey: '1.2.840.10045.2.1',
  ecdhPublicKey: '1.3.132.1.12',
  primeField: '1.2.840.10045.1.1',
  dhKeyAgreement: '1.2.840.113549.1.3.1',
  dhPublicNumber: '1.2.840.10046.2.1',
  standardizedDomain: '0.4.0.127.0.7.1.2',
  chipSecurityObject: '0.4.0.127.0.7.3.2.1',
  masterList: '2.23.136.1.1.2',
  masterListSigning: '2.23.136.1.1.3',
  extendedKeyUsage: '2.5.29.37',
  activeAuthentication: '2.23.136.1.1.5',
  /** PACE by ECDH with chip authentication mapping, before the number of its cipher. */
  paceChipMapping: '0.4.0.127.0.7.2.2.4.6',
} as const;

const HASHES: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Signature algorithms that name their hash: family and hash. */
const SIGNATURES: Readonly<Record<string, readonly ['rsa' | 'ecdsa', string]>> = {
  '1.2.840.113549.1.1.5': ['rsa', 'sha1'],
  // The same in an older tree (OIW).
  '1.3.14.3.2.29': ['rsa', 'sha1'],
  '1.2.840.113549.1.1.14': ['rsa', 'sha224'],
  '1.2.840.113549.1.1.11': ['rsa', 'sha256'],
  '1.2.840.113549.1.1.12': ['rsa', 'sha384'],
  '1.2.840.113549.1.1.13': ['rsa', 'sha512'],
  '1.2.840.10045.4.1': ['ecdsa', 'sha1'],
  '1.2.840.10045.4.3.1': ['ecdsa', 'sha224'],
  '1.2.840.10045.4.3.2': ['ecdsa', 'sha256'],
  '1.2.840.10045.4.3.3': ['ecdsa', 'sha384'],
  '1.2.840.10045.4.3.4': ['ecdsa', 'sha512'],
  // BSI TR-03111, 5.2.1: the same signatures as two numbers side by side.
  '0.4.0.127.0.7.1.1.4.1.1': ['ecdsa', 'sha1'],
  '0.4.0.127.0.7.1.1.4.1.2': ['ecdsa', 'sha224'],
  '0.4.0.127.0.7.1.1.4.1.3': ['ecdsa', 'sha256'],
  '0.4.0.127.0.7.1.1.4.1.4': ['ecdsa', 'sha384'],
  '0.4.0.127.0.7.1.1.4.1.5': ['ecdsa', 'sha512'],
};

/**
 * Signatures that documents may have and this program does not compute: DSA, GOST R 34.10, SM2, EdDSA. Any other unknown identifier
 * is an altered one of those above.
 */
const UNSUPPORTED_SIGNATURES =
  /^(1\.2\.840\.10040\.4\.3|2\.16\.840\.1\.101\.3\.4\.3\.[1-4]|1\.2\.643\.2\.2\.[34]|1\.2\.643\.7\.1\.1\.3\.[23]|1\.2\.156\.10197\.1\.501|1\.3\.101\.11[23])$/;

export function isUnsupportedSignature(identifier: string): boolean {
  return UNSUPPORTED_SIGNATURES.test(identifier);
}

/** The name that node:crypto has for a hash, or null for an unknown one. Some signers name their whole algorithm instead of its hash. */
export function hashName(identifier: string): string | null {
  return HASHES[identifier] ?? SIGNATURES[identifier]?.[1] ?? null;
}

export function signatureScheme(identifier: string): readonly ['rsa' | 'ecdsa', string] | null {
  return SIGNATURES[identifier] ?? null;
}

/** Dotted form of an object identifier's content bytes (X.690, 8.19); null when it is cut or too large. */
export function decodeObjectIdentifier(bytes: Uint8Array): string | null {
  const arcs: number[] = [];
  let arc = 0;
  let open = false;
  for (const byte of bytes) {
    arc = arc * 128 + (byte & 0x7f);
    if (arc > 0xffff_ffff) return null;
    open = byte >= 0x80;
    if (open) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first, ...rest] = arcs;
  if (first === undefined || open) return null;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join('.');
}

/** Content bytes of a dotted object identifier. */
export function encodeObjectIdentifier(dotted: string): Uint8Array {
  const [root = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return Uint8Array.from([root * 40 + second, ...rest].flatMap(encodeArc));
}

function encodeArc(arc: number): readonly number[] {
  const bytes = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
    bytes.unshift((left % 128) | 0x80);
  return bytes;
}

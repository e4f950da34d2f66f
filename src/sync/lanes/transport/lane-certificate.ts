// The certificate library's own container wants it.
import 'reflect-metadata';
import { createHash, webcrypto, X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import * as x509 from '@peculiar/x509';

/** What a lane authenticates itself with on the local network. The key is PKCS #8 in PEM, a secret of the lane. */
export interface LaneCertificate {
  readonly certificatePem: string;
  readonly keyPem: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** A wrong clock must not lock a lane out (RFC 5280 section 4.1.2.5 for the last second that can be written). */
const ALWAYS = { notBefore: new Date(0), notAfter: new Date('9999-12-31T23:59:59Z') };

/**
 * A certificate for one lane, signed by itself: trust comes from the roster, which names it. Its subject is a
 * random number, so that whoever connects learns neither election nor station from it. ECDSA P-256 because
 * Electron's TLS refuses Ed25519 certificates.
 */
export async function createLaneCertificate(): Promise<LaneCertificate> {
  const provider = webcrypto as unknown as Crypto;
  x509.cryptoProvider.set(provider);
  const keys = await provider.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const serial = Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)));
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial.toString('hex'),
    name: `CN=${serial.toString('hex')}`,
    ...ALWAYS,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign, true),
      new x509.BasicConstraintsExtension(true, 0, true),
    ],
  });
  const pkcs8 = Buffer.from(await provider.subtle.exportKey('pkcs8', keys.privateKey));
  const keyPem = `-----BEGIN PRIVATE KEY-----\n${pkcs8.toString('base64')}\n-----END PRIVATE KEY-----\n`;
  return { certificatePem: certificate.toString('pem'), keyPem };
}

/** SHA-256 over the certificate's DER, in hex: what the roster pins. */
export function fingerprintOf(certificatePem: string): string {
  return createHash('sha256').update(new X509Certificate(certificatePem).raw).digest('hex');
}

/** The same of the certificate that the other end of a connection has shown; empty where it showed none. */
export function fingerprintOfPeer(socket: TLSSocket): string {
  const { raw } = socket.getPeerCertificate(false);
  return raw === undefined ? '' : createHash('sha256').update(raw).digest('hex');
}

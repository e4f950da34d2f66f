import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { err, ok, type Result } from '../../domain/result.ts';
import type { LaneCertificate } from '../lanes/transport/lane-certificate.ts';
import { commitmentTo, comparedDigits, drawNonce } from './comparison.ts';
import { isProof, type Pairing, pairingProof } from './pairing-code.ts';
import { SpareChannel } from './spare-channel.ts';
import {
  LONGEST_MESSAGE,
  type OfferedFile,
  SPARE_PROTOCOL,
  type SpareKeys,
  type SpareOffer,
} from './spare-messages.ts';

export type KnockFault =
  /** Nobody answers at any of the addresses. */
  | 'table-not-reached'
  /** Not the table whose screen shows the code. */
  | 'wrong-code'
  /** People at the table, or here, say that both screens show different digits. */
  | 'codes-differ'
  /** That table shows a code, which is to be entered with its address. */
  | 'code-needed'
  | 'other-version'
  | 'other-certificate'
  | 'door-taken'
  /** The connection broke in the middle of it. */
  | 'table-lost'
  /** What arrived is not what was offered. */
  | 'file-changed'
  | 'disk-failed'
  /** The table could not put it on record. */
  | 'not-admitted';

export interface LetIn {
  readonly offer: SpareOffer;
  /** Which of the addresses answered. */
  readonly address: string;
  /** Every file of the offer into a folder, compared with its hash. */
  fetch(folder: string, onProgress: (bytes: number, of: number) => void): Promise<Result<void, KnockFault>>;
  /** Everything is verified and on this disk: from the table's answer on this laptop is the lane. */
  ready(): Promise<Result<void, KnockFault>>;
  close(): void;
}

const CONNECT_MS = 5_000;

/** A spare at the table that shows the code: both prove that they know it before anything else is said. */
export async function knock(options: {
  readonly pairing: Pairing;
  readonly version: string;
  readonly certificate: LaneCertificate;
  readonly keys: SpareKeys;
}): Promise<Result<LetIn, KnockFault>> {
  const { pairing, version, certificate, keys } = options;
  const reached = await reach(pairing.addresses, certificate);
  if (reached === null) return err('table-not-reached');
  const { socket, address } = reached;
  const channel = new SpareChannel(socket);
  channel.allow(LONGEST_MESSAGE);
  channel.send({
    type: 'knock',
    ...{ protocol: SPARE_PROTOCOL, version, keys },
    proof: pairingProof(socket, pairing.code, 'spare'),
  });
  const answer = await channel.next();
  if (answer?.type !== 'offer') {
    socket.destroy();
    return err(answer?.type === 'refused' ? faultOf(answer.code) : 'table-lost');
  }
  const { proof } = answer;
  if (proof === undefined || !isProof(proof, pairingProof(socket, pairing.code, 'table'))) {
    socket.destroy();
    return err('wrong-code');
  }
  return ok(letIn(channel, answer.offer, address));
}

/** A table and this laptop show the same digits, if nobody stands between them. */
export interface MetTable {
  readonly digits: string;
  /** Which of the addresses answered. */
  readonly address: string;
  /** The table's answer, once the people here said that the digits are the same, and those there; or why not. */
  readonly answer: Promise<Result<LetIn, KnockFault>>;
  /** The people at this laptop say so. */
  same(): void;
  /** They say that the digits differ: the answer is that, and nothing was let in. */
  differ(): void;
  close(): void;
}

/** A spare at a table that lets one in: digits come up on both screens, to be compared. */
export async function meetTable(options: {
  readonly addresses: readonly string[];
  readonly version: string;
  readonly certificate: LaneCertificate;
  readonly keys: SpareKeys;
}): Promise<Result<MetTable, KnockFault>> {
  const { addresses, version, certificate, keys } = options;
  const reached = await reach(addresses, certificate);
  if (reached === null) return err('table-not-reached');
  const { socket, address } = reached;
  const channel = new SpareChannel(socket);
  channel.allow(LONGEST_MESSAGE);
  const spare = drawNonce();
  channel.send({ type: 'meet', protocol: SPARE_PROTOCOL, version, commitment: commitmentTo(spare), keys });
  const number = await channel.next();
  if (number?.type !== 'number') {
    socket.destroy();
    return err(number?.type === 'refused' ? faultOf(number.code) : 'table-lost');
  }
  channel.send({ type: 'number', nonce: spare });
  let differs = false;
  return ok({
    digits: comparedDigits(socket, { spare, table: number.nonce, keys }),
    address,
    answer: channel.next().then((answer) => {
      if (answer?.type === 'offer') return ok(letIn(channel, answer.offer, address));
      socket.destroy();
      if (differs) return err('codes-differ');
      return err(answer?.type === 'refused' ? faultOf(answer.code) : 'table-lost');
    }),
    same: () => channel.send({ type: 'same' }),
    differ() {
      differs = true;
      channel.send({ type: 'refused', code: 'codes-differ' });
      channel.close();
    },
    close: () => socket.destroy(),
  });
}

function letIn(channel: SpareChannel, offer: SpareOffer, address: string): LetIn {
  return {
    ...{ offer, address },
    fetch: (folder, onProgress) => fetchAll(channel, offer, folder, onProgress),
    async ready() {
      channel.send({ type: 'ready' });
      const said = await channel.next();
      if (said?.type === 'admitted') return ok();
      return err(said?.type === 'refused' ? 'not-admitted' : 'table-lost');
    },
    close: () => channel.close(),
  };
}

async function fetchAll(
  channel: SpareChannel,
  { files }: SpareOffer,
  folder: string,
  onProgress: (bytes: number, of: number) => void,
): Promise<Result<void, KnockFault>> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const file of files) {
    const fetched = await fetchFile(channel, file, folder, (bytes) => {
      done += bytes;
      onProgress(done, total);
    });
    if (!fetched.ok) {
      channel.socket.destroy();
      return fetched;
    }
  }
  return ok();
}

async function fetchFile(
  channel: SpareChannel,
  { name, bytes, sha256 }: OfferedFile,
  folder: string,
  onPiece: (bytes: number) => void,
): Promise<Result<void, KnockFault>> {
  let descriptor: number;
  try {
    descriptor = openSync(join(folder, name), 'wx', 0o600);
  } catch {
    return err('disk-failed');
  }
  const hash = createHash('sha256');
  try {
    for (let at = 0; at < bytes; ) {
      channel.send({ type: 'fetch', name, at });
      const piece = await channel.next();
      if (piece?.type !== 'piece') return err('table-lost');
      if (piece.bytes.length === 0 || at + piece.bytes.length > bytes) return err('file-changed');
      hash.update(piece.bytes);
      for (let written = 0; written < piece.bytes.length; )
        written += writeSync(descriptor, piece.bytes, written);
      at += piece.bytes.length;
      onPiece(piece.bytes.length);
    }
    fsyncSync(descriptor);
  } catch {
    return err('disk-failed');
  } finally {
    closeSync(descriptor);
  }
  return hash.digest('hex') === sha256 ? ok() : err('file-changed');
}

async function reach(
  addresses: readonly string[],
  certificate: LaneCertificate,
): Promise<{ readonly socket: TLSSocket; readonly address: string } | null> {
  for (const address of addresses) {
    const colon = address.lastIndexOf(':');
    const socket = await new Promise<TLSSocket | null>((resolve) => {
      const opened = connect({
        host: address.slice(0, colon).replaceAll(/^\[|\]$/g, ''),
        port: Number(address.slice(colon + 1)),
        cert: certificate.certificatePem,
        key: certificate.keyPem,
        minVersion: 'TLSv1.3',
        servername: '',
        // Who answers has to prove the code; no certificate is known beforehand.
        rejectUnauthorized: false,
      });
      opened.setTimeout(CONNECT_MS, () => opened.destroy());
      opened.once('secureConnect', () => resolve(opened));
      opened.once('error', () => resolve(null));
      opened.once('close', () => resolve(null));
    });
    if (socket !== null) return { socket, address };
  }
  return null;
}

function faultOf(code: string): KnockFault {
  switch (code) {
    case 'wrong-code':
    case 'codes-differ':
    case 'code-needed':
    case 'other-version':
    case 'other-certificate':
    case 'door-taken':
      return code;
    default:
      return 'not-admitted';
  }
}

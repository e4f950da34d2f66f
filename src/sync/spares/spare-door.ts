import { closeSync, openSync, readSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Result } from '../../domain/result.ts';
import {
  fingerprintOf,
  fingerprintOfPeer,
  type LaneCertificate,
} from '../lanes/transport/lane-certificate.ts';
import { reachableAddresses } from '../lanes/transport/reachable-addresses.ts';
import { comparedDigits, drawNonce, isCommitted } from './comparison.ts';
import { isProof, type PairingCode, pairingProof } from './pairing-code.ts';
import { SpareChannel } from './spare-channel.ts';
import {
  LONGEST_MESSAGE,
  type OfferedFile,
  PIECE_BYTES,
  SPARE_PROTOCOL,
  type SpareKeys,
  type SpareMessage,
  type SpareOffer,
} from './spare-messages.ts';

/** How a spare shows that it is the one which these people let in. */
export type DoorCheck =
  /** It is told the code of this table's screen. */
  | { readonly by: 'code'; readonly code: PairingCode }
  /** Both screens show digits, and people at both say that they are the same. */
  | { readonly by: 'people'; readonly onMeeting: (meeting: DoorMeeting) => void };

export interface DoorMeeting {
  readonly digits: string;
  /** What the people at the table say. */
  decide(same: boolean): void;
  /** How it ended, unless the people at the table ended it: those at the spare say no, or it went away. */
  readonly gone: Promise<'digits-differ' | 'went-away'>;
}

export interface SpareDoorOptions {
  readonly certificate: LaneCertificate;
  readonly version: string;
  readonly check: DoorCheck;
  readonly listen: { readonly host: string; readonly port: number };
  readonly offer: SpareOffer;
  /** Where the files of the offer lie. */
  readonly files: ReadonlyMap<string, string>;
  /** Puts it on record: from then on the spare counts, and the laptop before it does not. */
  readonly admit: (spare: SpareKeys) => Result<unknown, string>;
  readonly onProgress: (bytes: number, of: number) => void;
}

export type DoorOutcome =
  | { readonly outcome: 'admitted'; readonly device: string }
  /** The disk refused, or it is admitted already. */
  | { readonly outcome: 'not-admitted'; readonly code: string }
  /** So many wrong codes, or digits that differed: somebody tries. */
  | { readonly outcome: 'too-many-wrong-codes' }
  | { readonly outcome: 'closed' };

export interface SpareDoor {
  /** `host:port`, for every network that this laptop is on. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** What came of it; the door is shut then. */
  readonly finished: Promise<DoorOutcome>;
  close(): void;
}

const MOST_WRONG_CODES = 5;
/** Connections at a time, whoever fills them. */
const MOST_CONNECTIONS = 8;
const FIRST_WORD_MS = 5_000;

/**
 * Open for one spare, as long as the two people who opened it leave it open: mutual TLS 1.3, any certificate, and on it
 * the proof of the code that this table's screen shows, or people who compare what both screens show. What is handed over
 * before that is nothing.
 */
export async function openSpareDoor(options: SpareDoorOptions): Promise<SpareDoor> {
  const { certificate, listen } = options;
  const sockets = new Set<TLSSocket>();
  let settle: (outcome: DoorOutcome) => void = () => {};
  const finished = new Promise<DoorOutcome>((resolve) => {
    settle = resolve;
  });
  const shut = (outcome: DoorOutcome): void => {
    settle(outcome);
    server.close();
    for (const socket of sockets) if (!socket.writableEnded) socket.destroy();
  };
  const visits = new Visits(options, shut);
  const server = createServer(
    {
      cert: certificate.certificatePem,
      key: certificate.keyPem,
      minVersion: 'TLSv1.3',
      // Eight that say nothing would hold the door for two minutes otherwise.
      handshakeTimeout: FIRST_WORD_MS,
      requestCert: true,
      // Nobody knows the spare's certificate yet: the code vouches for it, and TLS has its key proven.
      rejectUnauthorized: false,
    },
    (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      visits.receive(socket).catch((cause: unknown) => {
        socket.destroy();
        // A disk that fails is told by the connection that ends; a bug goes on being thrown.
        if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
      });
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('connection', (socket) => socket.on('error', () => socket.destroy()));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...{ addresses: reachableAddresses(listen.host, port), port },
    finished,
    close: () => shut({ outcome: 'closed' }),
  };
}

class Visits {
  readonly #options: SpareDoorOptions;
  readonly #shut: (outcome: DoorOutcome) => void;
  #wrongCodes = 0;
  /** The spare that has shown the code: nobody else is served while it is there. */
  #guest: string | null = null;
  #meeting = false;

  constructor(options: SpareDoorOptions, shut: (outcome: DoorOutcome) => void) {
    this.#options = options;
    this.#shut = shut;
  }

  async receive(socket: TLSSocket): Promise<void> {
    const { check, version, offer } = this.#options;
    const channel = new SpareChannel(socket);
    const first = await firstWord(channel);
    if (first?.type !== 'knock' && first?.type !== 'meet') return void socket.destroy();
    if (first.protocol !== SPARE_PROTOCOL || first.version !== version)
      return this.#refuse(channel, 'other-version');
    if (first.type === 'meet')
      return check.by === 'people'
        ? this.#meet(channel, first, check.onMeeting)
        : this.#refuse(channel, 'code-needed');
    if (check.by !== 'code' || !isProof(first.proof, pairingProof(socket, check.code, 'spare')))
      return this.#refuseWrong(channel, 'wrong-code');
    const { keys } = first;
    if (!this.#mayEnter(channel, keys)) return;
    this.#guest = keys.device;
    channel.allow(LONGEST_KNOCK_AFTER);
    channel.send({ type: 'offer', proof: pairingProof(socket, check.code, 'table'), offer });
    await this.#serve(channel, keys);
  }

  #mayEnter(channel: SpareChannel, keys: SpareKeys): boolean {
    // The certificate that it will show to the tables is the one whose key it has just proven.
    if (fingerprintOfPem(keys.certificate) !== fingerprintOfPeer(channel.socket)) {
      this.#refuse(channel, 'other-certificate');
      return false;
    }
    if (this.#guest === null || this.#guest === keys.device) return true;
    this.#refuse(channel, 'door-taken');
    return false;
  }

  /** Digits on both screens; the offer goes out once the people at both say that they are the same. */
  async #meet(
    channel: SpareChannel,
    { keys, commitment }: Extract<SpareMessage, { type: 'meet' }>,
    onMeeting: (meeting: DoorMeeting) => void,
  ): Promise<void> {
    // Also one that came before with the same keys: whoever is being compared now is.
    if (!this.#mayEnter(channel, keys) || this.#meeting) {
      if (this.#meeting) this.#refuse(channel, 'door-taken');
      return;
    }
    this.#guest = keys.device;
    this.#meeting = true;
    const { socket } = channel;
    const gone = Promise.withResolvers<'digits-differ' | 'went-away'>();
    socket.once('close', () => gone.resolve('went-away'));
    try {
      const table = drawNonce();
      channel.send({ type: 'number', nonce: table });
      const told = await firstWord(channel);
      if (told?.type !== 'number' || !isCommitted(commitment, told.nonce)) return void socket.destroy();
      const digits = comparedDigits(socket, { spare: told.nonce, table, keys });
      const decision = Promise.withResolvers<boolean>();
      onMeeting({ digits, decide: decision.resolve, gone: gone.promise });
      const word = channel.next().then((said) => {
        if (said?.type === 'refused') gone.resolve('digits-differ');
        return said;
      });
      const same = await Promise.race([decision.promise, gone.promise]);
      if (same === false) return this.#refuseWrong(channel, 'codes-differ');
      if (same === 'digits-differ' || (await word)?.type === 'refused')
        return this.#refuseWrong(channel, 'codes-differ');
      if (same === 'went-away' || (await word)?.type !== 'same') return void socket.destroy();
      channel.allow(LONGEST_KNOCK_AFTER);
      channel.send({ type: 'offer', offer: this.#options.offer });
      await this.#serve(channel, keys);
    } finally {
      this.#meeting = false;
      this.#guest = null;
    }
  }

  async #serve(channel: SpareChannel, keys: SpareKeys): Promise<void> {
    const { offer, files, admit, onProgress } = this.#options;
    const total = offer.files.reduce((sum, { bytes }) => sum + bytes, 0);
    let sent = 0;
    for (;;) {
      const asked = await channel.next();
      if (asked?.type === 'ready') break;
      const file = asked?.type === 'fetch' ? files.get(asked.name) : undefined;
      const offered = offer.files.find(({ name }) => asked?.type === 'fetch' && name === asked.name);
      if (
        asked?.type !== 'fetch' ||
        file === undefined ||
        offered === undefined ||
        asked.at >= offered.bytes
      ) {
        channel.socket.destroy();
        // It may come again with the same keys, as after a cable that was pulled.
        return;
      }
      const bytes = readPiece(file, asked.at, offered);
      sent += bytes.length;
      onProgress(Math.min(sent, total), total);
      channel.send({ type: 'piece', bytes });
    }
    const admitted = admit(keys);
    if (!admitted.ok) {
      this.#refuse(channel, admitted.error);
      this.#shut({ outcome: 'not-admitted', code: admitted.error });
      return;
    }
    channel.send({ type: 'admitted' });
    channel.close();
    this.#shut({ outcome: 'admitted', device: keys.device });
  }

  #refuseWrong(channel: SpareChannel, code: string): void {
    this.#wrongCodes += 1;
    this.#refuse(channel, code);
    if (this.#wrongCodes >= MOST_WRONG_CODES) this.#shut({ outcome: 'too-many-wrong-codes' });
  }

  #refuse(channel: SpareChannel, code: string): void {
    channel.send({ type: 'refused', code });
    channel.close();
  }
}

/** Whoever says nothing holds no place. */
async function firstWord(channel: SpareChannel): Promise<SpareMessage | null> {
  const impatience = setTimeout(() => channel.socket.destroy(), FIRST_WORD_MS);
  const word = await channel.next();
  clearTimeout(impatience);
  return word;
}

/** A spare only asks. */
const LONGEST_KNOCK_AFTER = Math.min(LONGEST_MESSAGE, 1_024);

function readPiece(file: string, at: number, { bytes }: OfferedFile): Uint8Array {
  const descriptor = openSync(file, 'r');
  try {
    const piece = new Uint8Array(Math.min(PIECE_BYTES, bytes - at));
    const read = readSync(descriptor, piece, 0, piece.length, at);
    return piece.subarray(0, read);
  } finally {
    closeSync(descriptor);
  }
}

function fingerprintOfPem(pem: string): string | null {
  try {
    return fingerprintOf(pem);
  } catch {
    return null;
  }
}

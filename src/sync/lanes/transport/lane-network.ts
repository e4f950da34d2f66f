import type { AddressInfo } from 'node:net';
import {
  connect,
  createSecureContext,
  createServer,
  type SecureContext,
  type Server,
  type TLSSocket,
} from 'node:tls';
import type { LaneNumber } from '../../../domain/lanes/tenure.ts';
import type { CancelTimer, Timer } from '../../../domain/timer.ts';
import type { LedgerIdentity } from '../../../ledger/event.ts';
import type { LaneMessage } from '../lane-message.ts';
import type { LaneLinks } from '../lane-ports.ts';
import type { WitnessMessage } from '../peer-witnesses.ts';
import type { StationRange } from '../station-log/station-range.ts';
import { AnsweringLanes } from './answering-lanes.ts';
import { fingerprintOf, fingerprintOfPeer, type LaneCertificate } from './lane-certificate.ts';
import {
  decodeFrame,
  encodeFrame,
  FrameCutter,
  type Introduction,
  LANE_PROTOCOL,
  type LaneFrame,
  LONGEST_FRAME,
} from './lane-frame.ts';
import { type LaneRoster, type RosterLane, withSpare } from './lane-roster.ts';
import { OwnEnds } from './own-ends.ts';
import { StrangerGate } from './stranger-gate.ts';

export interface LaneNetworkOptions {
  readonly identity: LedgerIdentity;
  readonly lane: LaneNumber;
  readonly version: string;
  readonly roster: LaneRoster;
  readonly certificate: LaneCertificate;
  /** Where others connect to; port 0 takes any. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly timer: Timer;
  readonly random: () => number;
  readonly events: {
    linkUp(lane: LaneNumber): void;
    linkDown(lane: LaneNumber): void;
    message(lane: LaneNumber, message: LaneMessage<StationRange>): void;
    witness(lane: LaneNumber, message: WitnessMessage): void;
    /** Another machine showed this lane's own certificate. */
    metItself(): void;
    /** A lane has shown its key and can't be worked with, or can again, or is silent: `misfit` and `answers` say so. */
    misfitChanged(): void;
  };
}

/** Why a lane that has shown its key is not connected: its program is of another version, or it is of another election. */
export type Misfit = 'version' | 'election';

/**
 * Who answers at an address: a table of this station that is connected, this very laptop, a table that can't be worked
 * with, or somebody who is none of this station; null where nobody does, or has not yet.
 */
export type Answer = 'table' | 'itself' | Misfit | 'stranger' | null;

/** Whoever has not introduced itself by then is hung up on. */
const INTRODUCTION_MS = 3_000;
/** Longer than either end of such a connection is held. */
const OWN_ENDS_KEPT_MS = 4 * INTRODUCTION_MS;
const LEAST_RETRY_MS = 100;
const MOST_RETRY_MS = 600;
/** So many rounds the higher of two lanes leaves the dialling to the lower one. */
const HIGHER_LANE_WAITS = 3;
/** Connections that have not shown who they are: so many at a time, whoever fills them. */
const MOST_STRANGERS = 32;
/** Addresses that somebody announced and at which no lane has answered yet: so many, the newest. */
const MOST_HEARD = 32;
/** A lane that doesn't take what it is sent for so long a queue is dropped, and caught up later. */
const MOST_QUEUED_BYTES = 64 * 1024 * 1024;

interface Link {
  readonly socket: TLSSocket;
  readonly lane: LaneNumber;
  /** Of its two lanes the one with the lower number dialled. */
  readonly byLower: boolean;
  /** Not older than whatever the other end was dialling when it came about. */
  fresh: boolean;
}

/**
 * Connections among the lanes: mutual TLS 1.3 with the certificates of the roster and no others. A stranger learns
 * a random number and that TLS is spoken; election, station and lane are said only between two lanes of the roster.
 */
export class LaneNetwork implements LaneLinks<StationRange> {
  readonly #options: LaneNetworkOptions;
  #roster: LaneRoster;
  readonly #laneOf = new Map<string, LaneNumber>();
  readonly #links = new Map<LaneNumber, Link>();
  readonly #addresses = new Map<string, LaneNumber | null>();
  readonly #dialling = new Set<string>();
  /** Rounds in which the lane of an address was not connected. */
  readonly #rounds = new Map<string, number>();
  readonly #sockets = new Set<TLSSocket>();
  readonly #gate: StrangerGate;
  readonly #ownEnds: OwnEnds;
  /** Those of `#addresses` that anybody on the network may have announced, oldest first. */
  readonly #heard = new Set<string>();
  readonly #misfits = new Map<LaneNumber, Misfit>();
  /** Of addresses that somebody typed or scanned: who was met there last, where it is no other table. */
  readonly #others = new Map<string, 'itself' | 'stranger'>();
  readonly #answering: AnsweringLanes;
  #server: Server | null = null;
  /** Of the roster as it is, for whatever is dialled. */
  #dialContext: SecureContext | null = null;
  #nextRound: CancelTimer = () => {};
  #stopped = false;
  #plugged = true;

  constructor(options: LaneNetworkOptions) {
    this.#options = options;
    this.#roster = options.roster;
    this.#ownEnds = new OwnEnds(options.timer, OWN_ENDS_KEPT_MS);
    this.#answering = new AnsweringLanes(options.timer, () => options.events.misfitChanged());
    this.#gate = new StrangerGate(MOST_STRANGERS + 2 * options.roster.lanes.length);
    for (const { lane, certificate, address } of options.roster.lanes) {
      this.#laneOf.set(fingerprintOf(certificate), lane);
      if (address !== null && lane !== options.lane) this.#addresses.set(address, lane);
    }
  }

  /**
   * Listens and begins to look for the others. Where somebody has the port already it takes any: mDNS, the QR code
   * and typing lead there. Resolves with the port.
   */
  async start(): Promise<number> {
    const { listen } = this.#options;
    const server = createServer(
      { ...this.#serverTls(), requestCert: true, handshakeTimeout: INTRODUCTION_MS },
      (socket) => this.#greet(socket),
    );
    this.#server = server;
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    server.on('connection', (socket) => {
      socket.on('error', () => socket.destroy());
      // With the cable out nobody gets as far as to be shown a key, which would say that this table is on.
      if (this.#plugged) this.#gate.enter(socket);
      else socket.destroy();
    });
    try {
      await listenOn(server, listen.port, listen.host);
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause;
      await listenOn(server, 0, listen.host);
    }
    server.on('error', () => {});
    this.#round();
    return (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#nextRound();
    this.#answering.stop();
    for (const socket of this.#sockets) socket.destroy();
    const server = this.#server;
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** An address that anybody may have announced by mDNS: tried at once, and forgotten for newer ones. */
  heard(address: string): void {
    if (this.#addresses.has(address)) return;
    this.#heard.add(address);
    this.#addresses.set(address, null);
    if (this.#dialling.size < MOST_HEARD) this.#dial(address);
    for (const oldest of this.#heard) {
      if (this.#heard.size <= MOST_HEARD) break;
      this.#heard.delete(oldest);
      if (this.#addresses.get(oldest) === null) this.#addresses.delete(oldest);
    }
  }

  /** An address from a QR code or somebody's typing: whoever answers there has to show who it is. */
  found(address: string): void {
    this.#heard.delete(address);
    this.#others.delete(address);
    const lane = this.#addresses.get(address) ?? null;
    this.#addresses.set(address, lane);
    if (lane === null || !this.#links.has(lane)) this.#dial(address);
  }

  /** A spare stands where a lane's laptop stood: whoever shows the old certificate is a stranger now. */
  admit(spare: RosterLane): void {
    const roster = withSpare(this.#roster, spare);
    if (roster === null) return;
    this.#roster = roster;
    for (const [fingerprint, lane] of this.#laneOf) if (lane === spare.lane) this.#laneOf.delete(fingerprint);
    this.#laneOf.set(fingerprintOf(spare.certificate), spare.lane);
    this.#server?.setSecureContext(this.#serverTls());
    this.#dialContext = null;
    this.drop(spare.lane);
    this.#answering.settled(spare.lane);
    for (const [address, lane] of this.#addresses)
      if (lane === spare.lane) this.#addresses.set(address, null);
    if (spare.address !== null) this.found(spare.address);
  }

  /** A rehearsal pulls the network cable out: nobody is reached and nobody gets in, until it is back. */
  setPlugged(plugged: boolean): void {
    this.#plugged = plugged;
    if (!plugged) for (const socket of this.#sockets) socket.destroy();
  }

  isPlugged(): boolean {
    return this.#plugged;
  }

  /** Null for a lane that is connected, was never met, or fits. */
  misfit(lane: LaneNumber): Misfit | null {
    return this.#misfits.get(lane) ?? null;
  }

  /** Whether it has shown its key just now, though it is not connected: it is not switched off. */
  answers(lane: LaneNumber): boolean {
    return this.#answering.has(lane);
  }

  answerAt(address: string): Answer {
    const lane = this.#addresses.get(address);
    if (lane != null && this.#links.has(lane)) return 'table';
    return this.#others.get(address) ?? (lane == null ? null : this.misfit(lane));
  }

  send(lane: LaneNumber, message: LaneMessage<StationRange> | WitnessMessage): void {
    const link = this.#links.get(lane);
    if (link === undefined || link.socket.destroyed) return;
    link.socket.write(encodeFrame(message));
    if (link.socket.writableLength > MOST_QUEUED_BYTES) link.socket.destroy();
  }

  drop(lane: LaneNumber): void {
    this.#links.get(lane)?.socket.destroy();
  }

  #tls() {
    const { certificate } = this.#options;
    return {
      cert: certificate.certificatePem,
      key: certificate.keyPem,
      ca: this.#roster.lanes.map((one) => one.certificate),
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
    } as const;
  }

  /**
   * TLS names every issuer that a server trusts to whoever connects: the roster, one name a lane. So the server trusts
   * no issuer but itself, and #greet compares the certificate that the other end has proven to own.
   */
  #serverTls() {
    return { ...this.#tls(), ca: [this.#options.certificate.certificatePem], rejectUnauthorized: false };
  }

  /** Dials whoever is known and not connected; then again, after a while that differs from lane to lane. */
  #round(): void {
    if (this.#stopped) return;
    for (const [address, lane] of this.#addresses) {
      const rounds = this.#rounds.get(address) ?? 0;
      this.#rounds.set(address, lane !== null && this.#links.has(lane) ? 0 : rounds + 1);
      if (lane !== null && this.#links.has(lane)) continue;
      // Of two that dial each other at once, one has to hang up again: the lower lane goes first.
      if (lane === null || lane > this.#options.lane || rounds >= HIGHER_LANE_WAITS) this.#dial(address);
    }
    const { timer, random } = this.#options;
    const wait = LEAST_RETRY_MS + random() * (MOST_RETRY_MS - LEAST_RETRY_MS);
    this.#nextRound = timer.after(wait, () => this.#round());
  }

  #dial(address: string): void {
    const colon = address.lastIndexOf(':');
    const [host, port] = [
      address.slice(0, colon).replaceAll(/^\[|\]$/g, ''),
      Number(address.slice(colon + 1)),
    ];
    if (this.#stopped || !this.#plugged || this.#dialling.has(address)) return;
    if (!Number.isInteger(port) || port < 1 || port > 65_535) return;
    this.#dialling.add(address);
    this.#dialContext ??= createSecureContext(this.#tls());
    const socket = connect({
      ...{ host, port, secureContext: this.#dialContext, rejectUnauthorized: true },
      // Nobody is known by a name here: the certificate itself is compared, in #greet.
      checkServerIdentity: () => undefined,
      servername: '',
    });
    socket.once('secureConnect', () => this.#greet(socket, address));
    socket.once('error', (cause) => {
      if (isAnswer(cause)) this.#metOther(address, 'stranger');
    });
    this.#hold(socket, () => this.#dialling.delete(address));
    this.#options.timer.after(INTRODUCTION_MS, () => {
      if (!socket.connecting && socket.authorized) return;
      // Whoever takes a connection and says nothing is no table.
      if (!socket.connecting && !socket.destroyed) this.#metOther(address, 'stranger');
      socket.destroy();
    });
  }

  /** Of what was announced by anybody nothing is kept. */
  #metOther(address: string, who: 'itself' | 'stranger'): void {
    if (!this.#heard.has(address) && this.#addresses.has(address)) this.#others.set(address, who);
  }

  /** TLS stands: a certificate of the roster was shown, and its key proven. Both say who they are. */
  #greet(socket: TLSSocket, address: string | null = null): void {
    const lane = this.#laneOf.get(fingerprintOfPeer(socket));
    const isProven = address === null || socket.authorized;
    if (!isProven || lane === undefined || this.#stopped || !this.#plugged) {
      if (address !== null && !this.#stopped && this.#plugged) this.#metOther(address, 'stranger');
      socket.destroy();
      return;
    }
    if (address === null) this.#hold(socket, () => {});
    socket.setNoDelay(true);
    if (address !== null) {
      this.#addresses.set(address, lane);
      this.#heard.delete(address);
      // Who it is with an own key is known later.
      if (lane !== this.#options.lane) this.#others.delete(address);
    }
    if (lane === this.#options.lane) {
      this.#meetOwnKey(socket, address);
      return;
    }
    this.#answering.answered(lane);
    const cutter = new FrameCutter();
    let introduced = false;
    const cancel = this.#options.timer.after(INTRODUCTION_MS, () => {
      if (!introduced) socket.destroy();
    });
    socket.once('close', cancel);
    socket.on('data', (piece: Buffer) => {
      for (const body of cutter.cut(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength))) {
        const frame = body === 'too-long' ? null : decodeFrame(body);
        if (frame === null || !frame.ok || socket.destroyed) {
          socket.destroy();
          return;
        }
        if (introduced) {
          this.#received(socket, lane, frame.value);
          continue;
        }
        this.#noteMisfit(lane, this.#misfitOf(frame.value));
        if (this.#isIntroduced(frame.value, lane)) {
          introduced = true;
          if (address === null) this.#gate.introduced(socket);
          cutter.longest = LONGEST_FRAME;
          this.#linkUp(socket, lane, address !== null);
        } else socket.destroy();
      }
    });
    socket.write(encodeFrame(this.#introduction()));
  }

  #received(socket: TLSSocket, lane: LaneNumber, frame: LaneFrame): void {
    if (this.#links.get(lane)?.socket !== socket) return;
    // An introduction is made once.
    if (frame.type === 'lane') socket.destroy();
    else if (frame.type === 'cosign' || frame.type === 'cosigned') this.#options.events.witness(lane, frame);
    else this.#options.events.message(lane, frame);
  }

  #linkUp(socket: TLSSocket, lane: LaneNumber, dialled: boolean): void {
    const before = this.#links.get(lane);
    const isLower = this.#options.lane < lane;
    const byLower = dialled === isLower;
    // Both dialled at once: if each end kept what came about last there, each would hang up on the other's.
    if (before?.fresh && before.byLower && !byLower) {
      socket.destroy();
      return;
    }
    // Else the newest counts: an older one may be half open, or from a run of the program that has ended.
    const link: Link = { socket, lane, byLower, fresh: true };
    this.#links.set(lane, link);
    const cancel = this.#options.timer.after(INTRODUCTION_MS, () => {
      link.fresh = false;
    });
    socket.once('close', cancel);
    this.#answering.settled(lane);
    if (before !== undefined) {
      before.socket.destroy();
      this.#options.events.linkDown(lane);
    }
    socket.once('close', () => {
      if (this.#links.get(lane)?.socket !== socket) return;
      this.#links.delete(lane);
      this.#options.events.linkDown(lane);
    });
    this.#options.events.linkUp(lane);
  }

  #introduction(): Introduction {
    const { identity, lane, version } = this.#options;
    const { election, station, device, mock } = identity;
    return { type: 'lane', protocol: LANE_PROTOCOL, ...{ version, election, station, mock, device, lane } };
  }

  /** Only of an introduction that can be read: whoever shows a lane's key and says something else has no excuse. */
  #misfitOf(frame: LaneFrame): Misfit | null {
    if (frame.type !== 'lane') return null;
    const own = this.#introduction();
    if (frame.protocol !== own.protocol || frame.version !== own.version) return 'version';
    const fits = frame.election === own.election && frame.station === own.station && frame.mock === own.mock;
    return fits ? null : 'election';
  }

  #noteMisfit(lane: LaneNumber, misfit: Misfit | null): void {
    if (this.misfit(lane) === misfit) return;
    if (misfit === null) this.#misfits.delete(lane);
    else this.#misfits.set(lane, misfit);
    this.#options.events.misfitChanged();
  }

  /** Election, station, device, version: a certificate alone is not enough. */
  #isIntroduced(frame: LaneFrame, lane: LaneNumber): boolean {
    const own = this.#introduction();
    const device = this.#roster.lanes.find((one) => one.lane === lane)?.device;
    return (
      frame.type === 'lane' &&
      frame.lane === lane &&
      frame.device === device &&
      frame.protocol === own.protocol &&
      frame.version === own.version &&
      frame.election === own.election &&
      frame.station === own.station &&
      frame.mock === own.mock
    );
  }

  /** The other end has this lane's own key: a second machine, or this very program. */
  #meetOwnKey(socket: TLSSocket, address: string | null): void {
    const { timer, events } = this.#options;
    const isMirror = this.#ownEnds.hold(socket);
    const cancel = timer.after(INTRODUCTION_MS, () => socket.destroy());
    socket.once('close', cancel);
    socket.once('data', () => {
      if (!isMirror()) {
        if (address !== null) this.#others.delete(address);
        events.metItself();
      } else if (address !== null) this.#metOther(address, 'itself');
      socket.end();
    });
    socket.write(encodeFrame(this.#introduction()));
  }

  #hold(socket: TLSSocket, closed: () => void): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#sockets.delete(socket);
      closed();
    });
  }
}

/** The network's own errors, by which nobody answered; every other one came of what somebody did answer. */
const NOBODY = [
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'],
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'EACCES', 'EPERM', 'EINVAL'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EMFILE'],
];

function isAnswer(cause: Error): boolean {
  return 'code' in cause && typeof cause.code === 'string' && !NOBODY.includes(cause.code);
}

function listenOn(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

import { randomUUID } from 'node:crypto';
import { Custody } from '../../domain/lanes/custody.ts';
import type { FactOrigin, LaneFact } from '../../domain/lanes/lane-facts.ts';
import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import type { Result } from '../../domain/result.ts';
import type { Timer } from '../../domain/timer.ts';
import type { CborRecord } from '../../ledger/canonical.ts';
import type { Ledger, StoredEvent } from '../../ledger/ledger.ts';
import type { Clock } from '../../store/clock.ts';
import type { WritableStore } from '../../store/store.ts';
import { LaneNode } from './lane-node.ts';
import type { WitnessMedium } from './lane-ports.ts';
import { PeerWitnesses } from './peer-witnesses.ts';
import { type LaneDevice, LedgerLog } from './station-log/ledger-log.ts';
import type { StationRange } from './station-log/station-range.ts';
import { type Discovery, startDiscovery } from './transport/discovery.ts';
import { grantCodes } from './transport/grant-codes.ts';
import type { LaneCertificate } from './transport/lane-certificate.ts';
import { type Answer, LaneNetwork, type Misfit } from './transport/lane-network.ts';
import { keyBytes, type LaneRoster, type RosterLane } from './transport/lane-roster.ts';
import { reachableAddresses } from './transport/reachable-addresses.ts';

export interface LanesOptions {
  readonly lane: LaneNumber;
  readonly roster: LaneRoster;
  readonly version: string;
  readonly ledger: Ledger;
  /** The ledger's own database. */
  readonly store: WritableStore;
  readonly certificate: LaneCertificate;
  /** Secret behind the codes that are read aloud, 32 bytes. */
  readonly codeSeed: Uint8Array;
  /** The lane to which a voter belongs: households share one, by their list numbers. */
  readonly homeOf: (voter: string) => LaneNumber;
  /** Records facts as events of the own ledger. */
  readonly record: (facts: readonly LaneFact[]) => Result<readonly StoredEvent[], 'disk-failed'>;
  readonly factOf: (privatePart: CborRecord) => LaneFact | null;
  /** Told of every event that came from another lane, once at each start and when it arrives. */
  readonly heard?: (privatePart: CborRecord, origin: FactOrigin) => void;
  readonly listen: { readonly host: string; readonly port: number };
  /** Look for the others by mDNS. */
  readonly multicast: boolean;
  readonly witness: WitnessMedium<StationRange> | null;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: () => number;
  readonly changed: () => void;
}

/** The lanes of this station, as this one sees them: protocol, copies of the logs, and connections. */
export class Lanes {
  readonly node: LaneNode<StationRange>;
  readonly witnesses: PeerWitnesses;
  readonly #log: LedgerLog;
  readonly #network: LaneNetwork;
  readonly #listenHost: string;
  readonly #devices = new Map<LaneNumber, LaneDevice>();
  readonly #codeKeys = new Map<LaneNumber, Uint8Array>();
  readonly #former: (LaneDevice & { readonly lane: LaneNumber })[] = [];
  #discovery: Discovery | null = null;
  #port = 0;

  private constructor(options: LanesOptions) {
    const { lane, roster, ledger, store, timer, random, witness, changed, record, factOf, heard } = options;
    const { election, station } = ledger.identity;
    this.#listenHost = options.listen.host;
    const lanes = roster.lanes.map((one) => one.lane);
    const devices = this.#devices;
    for (const one of roster.lanes) {
      devices.set(one.lane, laneDevice(one));
      this.#codeKeys.set(one.lane, keyBytes(one.codeKey));
    }
    for (const one of roster.former ?? []) this.#former.push({ lane: one.lane, ...laneDevice(one) });
    this.#log = new LedgerLog({
      ...{ lane, ledger, store, record, factOf, devices },
      former: this.#former,
      ...(heard === undefined ? {} : { heard }),
    });
    this.#network = new LaneNetwork({
      identity: ledger.identity,
      ...{ lane, roster, timer, random },
      version: options.version,
      certificate: options.certificate,
      listen: options.listen,
      events: {
        linkUp: (other) => this.node.linkUp(other),
        linkDown: (other) => this.node.linkDown(other),
        message: (other, message) => this.node.receive(other, message),
        witness: (other, message) => this.witnesses.receive(other, message),
        metItself: () => this.node.metItself(),
        misfitChanged: changed,
      },
    });
    this.witnesses = new PeerWitnesses({
      ...{ ledger, store, lane, devices, timer },
      clock: options.clock,
      isUp: (other) => this.node.isUp(other),
      send: (other, message) => this.#network.send(other, message),
      sawTwoHistories: (other) => this.node.standing.sawCopyOf(other),
    });
    this.node = new LaneNode<StationRange>({
      ...{ lane, lanes, timer, random, witness, changed },
      log: this.#log,
      links: this.#network,
      custody: new Custody(options.homeOf),
      codes: grantCodes({
        ...{ election, station },
        seed: options.codeSeed,
        others: this.#codeKeys,
      }),
      start: randomUUID(),
    });
  }

  /** Rejects where nothing can be listened on. */
  static async start(options: LanesOptions): Promise<{ readonly lanes: Lanes; readonly port: number }> {
    const lanes = new Lanes(options);
    const port = await lanes.#network.start();
    lanes.#port = port;
    if (options.multicast) lanes.#discovery = startDiscovery(port, (address) => lanes.heard(address));
    lanes.node.start();
    lanes.witnesses.start();
    return { lanes, port };
  }

  /** The desk's journal has committed these; `facts` are what they tell the lanes, in the same order. */
  committed(events: readonly StoredEvent[], facts: readonly (LaneFact | null)[]): void {
    const origins = this.#log.ownCommitted(events);
    const told = facts.flatMap((fact, index) => {
      const origin = origins[index];
      return fact === null || origin === undefined ? [] : [{ fact, origin }];
    });
    this.node.committed(
      told.map(({ fact }) => fact),
      told.map(({ origin }) => origin),
    );
  }

  /** Why a lane that was met is not connected; null for one that fits, or was never met. */
  misfit(lane: LaneNumber): Misfit | null {
    return this.#network.misfit(lane);
  }

  /** Who was met at an address that somebody typed or scanned. */
  answerAt(address: string): Answer {
    return this.#network.answerAt(address);
  }

  /** Whether it has shown just now that it is on, though it is not connected. */
  answers(lane: LaneNumber): boolean {
    return this.#network.answers(lane);
  }

  /** Where others reach this lane: what its QR code says, and what is typed at another table. */
  addresses(): readonly string[] {
    return reachableAddresses(this.#listenHost, this.#port);
  }

  /** The private part of an event that came from another lane, once more; null where it is not here. */
  privateAt(place: FactOrigin): CborRecord | null {
    return this.#log.privateAt(place);
  }

  /** Two people let a spare stand where this lane's laptop stood: from now on nobody else is that lane. */
  admit(spare: RosterLane): void {
    const before = this.#devices.get(spare.lane);
    if (before !== undefined) this.#former.push({ lane: spare.lane, ...before });
    this.#devices.set(spare.lane, laneDevice(spare));
    this.#codeKeys.set(spare.lane, keyBytes(spare.codeKey));
    this.#network.admit(spare);
  }

  /**
   * Another laptop was let in for a lane's place, and isn't the one that is believed: two may be at work under one number,
   * as with a cloned disk. Its log is taken in where others bring it, so that what both did comes to light.
   */
  metRival(rival: RosterLane): void {
    this.#former.push({ lane: rival.lane, ...laneDevice(rival) });
    this.node.standing.sawCopyOf(rival.lane);
  }

  /** A rehearsal pulls the network cable out, or puts it back. */
  setPlugged(plugged: boolean): void {
    this.#network.setPlugged(plugged);
  }

  isPlugged(): boolean {
    return this.#network.isPlugged();
  }

  /** Somebody typed or scanned where another lane can be reached. */
  found(address: string): void {
    this.#network.found(address);
  }

  /** An address that somebody on the network announced, whoever that is. */
  heard(address: string): void {
    this.#network.heard(address);
  }

  async stop(): Promise<void> {
    this.node.stop();
    this.witnesses.stop();
    this.#discovery?.stop();
    await this.#network.stop();
  }
}

function laneDevice({ device, ledgerKey }: Pick<RosterLane, 'device' | 'ledgerKey'>): LaneDevice {
  return { device, publicKey: keyBytes(ledgerKey) };
}

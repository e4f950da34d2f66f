import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DeviceBench } from '../domain/device-bench.ts';
import type { DeviceSet } from '../domain/devices.ts';
import type { DockControl } from '../domain/dock.ts';
import { ok, type Result } from '../domain/result.ts';
import type { Timer } from '../domain/timer.ts';
import type { FingerprintWorkers } from '../fingerprint/fingerprint-workers.ts';
import { fileHeadMark } from '../ledger/head-mark.ts';
import type { Clock } from '../store/clock.ts';
import { DiskReserve } from '../store/disk-reserve.ts';
import { deriveKey } from '../store/keys.ts';
import type { Argon2Cost } from '../store/unlock.ts';
import { startUpload } from '../sync/upload/start-upload.ts';
import { documentReading } from './adapters/documents.ts';
import { matcherOf } from './adapters/matcher.ts';
import type { BlankLaptop } from './blank-laptop.ts';
import { findSticks } from './custody/find-sticks.ts';
import { type Machine, thisMachine } from './day/machine.ts';
import { fingerSearchEngine } from './finger-search/register-gallery.ts';
import { collectorInForce } from './lane/collector-file.ts';
import { readLaneFile } from './lane/lane-file.ts';
import { readTrustStore } from './lane/trust-store.ts';
import { createVault } from './lane/vault.ts';
import { startStationLanes } from './lanes/connected-lanes.ts';
import { ONE_LANE } from './lanes/station-lanes.ts';
import { localTime } from './local-time.ts';
import { createPaperPress } from './paper/paper-press.ts';
import { tryFile } from './people/try-file.ts';
import { TryLimiter } from './people/try-limiter.ts';
import { DayProjection } from './projection/day-projection.ts';
import { Station } from './station.ts';
import type { StickLine } from './station-dependencies.ts';
import { ActMedium } from './stick/act-medium.ts';
import { AwaitedJournal } from './stick/awaited-journal.ts';
import { identifiedNumbers, identifiedText } from './stick/identified-numbers.ts';
import { type JournalSettings, readJournalSettings } from './stick/journal-settings.ts';
import { STICK_HEAD, StickJournal, stickFolder } from './stick/stick-journal.ts';
import { centreRecords } from './visitors/centre-records.ts';

export interface ComposeOptions {
  /** Where `provisionLane` put this lane. */
  readonly dataDirectory: string;
  /** The register, as it came in the package. */
  readonly registerFile: string;
  /** `station/` and `register/` with numbered SQL files in it. */
  readonly migrationsDirectory: string;
  readonly collectorUrl: string | null;
  /** Verifies the collector's receipts; without one they are kept unverified. */
  readonly collectorKey?: Uint8Array;
  /** The age recipient of the centre: what goes there on a stick is sealed to it, and without one nothing goes. */
  readonly collectorRecipient?: string;
  /** In the data directory unless given. */
  readonly exportDirectory?: string;
  /** Where a bundle keeps the fonts of what is printed; from sources the npm package has them. */
  readonly fontsDirectory?: string;
  /** How the other lanes are reached, where not as at a polling station. */
  readonly lanes?: {
    readonly host: string;
    readonly port: number;
    readonly multicast: boolean;
    readonly timer: Timer;
  };
  readonly devices: DeviceSet;
  readonly bench: DeviceBench;
  readonly dock: () => DockControl | null;
  readonly devicesReady: Promise<void>;
  readonly workers: FingerprintWorkers;
  /** Where a bundle keeps the thread of a 1:N search; from sources it stands beside the engine. */
  readonly galleryWorkerEntry?: URL;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly machine?: Machine;
  readonly pinCost?: Argon2Cost;
  /** Bytes that are set aside on the disk, for when it is full. */
  readonly reserveBytes?: number;
  /** Folders of sticks besides those that the system mounts; the mock's, and a test's. */
  readonly sticks?: readonly string[];
  /** Of a laptop that belongs to no station. */
  readonly blankLaptop?: BlankLaptop;
  /** Ends this process, so that its host starts another one. */
  readonly restart?: () => void;
}

/** Lanes of one station run the same program: what differs here doesn't talk to each other. */
export const PROGRAM_VERSION = '0.1.0';

/** Puts one lane's station together from its directories, its devices and its clocks. */
export function composeStation(
  options: ComposeOptions,
): Result<Station, 'lane-file-missing' | 'lane-file-malformed'> {
  const lane = readLaneFile(options.dataDirectory);
  if (!lane.ok) return lane;
  const { identity, practicePins } = lane.value;
  const { clock, timer, devices, bench, dock, devicesReady, workers, pinCost } = options;
  const { collectorUrl, collectorKey, collectorRecipient } = collectorInForce(options);
  const tries = new TryLimiter(clock, tryFile(options.dataDirectory));
  const journal = readJournalSettings(options.dataDirectory);
  const kept = journal === 'malformed' ? null : journal;
  const vault = createVault({
    ...(kept === null
      ? {}
      : { carriedMarks: [fileHeadMark(join(stickFolder(kept.stick, identity.deviceId), STICK_HEAD))] }),
    directory: options.dataDirectory,
    identity,
    registerFile: options.registerFile,
    stationMigrations: join(options.migrationsDirectory, 'station'),
    registerMigrations: join(options.migrationsDirectory, 'register'),
    clock,
    tries,
    ...(pinCost === undefined ? {} : { pinCost }),
  });
  return ok(
    new Station({
      identity,
      practicePins,
      vault,
      tries,
      devices,
      bench,
      dock,
      devicesReady,
      matcher: matcherOf(workers),
      fingerSearch: fingerSearchEngine(workers, options.galleryWorkerEntry),
      documents: documentReading(identity.electionDate, readTrustStore(options.dataDirectory)),
      paper: createPaperPress(
        options.fontsDirectory === undefined ? {} : { fontDirectory: options.fontsDirectory },
      ),
      machine: options.machine ?? thisMachine(options.dataDirectory),
      reserve: new DiskReserve(join(options.dataDirectory, 'reserve'), options.reserveBytes),
      clock,
      timer,
      exportDirectory: options.exportDirectory ?? join(options.dataDirectory, 'exports'),
      startLanes: async ({ ledger, laneStore, laneNetwork }, register, laneJournal, changed) => {
        if (laneNetwork === null) return ONE_LANE;
        const own = laneNetwork.roster.lanes.find((one) => one.lane === identity.lane);
        const port = options.lanes?.port ?? Number(own?.address?.split(':').at(-1) ?? 0);
        return startStationLanes({
          lane: identity.lane,
          keys: laneNetwork,
          version: PROGRAM_VERSION,
          ledger,
          store: laneStore,
          journal: laneJournal,
          register,
          ownVisit: (handover) => {
            const projection = new DayProjection(laneStore);
            return {
              handover,
              lane: identity.lane,
              receiptNumber: projection.receipts(handover)[0]?.number ?? null,
              hour: projection.handover(handover)?.counted?.hour ?? null,
            };
          },
          ownReceipts: () => new DayProjection(laneStore).receiptSequence(),
          listen: { host: options.lanes?.host ?? '0.0.0.0', port },
          multicast: options.lanes?.multicast ?? true,
          witness:
            kept === null
              ? null
              : new ActMedium({
                  settings: kept,
                  lane: identity.lane,
                  device: identity.deviceId,
                  key: deriveKey({ secret: laneNetwork.codeSeed, info: 'tizme acts on the stick v1' }),
                }),
          clock,
          timer: options.lanes?.timer ?? timer,
          random: Math.random,
          changed,
        });
      },
      startStickJournal: ({ ledger, store }, register, lanes, onChange) => {
        if (journal === null) return null;
        const where = {
          election: identity.electionId,
          station: identity.stationNumber,
          mock: identity.mock,
        };
        const start = (settings: JournalSettings): StickLine =>
          new StickJournal({
            settings,
            ledger,
            timer,
            onChange,
            identified: () =>
              identifiedNumbers(new DayProjection(store), register, identity.lane, lanes.elsewhere()),
            toText: (numbers) => {
              const { date, time } = localTime(clock.wallMs(), identity.timeZone);
              return identifiedText(numbers, { ...where, at: `${date} ${time}` });
            },
          });
        const read = (): ReturnType<typeof readJournalSettings> => readJournalSettings(options.dataDirectory);
        return kept === null ? new AwaitedJournal({ read, timer, start, onChange }) : start(kept);
      },
      carrier: {
        stick: kept?.stick ?? null,
        collectorKey: collectorKey ?? null,
        collectorRecipient: collectorRecipient ?? null,
      },
      startCentre: (ledger) =>
        collectorUrl === null ? null : centreRecords({ ledger, collectorUrl, timer }),
      custody: {
        directory: options.dataDirectory,
        registerFile: options.registerFile,
        migrationsDirectory: options.migrationsDirectory,
        sticks: () => findSticks([...(options.sticks ?? []), ...(kept === null ? [] : [kept.stick])]),
        ...(pinCost === undefined ? {} : { pinCost }),
      },
      ...(options.blankLaptop === undefined ? {} : { blankLaptop: options.blankLaptop }),
      ...(options.restart === undefined ? {} : { restart: options.restart }),
      startUpload: (ledger) =>
        collectorUrl === null
          ? null
          : startUpload({
              ledger,
              witnessed: ledger,
              collectorUrl,
              timer,
              random: Math.random,
              ...(collectorKey === undefined ? {} : { collectorKey }),
            }),
    }),
  );
}

/** A name for this laptop in the ledger: random, so that it says nothing about who owns it. */
export function newDeviceId(lane: number): string {
  return `lane-${lane}-${randomUUID().slice(0, 8)}`;
}

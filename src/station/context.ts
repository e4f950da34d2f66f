import type { DeviceReport } from '../domain/device-bench.ts';
import type { CardTransport, DeviceSet, MonoBitmap } from '../domain/devices.ts';
import type { CaptureQuality } from '../domain/finger.ts';
import type { GreyImage } from '../domain/grey-image.ts';
import type { ListShare } from '../domain/lanes/list-shares.ts';
import type { Language, LocalizedText } from '../domain/language.ts';
import type { ChipResult } from '../domain/outcome.ts';
import type { Procedure } from '../domain/procedure.ts';
import type { Report } from '../domain/report.ts';
import type { Result } from '../domain/result.ts';
import type { Person } from '../domain/roles.ts';
import type { Timer } from '../domain/timer.ts';
import type { IsoDate, Sex, VoterName } from '../domain/voter.ts';
import type { Clock } from '../store/clock.ts';
import type { StationRegister } from './adapters/station-register.ts';
import type { StationErrorCode } from './api/errors.ts';
import type { PhotoView } from './api/snapshot.ts';
import type { Journal } from './journal.ts';
import type { StationLanes } from './lanes/station-lanes.ts';
import type { DayProjection } from './projection/day-projection.ts';
import type { ErasureCertificate } from './provision/erase-lane.ts';
import type { DeviceList } from './technician/device-list.ts';
import type { CentreRecords } from './visitors/centre-records.ts';

/** What this lane is, fixed when the laptop was provisioned. Holds nothing secret and names no voter. */
export interface LaneIdentity {
  readonly electionId: string;
  readonly mock: boolean;
  readonly electionTitle: LocalizedText;
  readonly electionDate: string;
  readonly stationNumber: number;
  readonly stationName: LocalizedText;
  readonly districtNumber: number;
  readonly lane: number;
  readonly deviceId: string;
  readonly timeZone: string;
  readonly people: readonly Person[];
  /** Sealed envelopes in the commission's safe, each of which stands in for an absent member when unlocking. */
  readonly envelopes?: readonly string[];
}

/** Comparison of images and templates, done in workers off this thread; pixels are wiped there. */
export interface FingerprintMatcher {
  assessQuality(image: GreyImage): Promise<Result<CaptureQuality, FingerprintProblem>>;
  /** Compares one image with every enrolled template; the score is on the scale of procedure.fingerprint. */
  verify(
    image: GreyImage,
    enrolled: readonly Uint8Array[],
  ): Promise<Result<{ readonly score: number; readonly quality: number }, FingerprintProblem>>;
}
export type FingerprintProblem = 'image-unreadable' | 'template-damaged' | 'matcher-failed';

/** What a chip said, as far as the desk needs it. */
export interface ChipReading {
  readonly personalNumber: string | null;
  readonly documentNumber: string;
  readonly verification: ChipResult;
  /** The holder's face on a chip that is genuine, to stand in where the register has no photo. */
  readonly face: PhotoView | null;
  /** Who a chip that is genuine says its holder is. */
  readonly holder: DocumentHolder | null;
}

export interface DocumentHolder {
  /** In national letters where the chip has them, else as in the zone. */
  readonly name: VoterName;
  readonly birthDate: IsoDate;
  readonly sex: Sex;
  readonly expires: IsoDate;
}

/** A machine-readable zone, as far as the desk needs it. */
export interface ZoneReading {
  readonly documentNumber: string;
  readonly personalNumber: string | null;
  readonly kind: 'id-card' | 'passport' | 'other';
}

export interface DocumentReading {
  readZone(lines: readonly string[]): Result<ZoneReading, 'mrz-invalid'>;
  readChip(
    transport: CardTransport,
    lines: readonly string[],
  ): Promise<Result<ChipReading, 'card-lost' | 'card-problem'>>;
}

/** Everything on paper: strips for the receipt printer, PDFs for an office printer. */
export interface PaperPress {
  receipt(receipt: ReceiptContent, dotsAcross: number): Promise<MonoBitmap>;
  reportStrip(report: Report, language: Language, dotsAcross: number): Promise<MonoBitmap>;
  slip(slip: SlipContent, language: Language, dotsAcross: number): Promise<MonoBitmap>;
  numbersStrip(content: NumbersContent, language: Language, dotsAcross: number): Promise<MonoBitmap>;
  devicesStrip(list: DeviceList, language: Language, dotsAcross: number): Promise<MonoBitmap>;
  devicesPdf(list: DeviceList, language: Language): Promise<Uint8Array>;
  reportPdf(report: Report, language: Language): Promise<Uint8Array>;
  laneSignStrip(
    sign: LaneSignContent,
    lane: number,
    language: Language,
    dotsAcross: number,
  ): Promise<MonoBitmap>;
  laneSignsPdf(sign: LaneSignContent, language: Language): Promise<Uint8Array>;
  paperListPdf(list: PaperListContent, language: Language): Promise<Uint8Array>;
  practiceBallotsPdf(ballots: PracticeBallotsContent, language: Language): Promise<Uint8Array>;
  erasurePdf(
    certificate: ErasureCertificate,
    names: readonly string[],
    language: Language,
  ): Promise<Uint8Array>;
  erasureStrip(
    certificate: ErasureCertificate,
    names: readonly string[],
    language: Language,
    dotsAcross: number,
  ): Promise<MonoBitmap>;
  /** Black-and-white strip as a PNG, for the dock of a mock election. */
  stripPng(strip: MonoBitmap): Promise<Uint8Array>;
}

export interface ReceiptContent {
  readonly mock: boolean;
  readonly electionTitle: LocalizedText;
  readonly receiptTitle: LocalizedText;
  readonly stationNumber: number;
  readonly lane: number;
  readonly number: string;
  /** 1 for the first print; a repeat says so in large letters. */
  readonly copy: number;
  readonly fields: Procedure['receiptFields'];
  readonly listNumber: number;
  /** Of a voter of another station: the ballot is that district's. Null for one of this list. */
  readonly visitorFrom: { readonly stationNumber: number; readonly districtNumber: number } | null;
  readonly voterName: string;
  /** Local `HH:MM`. */
  readonly time: string;
  /** Text of the QR code that the issuing table scans. */
  readonly code: string;
}

export interface SlipContent {
  readonly mock: boolean;
  readonly stationNumber: number;
  readonly outcome: string;
  readonly elsewhere: {
    readonly stationNumber: number;
    readonly districtNumber: number;
    readonly address: string;
  } | null;
  readonly day: string;
}

/** What is printed beside the paper list: who is taken, as numbers of the list, and no names. */
export interface NumbersContent {
  readonly mock: boolean;
  readonly stationNumber: number;
  /** Local date and time. */
  readonly printedAt: string;
  readonly listNumbers: readonly number[];
  /** The highest number of the list. */
  readonly listLength: number;
  readonly lanes: readonly { readonly lane: number; readonly lastReceipt: string | null }[];
}

/** The signs over the tables: which list numbers come to which. */
export interface LaneSignContent {
  readonly mock: boolean;
  readonly electionTitle: LocalizedText;
  readonly stationNumber: number;
  readonly shares: readonly ListShare[];
}

export interface PaperListContent {
  readonly mock: boolean;
  readonly electionTitle: LocalizedText;
  readonly stationNumber: number;
  readonly rows: Iterable<{ readonly listNumber: number; readonly name: string }>;
}

export interface PracticeBallotsContent {
  readonly electionTitle: LocalizedText;
  readonly stationNumber: number;
  readonly titles: readonly LocalizedText[];
  readonly copies: number;
}

/** The parts of an unlocked station that its use cases share. */
export interface StationContext {
  readonly identity: LaneIdentity;
  readonly procedure: Procedure;
  readonly register: StationRegister;
  readonly journal: Journal;
  readonly projection: DayProjection;
  readonly lanes: StationLanes;
  readonly devices: DeviceSet;
  /** What is plugged in, with its serial numbers. */
  readonly deviceReport: () => DeviceReport;
  readonly matcher: FingerprintMatcher;
  readonly documents: DocumentReading;
  readonly paper: PaperPress;
  /** Null where no centre is to be reached. */
  readonly centre: CentreRecords | null;
  readonly clock: Clock;
  readonly timer: Timer;
  /** 32 bytes for the codes on receipts; see receipt-code.ts. */
  readonly receiptCodeKey: Uint8Array;
  /** The last day on which the station may be opened with its package; null where it came without one. */
  readonly packageExpires: string | null;
  /** Has other lanes and the centre countersign the newest checkpoint, whoever of them is there just now. */
  countersign(): Promise<void>;
  /** Something that a screen shows has changed. */
  changed(): void;
  /** A small live picture for the desk's window, or null when the finger is off the glass. */
  preview(picture: PhotoView | null): void;
  /** A problem that belongs to no call: shown as a notice and, once unlocked, recorded. */
  problem(code: StationErrorCode): void;
}

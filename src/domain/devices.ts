import type { GreyImage } from './grey-image.ts';
import type { Result } from './result.ts';

/**
 * The device contracts: one small interface per kind. Real drivers and simulated devices implement the very
 * same ones (native-bridges/); the station sees them through a proxy, because devices live in a process of
 * their own that may crash and is restarted. A device may be pulled out at any moment, so calls return
 * `Result` and never throw for what a device or a cable does.
 */
export const DEVICE_KINDS = ['fingerprint-scanner', 'card-reader', 'mrz-reader', 'printer'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** What can be wrong with a device, in words that a screen can explain (never a driver's error number). */
export type DeviceProblemCode =
  /** Not plugged in, or its driver found nothing. */
  | 'absent'
  /** Plugged in, but it does not answer in time. */
  | 'no-answer'
  /** Another program, or another use of ours, holds it. */
  | 'busy'
  /** The system's card service (pcscd) holds the reader. */
  | 'held-by-card-service'
  /** Another device of its kind is in use; this one would take over if that were pulled out. */
  | 'spare'
  /** The operating system does not let us open it. */
  | 'access-denied'
  | 'paper-out'
  | 'cover-open'
  /** The card or the light fell out of reach in the middle of an exchange. */
  | 'card-lost'
  /** It answered with something that its protocol does not allow. */
  | 'bad-data'
  /** The caller gave up (AbortSignal). */
  | 'cancelled'
  /** The devices process stopped and is being started again. */
  | 'restarting';

export interface DeviceProblem {
  readonly code: DeviceProblemCode;
}

export interface DeviceInfo {
  readonly kind: DeviceKind;
  readonly model: string;
  readonly serialNumber: string | null;
  /** True for a device that the project plays itself; only a mock election may use one. */
  readonly simulated: boolean;
}

/**
 * Works, but wants a hand soon; or works as far as can be seen, with a printer that does not tell whether a receipt came
 * out whole nor that its paper runs low.
 */
export type DeviceNotice = 'paper-low' | 'receipts-unseen';

export type DeviceState =
  | { readonly state: 'ready' }
  | { readonly state: 'attention'; readonly notice: DeviceNotice }
  | { readonly state: 'failed'; readonly problem: DeviceProblem };

export interface DeviceStatus {
  readonly info: DeviceInfo;
  readonly status: DeviceState;
}

export type Unsubscribe = () => void;

export interface Device {
  /** The state as it was last seen; never blocks. */
  status(): DeviceStatus;
  /** Told of each change of state (plugged, pulled, paper). */
  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe;
}

export interface FingerFrame {
  readonly image: GreyImage;
  /** The driver's own finger detection (sensor event or image variance). */
  readonly fingerPresent: boolean;
}

export interface FingerprintScanner extends Device {
  /**
   * Lights the sensor and streams frames until `signal` aborts (then `cancelled`) or the device fails.
   * The receiver owns each frame's pixels and wipes them.
   */
  capture(onFrame: (frame: FingerFrame) => void, signal: AbortSignal): Promise<Result<never, DeviceProblem>>;
}

/** APDUs to one card (ISO/IEC 7816-4). Everything in src/documents/ speaks to this and knows no USB. */
export interface CardTransport {
  /** Answer to reset; contactless readers synthesise one. */
  readonly answerToReset: Uint8Array;
  /** One command APDU, whole; the answer ends in the two status bytes. */
  transmit(command: Uint8Array): Promise<Result<Uint8Array, DeviceProblem>>;
}

export interface CardReader extends Device {
  /**
   * Told when a card comes into reach (true) and when it leaves (false); also told, soon after subscribing,
   * of a card that is there already.
   */
  onCard(listener: (present: boolean) => void): Unsubscribe;
  /** Powers the card up anew; what was connected before answers `card-lost` from then on. */
  connect(): Promise<Result<CardTransport, DeviceProblem>>;
}

export interface MrzReader extends Device {
  /**
   * The lines of a machine-readable zone or the text of a code, as the reader sent them, after its framing
   * was taken off.
   */
  onText(listener: (lines: readonly string[]) => void): Unsubscribe;
}

export interface PrinterStatus {
  readonly paper: 'present' | 'low' | 'out';
  readonly coverOpen: boolean;
}

/** A black-and-white strip, row-major, one bit a pixel, most significant bit first, 1 = black, rows padded to bytes. */
export interface MonoBitmap {
  readonly width: number;
  readonly height: number;
  readonly rows: Uint8Array;
}

export interface ReceiptPrinter extends Device {
  /** Printable dots across (576 for 80 mm paper at 203 dpi, 384 for 58 mm). */
  readonly dotsAcross: number;
  /** Asked before a hand-over commits to a receipt, so that a voter is never left with a torn one. */
  paper(): Promise<Result<PrinterStatus, DeviceProblem>>;
  /**
   * Prints one strip and cuts; returns once the printer reports it done. Text comes as pixels, because no
   * printer's code page has ң ө ү. `paper-out` means that not all of it is on paper.
   */
  print(strip: MonoBitmap): Promise<Result<void, DeviceProblem>>;
}

/** The devices of one desk. */
export interface DeviceSet {
  readonly scanner: FingerprintScanner;
  readonly cardReader: CardReader;
  readonly mrzReader: MrzReader;
  readonly printer: ReceiptPrinter;
}

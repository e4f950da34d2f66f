import { z } from 'zod';
import {
  type CardTransport,
  DEVICE_KINDS,
  type DeviceKind,
  type MonoBitmap,
  type Unsubscribe,
} from './devices.ts';
import { FINGER_POSITIONS, type FingerPosition } from './finger.ts';
import type { GreyImage } from './grey-image.ts';
import type { Result } from './result.ts';

/**
 * The dock of a mock election: the hands of the people who come to the desk. It puts documents on the reader,
 * lays fingers on the glass, tears paper and pulls plugs; the simulated devices then behave as real ones do.
 */

/** A text in the three languages of the product. */
export interface DockText {
  readonly ky: string;
  readonly ru: string;
  readonly en: string;
}

export interface DockDocument {
  readonly key: string;
  readonly label: DockText;
  readonly kind: 'id-card' | 'passport';
  readonly hasChip: boolean;
}

export interface DockFinger {
  readonly position: FingerPosition;
  readonly label: DockText;
  readonly condition: 'good' | 'worn' | 'dry' | 'wet' | 'scarred';
}

export interface DockPerson {
  readonly key: string;
  readonly label: DockText;
  /** What is awkward about this person, for whoever plays the day; empty texts for nobody special. */
  readonly hint: DockText;
  readonly documents: readonly DockDocument[];
  /** Only the fingers that the person has. */
  readonly fingers: readonly DockFinger[];
}

/** The people of a mock election, their documents and fingers; `fixtures/` implements it. */
export interface SimulatedPeople {
  people(): readonly DockPerson[];
  /** A fresh, powered-up card; null when the document has no chip. */
  openCard(documentKey: string): CardTransport | null;
  /** The printed machine-readable zone, top line first; empty when the document has none. */
  mrzLines(documentKey: string): readonly string[];
  /**
   * What the sensor sees of a fully pressed finger; `attempt` counts from 1, and each lies a little
   * differently. Null when there is no such finger. The receiver owns the pixels and wipes them.
   */
  drawFinger(personKey: string, position: FingerPosition, attempt: number): Promise<GreyImage | null>;
}

/** Names a person or a document of the mock election. */
export const dockKeySchema = z.string().min(1).max(120);
export const printerSpeedSchema = z.enum(['normal', 'slow']);
export type PrinterSpeed = z.infer<typeof printerSpeedSchema>;

const kind = z.enum(DEVICE_KINDS);
const position = z.literal(FINGER_POSITIONS);

const paperActionSchema = z.discriminatedUnion('do', [
  /** Tears off whatever hangs out of the printer, even in the middle of a strip. */
  z.object({ do: z.literal('tear') }),
  /** A new roll. */
  z.object({ do: z.literal('refill') }),
  /** So little paper that the near-end sensor reports it. */
  z.object({ do: z.literal('run-low') }),
  /** The roll ends after so many millimetres; 0 takes the paper out at once. */
  z.object({ do: z.literal('end-after'), millimetres: z.number().min(0).max(100_000) }),
]);
export type PaperAction = z.infer<typeof paperActionSchema>;

/** What a hand can do; a schema, because commands come from a screen and cross into the devices process. */
export const dockCommandSchema = z.discriminatedUnion('type', [
  /** Lays a document on the reader (chip and printed zone), taking away the one that lay there. */
  z.object({ type: z.literal('insert-document'), person: dockKeySchema, document: dockKeySchema }),
  z.object({ type: z.literal('remove-document') }),
  /** Pulls a document through the MRZ reader. */
  z.object({ type: z.literal('scan-mrz'), person: dockKeySchema, document: dockKeySchema }),
  /** Holds a code before the same reader, such as the one on another table's screen. */
  z.object({ type: z.literal('scan-code'), text: z.string().min(1).max(400) }),
  z.object({ type: z.literal('lay-finger'), person: dockKeySchema, position }),
  /** Lays the printed calibration target on the glass, the right way round. */
  z.object({ type: z.literal('lay-target') }),
  /** Takes whatever lies on the glass away. */
  z.object({ type: z.literal('lift-finger') }),
  z.object({ type: z.literal('paper'), action: paperActionSchema }),
  z.object({ type: z.literal('cover'), open: z.boolean() }),
  z.object({ type: z.literal('printer-speed'), speed: printerSpeedSchema }),
  z.object({ type: z.literal('plug'), kind }),
  z.object({ type: z.literal('unplug'), kind }),
  /** As a native library's fault would: the devices process dies without a word. */
  z.object({ type: z.literal('crash-devices-process') }),
]);
export type DockCommand = z.infer<typeof dockCommandSchema>;

/** How the far end of a printed strip came to be. */
export type StripEnding = 'printing' | 'cut' | 'torn' | 'unfinished';

export interface PrintedStrip {
  readonly id: number;
  /** Size in dots (8 to the millimetre at 203 dpi). */
  readonly width: number;
  readonly height: number;
  readonly ending: StripEnding;
}

export interface DockState {
  readonly plugged: Readonly<Record<DeviceKind, boolean>>;
  /** What lies on the card reader. */
  readonly document: { readonly person: string; readonly document: string } | null;
  /** What lies on the glass. */
  readonly finger: { readonly person: string; readonly position: FingerPosition } | null;
  readonly paper: {
    readonly remainingMillimetres: number;
    readonly coverOpen: boolean;
    readonly speed: PrinterSpeed;
  };
  /** The last printed strips, newest first; their pictures are fetched by id. */
  readonly strips: readonly PrintedStrip[];
}

export interface DockProblem {
  readonly code:
    | 'no-such-person'
    | 'no-such-document'
    | 'no-such-finger'
    /** The document has no machine-readable zone. */
    | 'no-such-zone'
    | 'no-such-strip'
    /** The device that this needs is not plugged in. */
    | 'unplugged'
    /** The devices are real, so there are no hands to move. */
    | 'no-dock'
    /** The devices process is being started again. */
    | 'restarting'
    | 'no-answer';
}

/** Implemented by the simulated devices, and by the station's proxy of them. */
export interface DockControl {
  people(): Promise<Result<readonly DockPerson[], DockProblem>>;
  /** As last seen; never blocks. */
  state(): DockState;
  onState(listener: (state: DockState) => void): Unsubscribe;
  /** Returns once the hand has done it, not once a device has noticed. */
  perform(command: DockCommand): Promise<Result<void, DockProblem>>;
  /** The picture of a printed strip, black on paper. */
  strip(id: number): Promise<Result<MonoBitmap, DockProblem>>;
}

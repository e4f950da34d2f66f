import { z } from 'zod';
import type { Calibration, DeviceReport } from './device-bench.ts';
import { DEVICE_KINDS, type DeviceStatus, type MonoBitmap } from './devices.ts';
import {
  type DockPerson,
  type DockState,
  dockCommandSchema,
  dockKeySchema,
  printerSpeedSchema,
} from './dock.ts';
import { FINGER_POSITIONS } from './finger.ts';

/**
 * What the station and the devices process say to each other, declared once as schemas: both ends parse what
 * arrives, because the other end may be a crashing driver. Messages are copied by structured clone, so bytes
 * travel as Uint8Array. The station asks (`hello`, requests with an id, `cancel`); the devices process answers
 * each request once and tells of events unasked.
 */
export const DEVICES_PROTOCOL = 2;

/** Larger than any sensor in use (FAP 60 is 1600 x 1500), small enough that a bad driver can't fill memory. */
const MAX_FRAME_SIDE = 1600;
/** 112 mm paper at 300 dpi has 1324 dots. */
const MAX_STRIP_WIDTH = 1344;
/** One metre and a half of paper at 203 dpi; the longest closing strip is below one metre. */
const MAX_STRIP_HEIGHT = 12_000;
/** ISO/IEC 7816-4: header, extended Lc, 65535 bytes, extended Le. */
const MAX_COMMAND = 4 + 3 + 65_535 + 2;
const MAX_ANSWER = 65_536 + 2;

function bytes(minimum: number, maximum: number) {
  return z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length >= minimum && value.length <= maximum,
    { error: `${minimum} to ${maximum} bytes expected` },
  );
}

function resultOf<Value extends z.ZodType, Problem extends z.ZodType>(value: Value, problem: Problem) {
  return z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), value }),
    z.object({ ok: z.literal(false), error: problem }),
  ]);
}

const nothing = z.undefined();
const counter = z.number().int().min(0);
const shortText = z.string().max(300);
const kind = z.enum(DEVICE_KINDS);
const fingerPosition = z.literal(FINGER_POSITIONS);

const deviceProblem = z.object({
  code: z.enum([
    'absent',
    'no-answer',
    'busy',
    'held-by-card-service',
    'spare',
    'access-denied',
    'paper-out',
    'cover-open',
    'card-lost',
    'bad-data',
    'cancelled',
    'restarting',
  ]),
});

const deviceStatus = z.object({
  info: z.object({
    kind,
    model: shortText,
    serialNumber: shortText.nullable(),
    simulated: z.boolean(),
  }),
  status: z.discriminatedUnion('state', [
    z.object({ state: z.literal('ready') }),
    z.object({ state: z.literal('attention'), notice: z.enum(['paper-low', 'receipts-unseen']) }),
    z.object({ state: z.literal('failed'), problem: deviceProblem }),
  ]),
}) satisfies z.ZodType<DeviceStatus>;

const calibration = z.strictObject({
  dpi: z.number().min(100).max(1200),
  flipRows: z.boolean(),
  flipColumns: z.boolean(),
}) satisfies z.ZodType<Calibration>;

const deviceReport = z.object({
  usbProblem: z.object({ code: z.enum(['no-bus', 'no-library']) }).nullable(),
  found: z
    .array(
      z.object({
        kind,
        model: shortText,
        port: shortText,
        serialNumber: shortText.nullable(),
        simulated: z.boolean(),
        problem: deviceProblem.nullable(),
        calibration: calibration.nullable(),
      }),
    )
    .max(200)
    .readonly(),
}) satisfies z.ZodType<DeviceReport>;

const greyImage = z
  .object({
    width: z.number().int().min(16).max(MAX_FRAME_SIDE),
    height: z.number().int().min(16).max(MAX_FRAME_SIDE),
    pixels: bytes(256, MAX_FRAME_SIDE * MAX_FRAME_SIDE),
    dpi: z.number().min(100).max(1200),
  })
  .refine((image) => image.pixels.length === image.width * image.height, {
    error: 'width x height bytes expected',
  });

const monoBitmap = z
  .object({
    width: z.number().int().min(1).max(MAX_STRIP_WIDTH),
    height: z.number().int().min(0).max(MAX_STRIP_HEIGHT),
    rows: bytes(0, (MAX_STRIP_WIDTH / 8) * MAX_STRIP_HEIGHT),
  })
  .refine((strip) => strip.rows.length === Math.ceil(strip.width / 8) * strip.height, {
    error: 'whole rows of bytes expected',
  }) satisfies z.ZodType<MonoBitmap>;

const dockText = z.object({ ky: shortText, ru: shortText, en: shortText });

const dockPerson = z.object({
  key: dockKeySchema,
  label: dockText,
  hint: dockText,
  documents: z
    .array(
      z.object({
        key: dockKeySchema,
        label: dockText,
        kind: z.enum(['id-card', 'passport']),
        hasChip: z.boolean(),
      }),
    )
    .readonly(),
  fingers: z
    .array(
      z.object({
        position: fingerPosition,
        label: dockText,
        condition: z.enum(['good', 'worn', 'dry', 'wet', 'scarred']),
      }),
    )
    .readonly(),
}) satisfies z.ZodType<DockPerson>;

const dockState = z.object({
  plugged: z.record(kind, z.boolean()),
  document: z.object({ person: dockKeySchema, document: dockKeySchema }).nullable(),
  finger: z.object({ person: dockKeySchema, position: fingerPosition }).nullable(),
  paper: z.object({ remainingMillimetres: z.number(), coverOpen: z.boolean(), speed: printerSpeedSchema }),
  strips: z
    .array(
      z.object({
        id: counter,
        width: counter,
        height: counter,
        ending: z.enum(['printing', 'cut', 'torn', 'unfinished']),
      }),
    )
    .max(100)
    .readonly(),
}) satisfies z.ZodType<DockState>;

const dockProblem = z.object({
  code: z.enum([
    'no-such-person',
    'no-such-document',
    'no-such-finger',
    'no-such-zone',
    'no-such-strip',
    'unplugged',
    'no-dock',
    'restarting',
    'no-answer',
  ]),
});

const deviceCall = z.discriminatedUnion('method', [
  z.object({ method: z.literal('capture') }),
  z.object({ method: z.literal('connect-card') }),
  z.object({ method: z.literal('transmit'), card: counter, command: bytes(4, MAX_COMMAND) }),
  z.object({ method: z.literal('paper') }),
  z.object({ method: z.literal('print'), strip: monoBitmap }),
  z.object({ method: z.literal('look') }),
  z.object({ method: z.literal('calibrate'), calibration }),
  z.object({ method: z.literal('dock-people') }),
  z.object({ method: z.literal('dock-perform'), command: dockCommandSchema }),
  z.object({ method: z.literal('dock-strip'), strip: counter }),
]);

const deviceAnswer = z.discriminatedUnion('method', [
  /** A capture ends in a problem always; `cancelled` is the ordinary one. */
  z.object({ method: z.literal('capture'), result: resultOf(z.never(), deviceProblem) }),
  z.object({
    method: z.literal('connect-card'),
    result: resultOf(z.object({ card: counter, answerToReset: bytes(0, 64) }), deviceProblem),
  }),
  z.object({ method: z.literal('transmit'), result: resultOf(bytes(2, MAX_ANSWER), deviceProblem) }),
  z.object({
    method: z.literal('paper'),
    result: resultOf(
      z.object({ paper: z.enum(['present', 'low', 'out']), coverOpen: z.boolean() }),
      deviceProblem,
    ),
  }),
  z.object({ method: z.literal('print'), result: resultOf(nothing, deviceProblem) }),
  z.object({ method: z.literal('look'), result: resultOf(nothing, z.never()) }),
  z.object({
    method: z.literal('calibrate'),
    result: resultOf(
      nothing,
      z.object({ code: z.enum(['no-such-scanner', 'not-saved', 'restarting', 'no-answer']) }),
    ),
  }),
  z.object({
    method: z.literal('dock-people'),
    result: resultOf(z.array(dockPerson).readonly(), dockProblem),
  }),
  z.object({ method: z.literal('dock-perform'), result: resultOf(nothing, dockProblem) }),
  z.object({ method: z.literal('dock-strip'), result: resultOf(monoBitmap, dockProblem) }),
]);

/** From the station to the devices process. */
export const toDevicesSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), protocol: counter }),
  z.object({ type: z.literal('ping'), sequence: counter }),
  z.object({ type: z.literal('request'), id: counter, call: deviceCall }),
  /** Ends a capture early; its answer still comes. */
  z.object({ type: z.literal('cancel'), id: counter }),
  /** Asks for the next frame of a capture: at most one is ever under way, and the newest wins. */
  z.object({ type: z.literal('frame-received'), id: counter }),
]);

/** From the devices process to the station. */
export const fromDevicesSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    protocol: counter,
    statuses: z.array(deviceStatus).max(16).readonly(),
    dotsAcross: z.number().int().min(64).max(MAX_STRIP_WIDTH),
    report: deviceReport,
    /** Null where the devices are real. */
    dock: dockState.nullable(),
  }),
  z.object({ type: z.literal('pong'), sequence: counter }),
  z.object({ type: z.literal('status'), status: deviceStatus }),
  z.object({ type: z.literal('card'), present: z.boolean() }),
  z.object({ type: z.literal('text'), lines: z.array(z.string().max(4096)).max(64).readonly() }),
  z.object({ type: z.literal('frame'), id: counter, image: greyImage, fingerPresent: z.boolean() }),
  z.object({ type: z.literal('report'), report: deviceReport }),
  z.object({ type: z.literal('dock-state'), state: dockState }),
  z.object({ type: z.literal('response'), id: counter, answer: deviceAnswer }),
]);

export type ToDevices = z.infer<typeof toDevicesSchema>;
export type FromDevices = z.infer<typeof fromDevicesSchema>;
export type DeviceCall = z.infer<typeof deviceCall>;
export type DeviceMethod = DeviceCall['method'];
export type DeviceAnswer = z.infer<typeof deviceAnswer>;
/** What comes back from one method. */
export type AnswerResult<Method extends DeviceMethod> = Extract<
  DeviceAnswer,
  { readonly method: Method }
>['result'];

/**
 * The same bytes in a buffer of exactly their size: structured clone copies the whole buffer under a view,
 * with whatever else lies in it.
 */
export function exactBytes(view: Uint8Array): Uint8Array {
  return view.byteLength === view.buffer.byteLength ? view : new Uint8Array(view);
}

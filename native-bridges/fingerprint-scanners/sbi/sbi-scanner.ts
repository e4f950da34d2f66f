import { randomUUID, type X509Certificate } from 'node:crypto';
import type { z } from 'zod';
import type { DeviceProblem, FingerFrame, Unsubscribe } from '../../../src/domain/devices.ts';
import type { GreyImage } from '../../../src/domain/grey-image.ts';
import { ListenerSet } from '../../../src/domain/listener-set.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import type { Timer } from '../../../src/domain/timer.ts';
import type { ScannerProtocol } from '../opened-scanner.ts';
import { blankImage } from '../scanner-profile.ts';
import { type PictureDecoders, readFingerImageRecord } from './finger-image-record.ts';
import { continuesChain, FIRST_HASH } from './hash-chain.ts';
import { exchangeJson } from './raw-http.ts';
import {
  CAPTURE_TIMED_OUT,
  capturedSchema,
  captureSchema,
  type DigitalId,
  deviceInfoSchema,
  digitalIdSchema,
  discoverySchema,
  infoSchema,
  NO_ERROR,
  OTHER_INFO_VERB,
  VERBS,
} from './sbi-messages.ts';
import { openToken } from './signed-token.ts';

const QUESTION_MILLISECONDS = 2_000;
/** How long one request waits for a finger; then the next one follows. */
const CAPTURE_MILLISECONDS = 10_000;
/** What the service may take beyond that. */
const CAPTURE_PATIENCE = 5_000;
/** A capture older or newer than this was not taken for us now; clocks on one machine agree. */
const FRESH_MILLISECONDS = 60_000;
const BLANK = { width: 320, height: 480, dpi: 500 } as const;
const MAX_BAD_CAPTURES = 3;

export interface SbiOptions {
  readonly port: number;
  /** Those who vouch for devices, as the technician provisioned them. */
  readonly authorities: readonly X509Certificate[];
  readonly timer: Timer;
  readonly now: () => Date;
  /** What pictures are decoded with that come as WSQ or JPEG 2000. */
  readonly decoders?: Partial<PictureDecoders>;
}

export interface OpenedSbi {
  readonly protocol: ScannerProtocol;
  readonly identity: DigitalId;
}

/**
 * Opens the fingerprint scanner behind a maker's Secure Biometric Interface on this machine. It has to be one for
 * registration: what the other kind captures only a server can read.
 * @returns `absent` where none is, `access-denied` for a device that no provisioned authority vouches for
 */
export async function openSbi(options: SbiOptions): Promise<Result<OpenedSbi, DeviceProblem>> {
  const { port, timer } = options;
  const ask = <T>(verb: string, path: string, body: unknown, schema: z.ZodType<T>) =>
    askFor({ port, verb, path, body, milliseconds: QUESTION_MILLISECONDS }, schema, timer);
  const discovered = await ask(VERBS.discover, '/device', { type: 'Finger' }, discoverySchema);
  if (!discovered.ok) return discovered;
  const device = discovered.value.find(({ purpose }) => purpose === 'Registration');
  if (device === undefined) return err({ code: 'absent' });
  if (device.deviceStatus === 'Busy') return err({ code: 'busy' });
  if (device.deviceStatus !== 'Ready') return err({ code: 'no-answer' });
  let info = await ask(VERBS.info, '/info', {}, infoSchema);
  if (!info.ok && info.error.code === 'bad-data') info = await ask(OTHER_INFO_VERB, '/info', {}, infoSchema);
  if (!info.ok) return info;
  for (const { deviceInfo } of info.value) {
    const told = openToken(deviceInfo, options.authorities, options.now());
    const parsed = told.ok ? deviceInfoSchema.safeParse(told.value) : null;
    const identity = parsed?.success === true ? identify(parsed.data.digitalId, options) : null;
    if (parsed?.success !== true || identity === null || identity.type !== 'Finger') continue;
    const deviceId = device.deviceId ?? parsed.data.deviceId ?? '';
    const subId = device.deviceSubId?.[0] ?? '0';
    return ok({ protocol: new SbiScanner(options, deviceId, subId, identity), identity });
  }
  return err({ code: 'access-denied' });
}

/** Who a device is, where its maker's signature and the chain above it hold. */
function identify(token: string, { authorities, now }: SbiOptions): DigitalId | null {
  const opened = openToken(token, authorities, now());
  const parsed = opened.ok ? digitalIdSchema.safeParse(opened.value) : null;
  return parsed?.success === true ? parsed.data : null;
}

class SbiScanner implements ScannerProtocol {
  private readonly options: SbiOptions;
  private readonly deviceId: string;
  private readonly subId: string;
  private readonly identity: DigitalId;
  private readonly closeListeners = new ListenerSet<void>();
  private readonly closing = new AbortController();
  private previousHash = FIRST_HASH;

  constructor(options: SbiOptions, deviceId: string, subId: string, identity: DigitalId) {
    this.options = options;
    this.deviceId = deviceId;
    this.subId = subId;
    this.identity = identity;
  }

  async stream(onFrame: (frame: FingerFrame) => void, signal: AbortSignal): Promise<DeviceProblem> {
    const noFinger = () =>
      onFrame({ image: blankImage(BLANK.width, BLANK.height, BLANK.dpi), fingerPresent: false });
    noFinger();
    let bad = 0;
    while (!signal.aborted && !this.closing.signal.aborted) {
      const taken = await this.capture(AbortSignal.any([signal, this.closing.signal]));
      if (taken.ok) {
        bad = 0;
        if (taken.value === null) continue;
        onFrame({ image: taken.value, fingerPresent: true });
        noFinger();
      } else if (taken.error.code === 'absent') {
        await this.close();
        return taken.error;
      } else if (taken.error.code !== 'cancelled') {
        bad += 1;
        if (taken.error.code !== 'bad-data' || bad === MAX_BAD_CAPTURES) return taken.error;
      }
    }
    return { code: signal.aborted ? 'cancelled' : 'absent' };
  }

  onClose(listener: () => void): Unsubscribe {
    if (this.closing.signal.aborted) queueMicrotask(listener);
    return this.closeListeners.add(listener);
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort();
    this.closeListeners.tell();
  }

  /** A picture of a finger; null where none came in time. */
  private async capture(signal: AbortSignal): Promise<Result<GreyImage | null, DeviceProblem>> {
    const transactionId = randomUUID();
    const body = {
      env: 'Production',
      purpose: 'Registration',
      specVersion: '0.9.5',
      timeout: String(CAPTURE_MILLISECONDS),
      captureTime: this.options.now().toISOString(),
      transactionId,
      bio: [
        {
          type: 'Finger',
          count: '1',
          bioSubType: ['UNKNOWN'],
          exception: [],
          requestedScore: '0',
          deviceId: this.deviceId,
          deviceSubId: this.subId,
          previousHash: this.previousHash,
        },
      ],
      customOpts: [],
    };
    const milliseconds = CAPTURE_MILLISECONDS + CAPTURE_PATIENCE;
    const request = {
      port: this.options.port,
      verb: VERBS.capture,
      path: '/capture',
      body,
      milliseconds,
      signal,
    };
    const answered = await askFor(request, captureSchema, this.options.timer);
    if (!answered.ok) return answered;
    const [first] = answered.value.biometrics;
    const code = first?.error?.errorCode ?? NO_ERROR;
    if (code === CAPTURE_TIMED_OUT) return ok(null);
    if (first === undefined || code !== NO_ERROR || !first.data || !first.hash)
      return err({ code: 'bad-data' });
    return this.openCapture(first.data, first.hash, transactionId);
  }

  /** Takes a picture only where signature, chain, device, request, time and hash are all right. */
  private async openCapture(
    data: string,
    hash: string,
    transactionId: string,
  ): Promise<Result<GreyImage, DeviceProblem>> {
    const { authorities, now } = this.options;
    const opened = openToken(data, authorities, now());
    if (!opened.ok) return err({ code: opened.error === 'malformed' ? 'bad-data' : 'access-denied' });
    const parsed = capturedSchema.safeParse(opened.value);
    if (!parsed.success) return err({ code: 'bad-data' });
    const captured = parsed.data;
    const age = Math.abs(now().getTime() - Date.parse(captured.timestamp));
    const isOurs = captured.transactionId === transactionId && captured.bioType === 'Finger';
    const identity = identify(captured.digitalId, this.options);
    const isTheDevice = identity?.serialNo === this.identity.serialNo && identity.make === this.identity.make;
    if (!isOurs || !(age <= FRESH_MILLISECONDS) || !isTheDevice) return err({ code: 'access-denied' });
    const record = Uint8Array.from(Buffer.from(captured.bioValue, 'base64url'));
    if (!continuesChain(hash, this.previousHash, record)) return err({ code: 'access-denied' });
    this.previousHash = hash;
    const image = await readFingerImageRecord(record, this.options.decoders);
    record.fill(0);
    return image;
  }
}

async function askFor<T>(
  request: Parameters<typeof exchangeJson>[0],
  schema: z.ZodType<T>,
  timer: Timer,
): Promise<Result<T, DeviceProblem>> {
  const answered = await exchangeJson(request, timer);
  if (!answered.ok) return answered;
  const parsed = schema.safeParse(answered.value);
  return parsed.success ? ok(parsed.data) : err({ code: 'bad-data' });
}

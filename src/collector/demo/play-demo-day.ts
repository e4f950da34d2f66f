import { encodeUploadRange } from '../../ledger/upload-range.ts';
import {
  DEVICE_KEY_HEADER,
  encodeDeviceKey,
  eventsPath,
  RANGE_CONTENT_TYPE,
} from '../../sync/upload/upload-protocol.ts';
import { DEMO_OPENS_AT, drawDemoEvents, HOURS_OF_DAY, seededRandom } from './demo-day.ts';
import { DemoDevice, type DemoEvent } from './demo-device.ts';

export interface DemoDayOptions {
  readonly url: string;
  readonly stations: number;
  /** Minutes of the day in a minute. */
  readonly speed: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Between two steps; each step a part of the lanes sends. */
  readonly stepMs?: number;
}

export const DEMO_SPEED = 100;
const LANES_PER_STATION = 3;
const VOTERS_OF_LANE = 400;
const STEP_MS = 250;
const STEPS_OF_A_ROUND = 16;
/** Every so many-th station falls silent in the middle of the day. */
const SILENT_EVERY = 37;
const SILENT_FROM_HOUR = 9;
/** Of the batches of all lanes. */
const WANDERER_SHARE = 0.002;

interface Lane {
  readonly device: DemoDevice;
  readonly falls: boolean;
  /** A range that found no answer; it goes first the next time. */
  unsent: Uint8Array | null;
}

/** Plays a mock national day into a mock collector over its own interface. Resolves at the end of the day. */
export async function playDemoDay(options: DemoDayOptions): Promise<void> {
  const { url, stations, speed, seed, signal, stepMs = STEP_MS } = options;
  const random = seededRandom(seed);
  const lanes = Array.from({ length: stations * LANES_PER_STATION }, (_, i): Lane => {
    const number = Math.floor(i / LANES_PER_STATION);
    const station = String(1001 + number);
    const device = new DemoDevice({
      election: 'demo',
      station,
      device: `${station}-${(i % LANES_PER_STATION) + 1}`,
    });
    return { device, falls: number % SILENT_EVERY === SILENT_EVERY - 1, unsent: null };
  });
  const hoursOfRound = (STEPS_OF_A_ROUND * stepMs * speed) / 3_600_000;
  let wanderer: DemoEvent | null = null;
  for (let step = 0; !signal.aborted; step += 1) {
    const hour = Math.floor(DEMO_OPENS_AT + (step / STEPS_OF_A_ROUND) * hoursOfRound);
    const share = HOURS_OF_DAY.find(([of]) => of === hour)?.[1];
    if (share === undefined) return;
    const sending = lanes.filter(
      (lane, i) =>
        i % STEPS_OF_A_ROUND === step % STEPS_OF_A_ROUND && !(lane.falls && hour >= SILENT_FROM_HOUR),
    );
    const expected = ((VOTERS_OF_LANE * share) / 100) * hoursOfRound;
    await Promise.all(
      sending.map((lane) => {
        const count = Math.max(1, Math.round(expected * 2 * random()));
        const events = drawDemoEvents(Math.floor(random() * 2 ** 32), count, hour);
        wanderer = mayWander(events, wanderer, random);
        return send(url, lane, () => events, signal);
      }),
    );
    await pause(stepMs, signal);
  }
}

/** Now and then somebody who was identified at one station is identified at the next as well. */
function mayWander(events: DemoEvent[], wanderer: DemoEvent | null, random: () => number): DemoEvent | null {
  if (wanderer !== null) {
    events.push(wanderer);
    return null;
  }
  const first = events.find(({ kind }) => kind === 'identification');
  return first !== undefined && random() < WANDERER_SHARE ? first : null;
}

async function send(
  url: string,
  lane: Lane,
  draw: () => ReturnType<typeof drawDemoEvents>,
  signal: AbortSignal,
): Promise<void> {
  lane.unsent ??= encodeUploadRange(lane.device.commit(draw()));
  const { device } = lane;
  const answer = await fetch(new URL(eventsPath(device.identity.device), url), {
    method: 'POST',
    headers: {
      'content-type': RANGE_CONTENT_TYPE,
      [DEVICE_KEY_HEADER]: encodeDeviceKey(device.key.publicKey),
    },
    body: new Uint8Array(lane.unsent),
    signal,
  }).catch(() => null);
  if (answer?.status === 200) lane.unsent = null;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

import { assert, describe, expect, test } from 'vitest';
import { createRandom } from '../fixtures/random.ts';
import { manualTimer } from '../src/domain/manual-timer.ts';
import { err, ok, type Result } from '../src/domain/result.ts';
import { openCcidReader } from './card-readers/ccid/ccid-reader.ts';
import { encodeCcidDescriptor, parseCcidDescriptor, planFor } from './card-readers/ccid/descriptor.ts';
import { parseAnswerToReset } from './card-readers/iso7816/answer-to-reset.ts';
import { parseCommand } from './card-readers/iso7816/command.ts';
import { decodeBlock, encodeBlock, ProtocolT1 } from './card-readers/iso7816/protocol-t1.ts';
import { PROBLEM_EXPLANATIONS } from './device-explanations.ts';
import { decodeCapture } from './fingerprint-scanners/digitalpersona/capture.ts';
import { openDigitalPersona } from './fingerprint-scanners/digitalpersona/digitalpersona-scanner.ts';
import { decodeFrameSize, openFutronic } from './fingerprint-scanners/futronic/futronic-scanner.ts';
import {
  readFingerImageRecord,
  writeFingerImageRecord,
} from './fingerprint-scanners/sbi/finger-image-record.ts';
import { decodeAnswer } from './fingerprint-scanners/sbi/raw-http.ts';
import { captureSchema, discoverySchema } from './fingerprint-scanners/sbi/sbi-messages.ts';
import { openToken } from './fingerprint-scanners/sbi/signed-token.ts';
import { DIGITALPERSONA_4500, FUTRONIC_FS81, ZFM_MODULE } from './fingerprint-scanners/scanner-models.ts';
import { encodePacket, ZfmPacketReader } from './fingerprint-scanners/zfm/packets.ts';
import { openZfm } from './fingerprint-scanners/zfm/zfm-scanner.ts';
import { LineAssembler } from './mrz-readers/assembler.ts';
import { encodeHidPosReports, parseHidPosReport } from './mrz-readers/hid-pos-report.ts';
import { SerialMrzReader } from './mrz-readers/serial-mrz-reader.ts';
import { EscPosPrinter } from './printers/escpos/escpos-printer.ts';
import { STANDARD_PROFILE } from './printers/escpos/escpos-profile.ts';
import { decodeStatus, isRealTimeStatus, isTransmittedStatus } from './printers/escpos/status.ts';
import { EXTENDED_READER } from './simulated/usb/ccid-emulator.ts';
import { EmulatedInEndpoint, type EmulatedUsbDevice } from './simulated/usb/emulated-usb-device.ts';
import { MemoryUsbTransport } from './simulated/usb/memory-usb-transport.ts';
import { malform, pick } from './testing/malform.ts';
import { decodeStringDescriptor } from './transports/libusb-bus.ts';
import { MemoryTransport } from './transports/memory-transport.ts';

/** Malformed inputs of each kind, and malformed messages in conversations of each; TIZME_FUZZ=1000000 is the long run. */
const CASES = Math.max(500, Number(process.env.TIZME_FUZZ ?? 1_000));
const LONG_RUN = 60_000 + CASES * 20;
/** No input may take more milliseconds of processor time. */
const LONGEST = 1_000;

const TEXT = new TextEncoder();
const SMALL_FINGER = { width: 16, height: 16, dpi: 500, pixels: new Uint8Array(16 * 16).fill(9) };
const HTTP = TEXT.encode(
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n[{"deviceStatus":"Ready"}]  \r\n0\r\n\r\n',
);
const TOKEN = TEXT.encode('eyJhbGciOiJSUzI1NiIsIng1YyI6WyJNSUlCIl19.eyJhIjoxfQ.AAAA');
const STRING_DESCRIPTOR = Uint8Array.of(10, 3, ...Buffer.from('FS81', 'utf16le'));
const CAPTURE = Uint8Array.from({ length: 64 + 3 * 384 }, (_, at) => (at === 4 ? 3 : at === 17 ? 3 : 0));
const ATR = Uint8Array.of(0x3b, 0x80, 0x81, 0x31, 0x28, 0x45, 0x80 ^ 0x81 ^ 0x31 ^ 0x28 ^ 0x45);
const ZONE = TEXT.encode('\x02I<KGZID1234567\r9001011F3001011\rTESTOVA<<AIDA\r\x03');
const [REPORT = new Uint8Array()] = encodeHidPosReports(ZONE.slice(1, 40), ']e0');

type Decoder = readonly [name: string, recording: Uint8Array, decode: (input: Uint8Array) => unknown];

function parseJson(schema: { safeParse(value: unknown): unknown }, bytes: Uint8Array): unknown {
  const answer = decodeAnswer(Buffer.from(bytes));
  return answer.ok ? schema.safeParse(answer.value) : answer;
}

/** Readers of bytes that a device or a service wrote, by kind, and a message as it should be. */
const KINDS: Readonly<Record<string, readonly Decoder[]>> = {
  descriptors: [
    ['CCID descriptor', encodeCcidDescriptor(EXTENDED_READER), plan],
    ['FS81 device info', futronicInfo(), decodeFrameSize],
    ['string descriptor', STRING_DESCRIPTOR, decodeStringDescriptor],
  ],
  'cards and CCID': [
    ['answer to reset', ATR, parseAnswerToReset],
    ['T=1 block', encodeBlock(0x40, Uint8Array.of(1, 2, 3), false), (input) => decodeBlock(input, false)],
    ['T=1 block, CRC', encodeBlock(0x40, Uint8Array.of(1, 2, 3), true), (input) => decodeBlock(input, true)],
    ['command', Uint8Array.of(0, 0xb0, 0, 0, 0, 1, 0), parseCommand],
  ],
  'ESC/POS': [['status', Uint8Array.of(0x12, 0x16), statusOf]],
  SBI: [
    ['finger image record', writeFingerImageRecord(SMALL_FINGER), (input) => readFingerImageRecord(input)],
    ['discovery', HTTP, (input) => parseJson(discoverySchema, input)],
    ['capture', HTTP, (input) => parseJson(captureSchema, input)],
    ['signed token', TOKEN, (input) => openToken(Buffer.from(input).toString('latin1'), [], new Date(0))],
  ],
  'serial and HID': [
    ['ZFM packets', encodePacket(0x07, Uint8Array.of(0, 1, 2)), (input) => new ZfmPacketReader().push(input)],
    ['serial text', ZONE, assemble],
    ['HID point-of-sale report', REPORT, parseHidPosReport],
  ],
  'U.are.U pictures': [['capture', CAPTURE, decodeCapture]],
};

function plan(input: Uint8Array): unknown {
  const descriptor = parseCcidDescriptor(input);
  return descriptor === null ? null : planFor(descriptor);
}

function futronicInfo(): Uint8Array {
  const info = new Uint8Array(512);
  info.set([1, 0x40, 1, 0xe0], 4);
  return info;
}

function assemble(input: Uint8Array): unknown {
  const assembler = new LineAssembler();
  return [assembler.push(input), assembler.flush()];
}

function statusOf(input: Uint8Array): unknown {
  const bytes = [...input].filter(isRealTimeStatus);
  return [decodeStatus(bytes[0] ?? 0, bytes[1] ?? 0), [...input].some(isTransmittedStatus)];
}

describe('what devices send, malformed', () => {
  test.each(Object.entries(KINDS).map(([kind, decoders], index) => ({ kind, decoders, index })))(
    '$kind: an answer or a clear error for each, and nothing read beyond its end',
    async ({ decoders, index }) => {
      const random = createRandom(1_000 + index);
      for (let round = 0; round < CASES; round += 1) {
        const [name, recording, decode] = decoders[round % decoders.length] ?? assert.fail();
        const input = malform(recording, random.next);
        const started = process.cpuUsage();
        const outcome = await decode(within(input, 0x00));
        const { user, system } = process.cpuUsage(started);
        if ((user + system) / 1_000 > LONGEST) throw new Error(`${name}: hangs over ${hex(input)}`);
        if (!isClear(outcome)) throw new Error(`${name}: no clear error for ${hex(input)}`);
        // The same bytes between other ones must say the same.
        if (tell(await decode(within(input, 0xff))) !== tell(outcome))
          throw new Error(`${name}: read beyond ${hex(input)}`);
      }
    },
    LONG_RUN,
  );
});

describe('whole conversations with devices that answer anything', () => {
  test(
    'card readers: opening, powering up and exchanging ends in an answer or a problem',
    async () => {
      await converse(2_000, async (random) => {
        const timer = manualTimer();
        const features = [0x10000, 0x10030, 0x20002, 0x200ba, 0x40040, 0x404ba][pick(random, 6)] ?? 0;
        const device = new HostileDevice(random, encodeCcidDescriptor({ ...EXTENDED_READER, features }));
        const usb = new MemoryUsbTransport(device, timer);
        const talk = ended(timer, async () => {
          const opened = await openCcidReader(usb, INFO, timer);
          if (!opened.ok) return opened;
          const card = await opened.value.connect();
          const answer = card.ok ? await card.value.transmit(Uint8Array.of(0, 0xb0, 0, 0, 200)) : card;
          await opened.value.close();
          return answer;
        });
        return { outcome: await talk, malformed: device.malformed };
      });
    },
    LONG_RUN,
  );

  test(
    'scanners over USB: opening and a second of streaming ends in frames or a problem',
    async () => {
      await converse(3_000, async (random) => {
        const timer = manualTimer();
        const device = new HostileDevice(random, new Uint8Array());
        const usb = new MemoryUsbTransport(device, timer);
        const stop = new AbortController();
        timer.after(1_000, () => stop.abort());
        const talk = ended(timer, async () => {
          const seed = () => 7;
          const opened =
            random() < 0.5
              ? await openFutronic(usb, FUTRONIC_FS81)
              : await openDigitalPersona({ usb, profile: DIGITALPERSONA_4500, timer, seed });
          if (!opened.ok) return opened;
          const problem = await opened.value.stream(() => undefined, stop.signal);
          await usb.close();
          return err(problem);
        });
        return { outcome: await talk, malformed: device.malformed };
      });
    },
    LONG_RUN,
  );

  test(
    'serial lines: a fingerprint module, a document reader and a printer end every call',
    async () => {
      await converse(4_000, async (random) => {
        const timer = manualTimer();
        let malformed = 0;
        const line: MemoryTransport = new MemoryTransport((bytes) => {
          malformed += 1;
          const answer = random() < 0.3 ? encodePacket(0x07, Uint8Array.of(pick(random, 4))) : bytes;
          timer.after(pick(random, 50), () => line.send(malform(answer, random)));
        });
        const stop = new AbortController();
        timer.after(1_000, () => stop.abort());
        const talk = ended(timer, async () => {
          new SerialMrzReader({ ...INFO, kind: 'mrz-reader' }, timer).attach(line);
          const module = await openZfm(line, ZFM_MODULE, timer);
          if (module.ok) await module.value.stream(() => undefined, stop.signal);
          const printer = new EscPosPrinter({ ...INFO, kind: 'printer' }, STANDARD_PROFILE, timer);
          await printer.attach(line);
          const printed = await printer.print({ width: 8, height: 8, rows: new Uint8Array(8) });
          printer.close();
          await line.close();
          return printed;
        });
        return { outcome: await talk, malformed };
      });
    },
    LONG_RUN,
  );

  test(
    'cards: T=1 ends whatever blocks come',
    async () => {
      await converse(5_000, async (random) => {
        const answer = encodeBlock(
          [0x00, 0x40, 0x80, 0x90, 0xc0, 0xc3][pick(random, 6)] ?? 0,
          Uint8Array.of(0x90, 0),
          false,
        );
        let malformed = 0;
        const carry = async () => {
          if (random() < 0.5) return ok(answer);
          malformed += 1;
          return ok(malform(answer, random));
        };
        const card = new ProtocolT1(carry, 32, false, 261);
        return { outcome: await card.transmit(Uint8Array.of(0, 0xa4, 0, 0)), malformed };
      });
    },
    LONG_RUN,
  );
});

const TOKEN_PROBLEMS = new Set(['malformed', 'not-signed-so', 'not-valid-now', 'not-trusted']);
const INFO = { kind: 'card-reader', model: 'hostile', serialNumber: null, simulated: true } as const;

/** A device that answers each message with a mutation of what it was sent, of an answer, or with nothing. */
class HostileDevice implements EmulatedUsbDevice {
  readonly vendorId = 1;
  readonly productId = 1;
  readonly names = { manufacturer: null, product: null, serialNumber: null };
  readonly interfaces;
  readonly inEndpoints = [
    new EmulatedInEndpoint(0x81, 'interrupt', 64),
    new EmulatedInEndpoint(0x82, 'bulk', 64),
  ] as const;
  readonly outEndpoints = [{ address: 0x01, packetSize: 64 }];
  /** Messages that were not as they should be. */
  malformed = 0;
  private readonly random: () => number;

  constructor(random: () => number, classDescriptors: Uint8Array) {
    this.random = random;
    this.interfaces = [{ class: 0xff, subclass: 0, protocol: 0, classDescriptors }] as const;
  }

  control(_setup: unknown, _data: Uint8Array, length: number): Uint8Array | null {
    if (this.random() < 0.3) this.inEndpoints[0].push(Uint8Array.of(pick(this.random, 3), 1, 0));
    this.malformed += 1;
    return this.random() < 0.2 ? null : Uint8Array.from({ length }, () => pick(this.random, 256));
  }

  receive(_endpoint: number, message: Uint8Array): boolean | null {
    const { random } = this;
    if (random() < 0.05) return random() < 0.5 ? false : null;
    if (random() < 0.1) return true;
    const sequence = message[6] ?? 0;
    const answer = Uint8Array.of(0x80, ATR.length, 0, 0, 0, 0, sequence, 0, 0, 0, ...ATR);
    const size = message.length < 4 ? futronicInfo() : answer;
    const isMalformed = random() >= 0.6;
    if (isMalformed) this.malformed += 1;
    this.inEndpoints[1].push(isMalformed ? malform(size, random) : size, random() < 0.5);
    return true;
  }
}

/** Conversations until so many malformed messages were sent. Each has a seed of its own, which the failure names. */
async function converse(
  firstSeed: number,
  talk: (
    random: () => number,
  ) => Promise<{ readonly outcome: Result<unknown, unknown>; readonly malformed: number }>,
): Promise<void> {
  let sent = 0;
  const seen = new Set<string>();
  for (let round = 0; sent < CASES; round += 1) {
    const started = process.cpuUsage();
    const { outcome, malformed } = await talk(createRandom(firstSeed * 10_000_000 + round).next).catch(
      (problem: unknown) => {
        throw new Error(`conversation ${round} of ${firstSeed}: ${problem}`);
      },
    );
    // One that sends nothing counts too, or there might be no end.
    sent += Math.max(malformed, 1);
    if (!isClear(outcome)) throw new Error(`conversation ${round} of ${firstSeed}: ${tell(outcome)}`);
    seen.add(outcome.ok ? 'answer' : tell(outcome.error));
    const { user, system } = process.cpuUsage(started);
    if ((user + system) / 1_000 > 5 * LONGEST) throw new Error(`conversation ${round} of ${firstSeed} hangs`);
  }
  expect(seen.size).toBeGreaterThan(1);
}

/** Whether a failure names a problem that a technician is told the meaning of, or what a signature lacks. */
function isClear(outcome: unknown): boolean {
  if (typeof outcome !== 'object' || outcome === null || !('ok' in outcome) || outcome.ok) return true;
  if (!('error' in outcome)) return false;
  const { error } = outcome;
  if (typeof error === 'string') return TOKEN_PROBLEMS.has(error);
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' && Object.hasOwn(PROBLEM_EXPLANATIONS, code);
}

/** What was understood, as text that can be compared. */
function tell(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Uint8Array ? Buffer.from(part).toString('latin1') : part,
  );
}

/** Runs the conversation to its end in as much pretended time as a patient driver may take. */
async function ended<T>(timer: ReturnType<typeof manualTimer>, talk: () => Promise<T>): Promise<T> {
  let settled = false;
  const talking = talk().finally(() => {
    settled = true;
  });
  // A failure is seen below; until then it is nobody's.
  talking.catch(() => undefined);
  for (let minutes = 0; minutes < 600 && !settled; minutes += 1) await timer.advance(60_000 / 10);
  if (!settled) throw new Error('it hangs');
  return talking;
}

/** The bytes in the middle of a larger memory that is full of something else. */
function within(bytes: Uint8Array, filling: number): Uint8Array {
  const memory = new Uint8Array(bytes.length + 64).fill(filling);
  memory.set(bytes, 32);
  return memory.subarray(32, 32 + bytes.length);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').slice(0, 400);
}

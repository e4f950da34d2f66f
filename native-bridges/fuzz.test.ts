import { describe, expect, test } from 'vitest';
import { createRandom } from '../fixtures/random.ts';
import { manualTimer } from '../src/domain/manual-timer.ts';
import { ok, type Result } from '../src/domain/result.ts';
import { openCcidReader } from './card-readers/ccid/ccid-reader.ts';
import { encodeCcidDescriptor, parseCcidDescriptor, planFor } from './card-readers/ccid/descriptor.ts';
import { parseAnswerToReset } from './card-readers/iso7816/answer-to-reset.ts';
import { parseCommand } from './card-readers/iso7816/command.ts';
import { decodeBlock, encodeBlock, ProtocolT1 } from './card-readers/iso7816/protocol-t1.ts';
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
import { EscPosPrinter, STANDARD_PROFILE } from './printers/escpos/escpos-printer.ts';
import { decodeStatus, isRealTimeStatus, isTransmittedStatus } from './printers/escpos/status.ts';
import { EmulatedInEndpoint, type EmulatedUsbDevice } from './simulated/usb/emulated-usb-device.ts';
import { MemoryUsbTransport } from './simulated/usb/memory-usb-transport.ts';
import { malform, pick } from './testing/malform.ts';
import { decodeStringDescriptor } from './transports/libusb-bus.ts';
import { MemoryTransport } from './transports/memory-transport.ts';

/** Malformed inputs in all; TIZME_FUZZ=1000000 is the long run. */
const CASES = Math.max(1_000, Number(process.env.TIZME_FUZZ ?? 6_000));
/** A whole conversation with a device costs as much as many parsers. */
const CONVERSATIONS = Math.ceil(CASES / 100);
const LONG_RUN = 60_000 + CASES * 20;
/** No input may take more milliseconds of processor time. */
const LONGEST = 1_000;

const TEXT = new TextEncoder();
const READER = {
  slots: 1,
  voltages: 0b111,
  protocols: 0b11,
  defaultClock: 4_000,
  maxDataRate: 307_200,
  maxInformationFieldSize: 254,
  features: 0x404ba,
  maxMessageLength: 271,
};
const SMALL_FINGER = { width: 64, height: 64, dpi: 500, pixels: new Uint8Array(64 * 64).fill(9) };
const HTTP = TEXT.encode(
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n[{"deviceStatus":"Ready"}]  \r\n0\r\n\r\n',
);
const TOKEN = TEXT.encode('eyJhbGciOiJSUzI1NiIsIng1YyI6WyJNSUlCIl19.eyJhIjoxfQ.AAAA');
const STRING_DESCRIPTOR = Uint8Array.of(10, 3, ...Buffer.from('FS81', 'utf16le'));
const CAPTURE = Uint8Array.from({ length: 64 + 3 * 384 }, (_, at) => (at === 4 ? 3 : at === 17 ? 3 : 0));
const ATR = Uint8Array.of(0x3b, 0x80, 0x81, 0x31, 0x28, 0x45, 0x80 ^ 0x81 ^ 0x31 ^ 0x28 ^ 0x45);
const ZONE = TEXT.encode('\x02I<KGZID1234567\r9001011F3001011\rTESTOVA<<AIDA\r\x03');
const [REPORT = new Uint8Array()] = encodeHidPosReports(ZONE.slice(1, 40), ']e0');

function parseJson(schema: { safeParse(value: unknown): unknown }, bytes: Uint8Array): unknown {
  const answer = decodeAnswer(Buffer.from(bytes));
  return answer.ok ? schema.safeParse(answer.value) : answer;
}

/** Each reader of bytes that a device or a service wrote, and a message as it should be. */
const DECODERS: readonly (readonly [string, Uint8Array, (input: Uint8Array) => unknown])[] = [
  ['CCID descriptor', encodeCcidDescriptor(READER), (input) => plan(input)],
  ['answer to reset', ATR, parseAnswerToReset],
  [
    'T=1 block',
    encodeBlock(0x40, Uint8Array.of(1, 2, 3), false),
    (input) => [decodeBlock(input, false), decodeBlock(input, true)],
  ],
  ['command', Uint8Array.of(0, 0xb0, 0, 0, 0, 1, 0), parseCommand],
  ['FS81 device info', futronicInfo(), decodeFrameSize],
  ['U.are.U capture', CAPTURE, decodeCapture],
  ['string descriptor', STRING_DESCRIPTOR, decodeStringDescriptor],
  ['ZFM packets', encodePacket(0x07, Uint8Array.of(0, 1, 2)), (input) => new ZfmPacketReader().push(input)],
  ['serial text', ZONE, assemble],
  ['HID point-of-sale report', REPORT, parseHidPosReport],
  ['ESC/POS status', Uint8Array.of(0x12, 0x16), statusOf],
  ['finger image record', writeFingerImageRecord(SMALL_FINGER), (input) => readFingerImageRecord(input)],
  ['HTTP answer: discovery', HTTP, (input) => parseJson(discoverySchema, input)],
  ['HTTP answer: capture', HTTP, (input) => parseJson(captureSchema, input)],
  ['signed token', TOKEN, (input) => openToken(Buffer.from(input).toString('latin1'), [], new Date(0))],
];

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
  test.each(DECODERS.map(([name, recording, decode], index) => ({ name, recording, decode, index })))(
    '$name: an answer or a clear error for each, and nothing read beyond its end',
    async ({ recording, decode, index }) => {
      const random = createRandom(1_000 + index);
      const cases = Math.ceil(CASES / DECODERS.length);
      for (let round = 0; round < cases; round += 1) {
        const input = malform(recording, random.next);
        const started = process.cpuUsage();
        const seen = JSON.stringify(await decode(within(input, 0x00)));
        const { user, system } = process.cpuUsage(started);
        expect((user + system) / 1_000).toBeLessThan(LONGEST);
        // The same bytes between other ones must say the same.
        if (JSON.stringify(await decode(within(input, 0xff))) !== seen)
          throw new Error(`read beyond ${hex(input)}`);
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
        const device = new HostileDevice(random, encodeCcidDescriptor({ ...READER, features }));
        const usb = new MemoryUsbTransport(device, timer);
        return ended(timer, async () => {
          const opened = await openCcidReader(usb, INFO, timer);
          if (!opened.ok) return opened;
          const card = await opened.value.connect();
          const answer = card.ok ? await card.value.transmit(Uint8Array.of(0, 0xb0, 0, 0, 200)) : card;
          await opened.value.close();
          return answer;
        });
      });
    },
    LONG_RUN,
  );

  test(
    'scanners over USB: opening and a second of streaming ends in frames or a problem',
    async () => {
      await converse(3_000, async (random) => {
        const timer = manualTimer();
        const usb = new MemoryUsbTransport(new HostileDevice(random, new Uint8Array()), timer);
        const stop = new AbortController();
        timer.after(1_000, () => stop.abort());
        return ended(timer, async () => {
          const seed = () => 7;
          const opened =
            random() < 0.5
              ? await openFutronic(usb, FUTRONIC_FS81)
              : await openDigitalPersona({ usb, profile: DIGITALPERSONA_4500, timer, seed });
          if (opened.ok) await opened.value.stream(() => undefined, stop.signal);
          await usb.close();
          return opened;
        });
      });
    },
    LONG_RUN,
  );

  test(
    'serial lines: a fingerprint module, a document reader and a printer end every call',
    async () => {
      await converse(4_000, async (random) => {
        const timer = manualTimer();
        const line: MemoryTransport = new MemoryTransport((bytes) => {
          const answer = random() < 0.3 ? encodePacket(0x07, Uint8Array.of(pick(random, 4))) : bytes;
          timer.after(pick(random, 50), () => line.send(malform(answer, random)));
        });
        const stop = new AbortController();
        timer.after(1_000, () => stop.abort());
        return ended(timer, async () => {
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
        const carry = async () => ok(random() < 0.5 ? answer : malform(answer, random));
        return new ProtocolT1(carry, 32, false, 261).transmit(Uint8Array.of(0, 0xa4, 0, 0));
      });
    },
    LONG_RUN,
  );
});

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
  private readonly random: () => number;

  constructor(random: () => number, classDescriptors: Uint8Array) {
    this.random = random;
    this.interfaces = [{ class: 0xff, subclass: 0, protocol: 0, classDescriptors }] as const;
  }

  control(_setup: unknown, _data: Uint8Array, length: number): Uint8Array | null {
    if (this.random() < 0.3) this.inEndpoints[0].push(Uint8Array.of(pick(this.random, 3), 1, 0));
    return this.random() < 0.2 ? null : Uint8Array.from({ length }, () => pick(this.random, 256));
  }

  receive(_endpoint: number, message: Uint8Array): boolean | null {
    const { random } = this;
    if (random() < 0.05) return random() < 0.5 ? false : null;
    if (random() < 0.1) return true;
    const sequence = message[6] ?? 0;
    const answer = Uint8Array.of(0x80, ATR.length, 0, 0, 0, 0, sequence, 0, 0, 0, ...ATR);
    const size = message.length < 4 ? futronicInfo() : answer;
    this.inEndpoints[1].push(random() < 0.6 ? size : malform(size, random), random() < 0.5);
    return true;
  }
}

/** Each conversation has a seed of its own, which the failure names. */
async function converse(
  firstSeed: number,
  talk: (random: () => number) => Promise<Result<unknown, unknown>>,
): Promise<void> {
  for (let round = 0; round < CONVERSATIONS; round += 1) {
    const started = process.cpuUsage();
    const outcome = await talk(createRandom(firstSeed * 1_000 + round).next).catch((problem: unknown) => {
      throw new Error(`conversation ${round} of ${firstSeed}: ${problem}`);
    });
    expect(outcome).toHaveProperty('ok');
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1_000).toBeLessThan(5 * LONGEST);
  }
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

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../fixtures/random.ts';
import { FutronicEmulator } from '../../../../native-bridges/simulated/usb/futronic-emulator.ts';
import { HidPosEmulator } from '../../../../native-bridges/simulated/usb/hid-pos-emulator.ts';
import { manualTimer } from '../../../../src/domain/manual-timer.ts';
import { HEADER_BYTES, HostMessageReader } from './messages.ts';
import { UsbIpDevice } from './usbip-device.ts';

interface Transfer {
  readonly sequence: number;
  readonly endpoint: number;
  readonly toHost?: boolean;
  readonly length?: number;
  readonly setup?: readonly number[];
  readonly data?: Uint8Array;
}

/** What the kernel sends to begin a transfer. */
function submit({ sequence, endpoint, toHost = false, length, setup = [], data }: Transfer): Buffer {
  const sent = data ?? new Uint8Array();
  const message = Buffer.alloc(HEADER_BYTES + sent.length);
  message.writeUInt32BE(1, 0);
  message.writeUInt32BE(sequence, 4);
  message.writeUInt32BE(toHost ? 1 : 0, 12);
  message.writeUInt32BE(endpoint, 16);
  message.writeInt32BE(length ?? sent.length, 24);
  message.set(setup, 40);
  message.set(sent, HEADER_BYTES);
  return message;
}

function unlink(sequence: number, calledOff: number): Buffer {
  const message = Buffer.alloc(HEADER_BYTES);
  message.writeUInt32BE(2, 0);
  message.writeUInt32BE(sequence, 4);
  message.writeUInt32BE(calledOff, 20);
  return message;
}

function player(device: ConstructorParameters<typeof UsbIpDevice>[0]) {
  const answers: { code: number; sequence: number; status: number; data: number[] }[] = [];
  const played = new UsbIpDevice(device, (bytes) =>
    answers.push({
      code: bytes.readUInt32BE(0),
      sequence: bytes.readUInt32BE(4),
      status: bytes.readInt32BE(20),
      data: [...bytes.subarray(HEADER_BYTES)],
    }),
  );
  return { played, answers };
}

describe('a device behind a virtual host controller', () => {
  test('describes itself: device, configuration with its own descriptors, names, and a stall for the rest', () => {
    const { played, answers } = player(new HidPosEmulator());
    const get = (sequence: number, type: number, index: number) =>
      played.receive(
        submit({
          sequence,
          endpoint: 0,
          toHost: true,
          length: 255,
          setup: [0x80, 6, index, type, 0, 0, 255, 0],
        }),
      );
    get(1, 1, 0);
    get(2, 2, 0);
    get(3, 3, 2);
    get(4, 6, 0);
    expect(answers[0]?.data).toEqual([18, 1, 0, 2, 0, 0, 0, 64, 0xb5, 0x0d, 0x18, 0x01, 0, 1, 1, 2, 3, 1]);
    const configuration = answers[1]?.data ?? [];
    expect(configuration[2]).toBe(configuration.length);
    expect(configuration.slice(9, 18)).toEqual([9, 4, 0, 0, 1, 3, 0, 0, 0]);
    expect(configuration.slice(18, 20)).toEqual([9, 0x21]);
    expect(configuration.slice(27)).toEqual([7, 5, 0x81, 3, 64, 0, 7]);
    expect(Buffer.from(answers[2]?.data.slice(2) ?? []).toString('utf16le')).toBe('Document reader');
    expect(answers[3]).toMatchObject({ sequence: 4, status: -32, data: [] });
  });

  test('a read waits for the device, and one that is called off gets nothing any more', () => {
    const reader = new HidPosEmulator();
    const { played, answers } = player(reader);
    played.receive(submit({ sequence: 7, endpoint: 1, toHost: true, length: 64 }));
    expect(answers).toEqual([]);
    reader.read(['ABC']);
    expect(answers).toMatchObject([{ code: 3, sequence: 7, status: 0 }]);
    expect(answers[0]?.data).toHaveLength(64);
    played.receive(submit({ sequence: 8, endpoint: 1, toHost: true, length: 64 }));
    played.receive(unlink(9, 8));
    played.receive(unlink(10, 7));
    reader.read(['DEF']);
    expect(answers.slice(1)).toMatchObject([
      { code: 4, sequence: 9, status: -104 },
      { code: 4, sequence: 10, status: 0 },
    ]);
  });

  test('a device that has gone silent holds the write until the host gives up', () => {
    const scanner = new FutronicEmulator(manualTimer(), createRandom(1).next, 20);
    scanner.faults.mute = true;
    const { played, answers } = player(scanner);
    played.receive(submit({ sequence: 1, endpoint: 1, data: Uint8Array.of(0xe0) }));
    expect(answers).toEqual([]);
    played.receive(unlink(2, 1));
    expect(answers).toMatchObject([{ code: 4, sequence: 2, status: -104 }]);
  });

  test('messages come whole, wherever the socket cuts them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }),
        (payloads, cuts) => {
          const stream = Buffer.concat(
            payloads.map((data, index) => submit({ sequence: index, endpoint: 1, data })),
          );
          const reader = new HostMessageReader();
          const read: unknown[] = [];
          let at = 0;
          for (let turn = 0; at < stream.length; turn += 1) {
            const end = at + (cuts[turn % cuts.length] ?? 1);
            read.push(...reader.push(stream.subarray(at, end)));
            at = end;
          }
          expect(read).toMatchObject(payloads.map((data, sequence) => ({ type: 'submit', sequence, data })));
        },
      ),
    );
  });
});

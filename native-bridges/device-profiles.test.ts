import { describe, expect, test } from 'vitest';
import { encodeCcidDescriptor } from './card-readers/ccid/descriptor.ts';
import { matchUsb } from './device-profiles.ts';
import { EXTENDED_READER } from './simulated/usb/ccid-emulator.ts';
import type { UsbInterfaceFound } from './transports/usb-bus.ts';

const OUT = { address: 0x01, type: 'bulk', packetSize: 64 } as const;
const IN = { address: 0x82, type: 'bulk', packetSize: 64 } as const;

function printer(
  number: number,
  setting: number,
  protocol: number,
  endpoints: UsbInterfaceFound['endpoints'],
): UsbInterfaceFound {
  return { number, setting, class: 7, subclass: 1, protocol, classDescriptors: new Uint8Array(), endpoints };
}

function matched(...interfaces: readonly UsbInterfaceFound[]) {
  const found = matchUsb({ address: '1-1:1', vendorId: 0x04b8, productId: 0x0202, interfaces });
  return found.map(({ kind, interfaceNumber, setting }) => [kind, interfaceNumber, setting]);
}

describe('the setting in which a printer is driven', () => {
  test.each([
    ['one way first, both ways as another', [printer(0, 0, 1, [OUT]), printer(0, 1, 2, [OUT, IN])], [0, 1]],
    ['both ways first', [printer(0, 0, 2, [OUT, IN]), printer(0, 1, 1, [OUT])], [0, 0]],
    [
      'packets of IEEE 1284.4 as a third',
      [printer(0, 0, 1, [OUT]), printer(0, 1, 2, [OUT, IN]), printer(0, 2, 3, [OUT, IN])],
      [0, 1],
    ],
    ['both ways on another interface', [printer(0, 0, 1, [OUT]), printer(1, 0, 2, [OUT, IN])], [1, 0]],
    ['one way only', [printer(0, 0, 1, [OUT])], [0, 0]],
    ['calls itself one way, and answers', [printer(0, 0, 1, [OUT, IN]), printer(0, 1, 1, [OUT])], [0, 0]],
    [
      'of a maker’s own protocol, both ways',
      [printer(0, 0, 1, [OUT]), printer(0, 1, 0xff, [OUT, IN])],
      [0, 1],
    ],
    [
      'calls itself both ways, and does not answer',
      [printer(0, 0, 2, [OUT]), printer(0, 1, 0, [OUT, IN])],
      [0, 1],
    ],
    ['without an endpoint, which opening says', [printer(0, 0, 2, [])], [0, 0]],
  ] as const)('%s', (_what, interfaces, [number, setting]) => {
    expect(matched(...interfaces)).toEqual([['printer', number, setting]]);
  });

  test('one that only takes packets is none of ours', () => {
    expect(matched(printer(0, 0, 3, [OUT, IN]), printer(0, 1, 4, [OUT, IN]))).toEqual([]);
  });
});

test('a reader that stands behind something else, and has settings, is one reader', () => {
  const keyboard = { ...printer(0, 0, 1, []), class: 3 };
  const reader = {
    ...printer(1, 0, 0, [OUT, IN]),
    class: 0x0b,
    classDescriptors: encodeCcidDescriptor(EXTENDED_READER),
  };
  expect(matched(keyboard, reader, { ...reader, setting: 1 })).toEqual([['card-reader', 1, 0]]);
});

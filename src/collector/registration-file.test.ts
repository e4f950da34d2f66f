import { expect, test } from 'vitest';
import { parseRegistration } from './registration-file.ts';

const device = { device: 'lane-0101-1', station: '0101', publicKey: 'ab'.repeat(32) };
const file = { version: 1, election: 'mock-2026', mock: true, devices: [device] };

test('registered devices are those of the file', () => {
  expect(parseRegistration(JSON.stringify(file))).toEqual({
    ok: true,
    value: {
      election: 'mock-2026',
      mock: true,
      stations: [],
      devices: [
        {
          election: 'mock-2026',
          mock: true,
          device: 'lane-0101-1',
          station: '0101',
          publicKey: new Uint8Array(32).fill(0xab),
          origin: 'provisioned',
        },
      ],
    },
  });
});

test('stations are described as far as they are known', () => {
  const stations = [{ station: '0101', district: ' Ысык-Ата ', latitude: 42.9, longitude: 74.9 }];
  expect(parseRegistration(JSON.stringify({ ...file, stations }))).toMatchObject({
    value: { stations: [{ ...stations[0], district: 'Ысык-Ата', voters: null }] },
  });
  const nowhere = [{ station: '0101', latitude: 142.9 }];
  expect(parseRegistration(JSON.stringify({ ...file, stations: nowhere })).ok).toBe(false);
});

test.each([
  ['no JSON', '{'],
  ['an unknown field', JSON.stringify({ ...file, colour: 'red' })],
  ['a short key', JSON.stringify({ ...file, devices: [{ ...device, publicKey: 'ab' }] })],
  ['a name with a line break', JSON.stringify({ ...file, election: 'a\nb' })],
])('%s is refused', (_what, text) => {
  expect(parseRegistration(text)).toEqual({ ok: false, error: { code: 'malformed' } });
});

test('a device that stands there twice is named', () => {
  const twice = JSON.stringify({ ...file, devices: [device, device] });
  expect(parseRegistration(twice)).toEqual({
    ok: false,
    error: { code: 'device-twice', device: 'lane-0101-1' },
  });
});

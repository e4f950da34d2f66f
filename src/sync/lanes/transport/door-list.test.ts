import { expect, test } from 'vitest';
import { DoorList } from './door-list.ts';

function shown() {
  const addresses = new Set<string>();
  const doors = new DoorList(
    (found) => {
      for (const one of found) addresses.add(one);
    },
    (lost) => {
      for (const one of lost) addresses.delete(one);
    },
  );
  return { addresses, doors };
}

test('a spare that hears of hundreds of doors is shown a few, and the real one that opens after them', () => {
  const { addresses, doors } = shown();
  for (let index = 0; index < 500; index += 1) doors.up(`decoy-${index}`, [`10.0.1.${index % 250}`], 9);
  const many = Array.from({ length: 300 }, (_, index) => `10.0.2.${index}`);
  doors.up('many-addresses', many, 9);
  doors.up('real', ['fe80::1', '192.168.1.5', '192.168.1.5'], 4711);
  expect(addresses).toContain('192.168.1.5:4711');
  expect(addresses.size).toBeLessThanOrEqual(16 - 1 + 8);
});

test('a door that is announced again elsewhere moves; one address of two doors stays until both are gone', () => {
  const { addresses, doors } = shown();
  doors.up('a', ['10.0.0.1'], 1);
  doors.up('a', ['10.0.0.2'], 1);
  expect([...addresses]).toEqual(['10.0.0.2:1']);
  doors.up('b', ['10.0.0.2'], 1);
  doors.down('a');
  expect([...addresses]).toEqual(['10.0.0.2:1']);
  doors.down('b');
  doors.down('never-heard');
  expect([...addresses]).toEqual([]);
});

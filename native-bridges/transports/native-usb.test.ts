import { Interface } from 'usb';
import { expect, test } from 'vitest';
import { type NativeInterface, survivesUnplug } from './native-usb.ts';

/** The package's own class over a device that answers once more after its plug was pulled. */
function pulledWhile(looks: number) {
  const descriptor = { bInterfaceNumber: 0, endpoints: [] };
  const device = {
    left: looks,
    get configDescriptor() {
      this.left -= 1;
      return this.left >= 0 ? { interfaces: [[descriptor, descriptor]] } : undefined;
    },
    __releaseInterface: (_: number, done: (error?: Error) => void) => done(),
    __setInterface: (_: number, __: number, done: (error?: Error) => void) => done(),
  };
  const claimed = new Interface(device as never, 0) as unknown as NativeInterface;
  return { device, claimed };
}

test('a device that goes while its interface is let go of, or a setting chosen, throws nothing where nobody can catch it', () => {
  for (const act of ['release', 'setting'] as const) {
    for (const looks of [0, 1, 2]) {
      const { device, claimed } = pulledWhile(2);
      survivesUnplug(claimed);
      device.left = looks;
      const told: unknown[] = [];
      if (act === 'release') claimed.release((error) => told.push(error ?? 'released'));
      else claimed.setAltSetting(1, (error) => told.push(error ?? 'chosen'));
      expect(told).toEqual([act === 'release' ? 'released' : 'chosen']);
      expect(claimed.descriptor.bInterfaceNumber).toBe(0);
    }
  }
});

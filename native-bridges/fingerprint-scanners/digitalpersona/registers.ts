import type { DeviceProblem } from '../../../src/domain/devices.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { sleep, type Timer } from '../../../src/domain/timer.ts';
import type { UsbTransport } from '../../transports/usb-transport.ts';

export const REGISTER = {
  hardwareStatus: 0x07,
  scrambleIndex: 0x33,
  scrambleKey: 0x34,
  mode: 0x4e,
  deviceInfo: 0xf0,
} as const;

export const MODE = {
  init: 0x00,
  waitFingerOn: 0x10,
  waitFingerOff: 0x12,
  capture: 0x20,
  off: 0x70,
} as const;

/** The first two bytes of an interrupt. */
export const INTERRUPT = {
  fingerOn: 0x0101,
  fingerOff: 0x0200,
  nextFails: 0x0800,
  scanPower: 0x56aa,
} as const;

export const STATUS = { lowPower: 0x80, fault: 0x04, rebooted: 0x01 } as const;

const REQUEST = 0x04;
const MILLISECONDS = 1_000;
const STEP_MILLISECONDS = 10;
const STEPS = 100;

/** The registers of a U.are.U 4000, reached by vendor control transfers. */
export class Registers {
  private readonly usb: UsbTransport;
  private readonly timer: Timer;

  constructor(usb: UsbTransport, timer: Timer) {
    this.usb = usb;
    this.timer = timer;
  }

  async read(register: number, length: number): Promise<Result<Uint8Array, DeviceProblem>> {
    const setup = { requestType: 0xc0, request: REQUEST, value: register, index: 0 };
    const answer = await this.usb.controlIn(setup, length, { milliseconds: MILLISECONDS });
    if (answer.ok && answer.value.length !== length) return err({ code: 'bad-data' });
    return answer;
  }

  write(register: number, ...bytes: number[]): Promise<Result<void, DeviceProblem>> {
    const setup = { requestType: 0x40, request: REQUEST, value: register, index: 0 };
    return this.usb.controlOut(setup, Uint8Array.from(bytes), { milliseconds: MILLISECONDS });
  }

  /** Brings the sensor from whatever state it was left in to one with power. */
  async powerUp(): Promise<Result<void, DeviceProblem>> {
    const first = await this.readStatus();
    if (!first.ok) return first;
    let status = first.value;
    const faulty = STATUS.lowPower | STATUS.fault;
    if ((status & faulty) === faulty) {
      const rebooted = await this.writeUntil(
        status & 0x0f,
        'once',
        (value) => (value & STATUS.rebooted) !== 0,
      );
      if (!rebooted.ok) return rebooted;
      status = rebooted.value;
    }
    if ((status & STATUS.lowPower) === 0) {
      const lowered = await this.write(REGISTER.hardwareStatus, status | STATUS.lowPower);
      if (!lowered.ok) return lowered;
    }
    const raised = await this.writeUntil(status & 0x0f, 'each', (value) => (value & STATUS.lowPower) === 0);
    return raised.ok ? ok() : raised;
  }

  private async readStatus(): Promise<Result<number, DeviceProblem>> {
    const status = await this.read(REGISTER.hardwareStatus, 1);
    return status.ok ? ok(status.value[0] ?? 0) : status;
  }

  private async writeUntil(
    value: number,
    writes: 'once' | 'each',
    done: (status: number) => boolean,
  ): Promise<Result<number, DeviceProblem>> {
    for (let step = 0; step < STEPS; step += 1) {
      if (step === 0 || writes === 'each') {
        const written = await this.write(REGISTER.hardwareStatus, value);
        if (!written.ok) return written;
      }
      const status = await this.readStatus();
      if (!status.ok || done(status.value)) return status;
      await sleep(this.timer, STEP_MILLISECONDS);
    }
    return err({ code: 'no-answer' });
  }
}

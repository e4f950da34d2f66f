import type { DeviceBench } from '../../src/domain/device-bench.ts';
import type { DeviceSet } from '../../src/domain/devices.ts';
import type { DockControl, SimulatedPeople } from '../../src/domain/dock.ts';
import { systemTimer, type Timer } from '../../src/domain/timer.ts';
import { SerialMrzReader } from '../mrz-readers/serial-mrz-reader.ts';
import { EscPosPrinter } from '../printers/escpos/escpos-printer.ts';
import { STANDARD_PROFILE } from '../printers/escpos/escpos-profile.ts';
import { EscPosEmulator } from './escpos-emulator.ts';
import { MrzReaderEmulator } from './mrz-reader-emulator.ts';
import type { SensorSize } from './platen.ts';
import { SimulatedBench } from './simulated-bench.ts';
import { SimulatedCardReader } from './simulated-card-reader.ts';
import { SimulatedDock } from './simulated-dock.ts';
import { SimulatedFingerprintScanner, STANDARD_SENSOR } from './simulated-fingerprint-scanner.ts';

export interface SimulatedDevicesOptions {
  readonly people: SimulatedPeople;
  /** Uniform in [0, 1); seeded, a mock day can be repeated. */
  readonly random: () => number;
  /** Lets the process die, for the dock's command of that name. */
  readonly crash: () => void;
  readonly timer?: Timer;
  readonly sensor?: SensorSize;
  /** 576 dots across by default, as on 80 mm paper. */
  readonly dotsAcross?: number;
  /** What one APDU takes on the air, 5 ms by default. */
  readonly exchangeMilliseconds?: number;
}

export interface SimulatedDevices {
  readonly devices: DeviceSet;
  readonly bench: DeviceBench;
  readonly dock: DockControl;
  /** Stops all timers. */
  close(): void;
}

/**
 * One desk of simulated devices, all plugged in. Printer and MRZ reader are the real drivers with an emulated
 * machine at the other end of the cable; scanner and card reader stand at the device interface.
 */
export function createSimulatedDevices(options: SimulatedDevicesOptions): SimulatedDevices {
  const timer = options.timer ?? systemTimer();
  const scanner = new SimulatedFingerprintScanner(timer, options.random, options.sensor ?? STANDARD_SENSOR);
  const cardReader = new SimulatedCardReader(timer, options.exchangeMilliseconds ?? 5);
  const mrzReader = new SerialMrzReader(
    { kind: 'mrz-reader', model: 'Simulated MRZ reader', serialNumber: 'SIM-MRZ-1', simulated: true },
    timer,
  );
  const dotsAcross = options.dotsAcross ?? STANDARD_PROFILE.dotsAcross;
  const printer = new EscPosPrinter(
    { kind: 'printer', model: 'Simulated receipt printer', serialNumber: 'SIM-RP-1', simulated: true },
    { ...STANDARD_PROFILE, dotsAcross },
    timer,
  );
  const dock = new SimulatedDock({
    people: options.people,
    crash: options.crash,
    scanner,
    cardReader,
    mrz: { driver: mrzReader, emulator: new MrzReaderEmulator(timer) },
    printing: { driver: printer, emulator: new EscPosEmulator(timer, dotsAcross) },
  });
  const devices = { scanner, cardReader, mrzReader, printer };
  return {
    devices,
    bench: new SimulatedBench(devices, scanner),
    dock,
    close: () => dock.close(),
  };
}

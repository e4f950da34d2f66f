import type { FoundDevice } from '../../domain/device-bench.ts';
import type { TechnicianView } from '../../station/api/technician-view.ts';

const SCANNER: FoundDevice = {
  kind: 'fingerprint-scanner',
  model: 'Futronic FS81',
  port: '1-4:7',
  serialNumber: '0010A7F3',
  simulated: false,
  problem: null,
  calibration: { dpi: 500, flipRows: true, flipColumns: false },
};

/** Devices of a laptop on which one thing after the other wants a technician. */
/** A laptop without USB, as a virtual one has none. */
export const EXAMPLE_NO_USB: TechnicianView = {
  usbProblem: 'no-bus',
  found: [],
  test: null,
  calibration: null,
};

/** One on which each device fails in another way. */
export const EXAMPLE_TROUBLE: TechnicianView = {
  usbProblem: null,
  found: [
    { ...SCANNER, calibration: null, serialNumber: null, problem: { code: 'access-denied' } },
    {
      ...SCANNER,
      kind: 'card-reader',
      model: 'Card reader 072f:b100',
      port: '1-2:5',
      serialNumber: null,
      problem: { code: 'held-by-card-service' },
      calibration: null,
    },
    {
      ...SCANNER,
      kind: 'mrz-reader',
      model: 'Document reader',
      port: '/dev/ttyACM0',
      problem: { code: 'busy' },
      calibration: null,
    },
    {
      ...SCANNER,
      kind: 'printer',
      model: 'Receipt printer 04b8:0e15',
      port: '1-1:9',
      serialNumber: null,
      problem: { code: 'no-answer' },
      calibration: null,
    },
  ],
  test: null,
  calibration: null,
};

export const EXAMPLE_TECHNICIAN: TechnicianView = {
  usbProblem: null,
  found: [
    SCANNER,
    {
      ...SCANNER,
      kind: 'card-reader',
      model: 'Card reader 072f:b100',
      port: '1-2:5',
      serialNumber: null,
      problem: { code: 'held-by-card-service' },
      calibration: null,
    },
    {
      ...SCANNER,
      kind: 'printer',
      model: 'Receipt printer 04b8:0e15',
      port: '1-1:9',
      serialNumber: 'X2KP094211',
      calibration: null,
    },
    {
      ...SCANNER,
      kind: 'printer',
      model: 'Serial printer',
      port: '/dev/ttyUSB0',
      serialNumber: null,
      problem: { code: 'spare' },
      calibration: null,
    },
  ],
  test: null,
  calibration: null,
};

import { describe, expect, it } from 'vitest';
import type { UsbProblemCode } from '../../domain/device-bench.ts';
import { DEVICE_KINDS, type DeviceProblemCode } from '../../domain/devices.ts';
import { LANGUAGES } from '../../domain/language.ts';
import { STATION_ERRORS } from '../../station/api/errors.ts';
import type { Notice } from '../../station/api/snapshot.ts';
import { deviceAdvice, NAMES } from '../desk/device-words.ts';
import { noticeText } from '../desk/notice-strip.tsx';
import { createWords, type Say } from '../words/words.ts';
import {
  TECHNICAL_NAMES,
  technicianAdvice,
  technicianAdviceOn,
  technicianNotice,
} from './technician-words.ts';

const PROBLEMS = Object.keys({
  absent: true,
  'no-answer': true,
  busy: true,
  'held-by-card-service': true,
  spare: true,
  'access-denied': true,
  'paper-out': true,
  'cover-open': true,
  'bad-data': true,
  'card-lost': true,
  cancelled: true,
  restarting: true,
} satisfies Record<DeviceProblemCode, true>) as readonly DeviceProblemCode[];

const NOTICES: readonly Notice[] = [
  { kind: 'clock-implausible' },
  { kind: 'clock-jumped', minutes: 7 },
  { kind: 'disk-low', megabytes: 300 },
  { kind: 'disk-on-reserve', megabytes: 3 },
  { kind: 'restarted' },
  { kind: 'voting-hours-over' },
  { kind: 'report-due' },
  { kind: 'open-handovers', count: 2 },
  { kind: 'devices-restarting' },
];
/** What the station itself may show on the screens at any time, also on one that is locked. */
const ERRORS_SHOWN = STATION_ERRORS.filter((code) => /disk|damaged|other-election|tpm/.test(code));

const WITHOUT_USB: readonly UsbProblemCode[] = ['no-bus', 'no-library'];
const CALLS_THE_TECHNICIAN = /technician|техник/iu;
const SPEAKS_OF_CABLES = /cable|кабел/iu;

const words = createWords('en');
const inAllLanguages = (saying: (say: Say) => string): readonly string[] =>
  LANGUAGES.map((language) => saying((key, given) => words.t(key, { ...given, lng: language })));

describe('what is said to the technician', () => {
  it('names what to do about every problem of a device, and sends nobody to the technician', () => {
    for (const code of PROBLEMS)
      for (const usb of [null, ...WITHOUT_USB])
        for (const kind of DEVICE_KINDS)
          for (const text of inAllLanguages((say) =>
            say(technicianAdvice(kind, code, usb), TECHNICAL_NAMES),
          )) {
            expect(text, code).not.toMatch(CALLS_THE_TECHNICIAN);
            expect(text, code).not.toMatch(/[{}]/);
          }
  });

  it('speaks of no cable where nothing can be plugged in', () => {
    for (const usb of WITHOUT_USB)
      for (const kind of DEVICE_KINDS) {
        const advice = technicianAdviceOn(kind, { state: 'failed', problem: { code: 'absent' } }, usb);
        const isReader = kind === 'card-reader';
        expect(advice).toBe(isReader ? 'technician.advice.no-usb-card-reader' : 'technician.advice.no-usb');
        for (const text of inAllLanguages((say) => say(advice ?? 'device.ready', TECHNICAL_NAMES))) {
          expect(text).not.toMatch(SPEAKS_OF_CABLES);
          // No card reader is one on a serial port.
          expect(/serial|последовательн|удаалаш/iu.test(text)).toBe(!isReader);
        }
      }
  });

  it('says what makes the bus usable: a setting, or the libraries by the command that brings them', () => {
    for (const text of inAllLanguages((say) => say('technician.usb.no-bus', TECHNICAL_NAMES)))
      expect(text).toContain('BIOS, UEFI');
    for (const text of inAllLanguages((say) => say('technician.usb.no-library', TECHNICAL_NAMES)))
      expect(text).toContain('sudo apt install libusb-1.0-0 libudev1');
  });

  it('is in no notice above a screen that the technician should be called', () => {
    const errors = ERRORS_SHOWN.map((code): Notice => ({ kind: 'error', code }));
    for (const notice of [...NOTICES, ...errors])
      for (const text of inAllLanguages((say) => technicianNotice(notice, say)))
        expect(text, JSON.stringify(notice)).not.toMatch(CALLS_THE_TECHNICIAN);
    const asTheOperatorReadsIt = inAllLanguages((say) => noticeText({ kind: 'clock-implausible' }, say));
    for (const text of asTheOperatorReadsIt) expect(text).toMatch(CALLS_THE_TECHNICIAN);
  });
});

describe('what is said at the desk of a laptop without USB', () => {
  it('sends nobody to look for a cable', () => {
    for (const kind of DEVICE_KINDS)
      for (const usb of WITHOUT_USB) {
        const advice = deviceAdvice(kind, { state: 'failed', problem: { code: 'absent' } }, usb);
        expect(advice).toBe('device.advice.no-usb');
        for (const text of inAllLanguages((say) => say('device.advice.no-usb', NAMES))) {
          expect(text).not.toMatch(SPEAKS_OF_CABLES);
          expect(text).toMatch(CALLS_THE_TECHNICIAN);
        }
      }
  });
});

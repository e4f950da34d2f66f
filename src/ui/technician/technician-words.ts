import { throwIllegalValue } from '../../domain/assert.ts';
import type { UsbProblemCode } from '../../domain/device-bench.ts';
import type { DeviceKind, DeviceProblemCode, DeviceState } from '../../domain/devices.ts';
import type { StationErrorCode } from '../../station/api/errors.ts';
import type { Notice } from '../../station/api/snapshot.ts';
import { noticeText } from '../desk/notice-strip.tsx';
import type { Say, WordKey } from '../words/words.ts';

/** Names and commands, which are written the same in every language. */
export const TECHNICAL_NAMES = {
  bus: 'USB',
  firmware: 'BIOS, UEFI',
  libraries: 'libusb, libudev',
  command: 'sudo apt install libusb-1.0-0 libudev1',
} as const;

/**
 * What is wrong with a device and what to do next, to the one whom others are told to call. Takes `TECHNICAL_NAMES`.
 * @param usb why nothing on the USB can be used
 */
export function technicianAdvice(
  kind: DeviceKind,
  code: DeviceProblemCode,
  usb: UsbProblemCode | null,
): WordKey {
  switch (code) {
    case 'absent':
      if (usb === null) return 'technician.advice.absent';
      // All others may hang on a serial port as well.
      return kind === 'card-reader' ? 'technician.advice.no-usb-card-reader' : 'technician.advice.no-usb';
    case 'no-answer':
    case 'held-by-card-service':
    case 'access-denied':
    case 'busy':
    case 'bad-data':
      return `technician.advice.${code}`;
    case 'spare':
    case 'paper-out':
    case 'cover-open':
    case 'card-lost':
    case 'cancelled':
    case 'restarting':
      return `device.advice.${code}`;
    default:
      throwIllegalValue(code);
  }
}

/** The same of a device's state; null when all is well. */
export function technicianAdviceOn(
  kind: DeviceKind,
  status: DeviceState,
  usb: UsbProblemCode | null,
): WordKey | null {
  switch (status.state) {
    case 'ready':
      return null;
    case 'attention':
      return `device.advice.${status.notice}`;
    case 'failed':
      return technicianAdvice(kind, status.problem.code, usb);
    default:
      throwIllegalValue(status);
  }
}

/** As `noticeText`, to the technician: none says to call one. */
export function technicianNotice(notice: Notice, say: Say): string {
  switch (notice.kind) {
    case 'clock-implausible':
      return say('technician.notice.clock-implausible');
    case 'disk-low':
    case 'disk-on-reserve':
      return say(`technician.notice.${notice.kind}`, { megabytes: notice.megabytes });
    case 'error':
      return say(technicianError(notice.code));
    default:
      return noticeText(notice, say);
  }
}

function technicianError(code: StationErrorCode): WordKey {
  switch (code) {
    case 'disk-full':
    case 'disk-failed':
    case 'register-damaged':
    case 'ledger-damaged':
    case 'tables-differ':
    case 'journal-settings-unreadable':
    case 'laptop-tpm-refuses':
    case 'unlock-file-damaged':
      return `technician.notice.${code}`;
    case 'register-other-election':
      return 'technician.notice.register-damaged';
    default:
      return `error.${code}`;
  }
}

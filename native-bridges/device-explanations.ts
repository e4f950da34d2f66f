import type { UsbProblemCode } from '../src/domain/device-bench.ts';
import type { DeviceNotice, DeviceProblemCode } from '../src/domain/devices.ts';

/** What a technician is told to look at; the screens have their own words for each code. */
export const PROBLEM_EXPLANATIONS: Readonly<Record<DeviceProblemCode, string>> = {
  absent: 'not plugged in: check the cable at both ends, and try another port',
  'no-answer': 'plugged in but silent: pull it out, wait five seconds, plug it in again',
  busy: 'held by another program: close that, or pull the device out and plug it in again',
  'held-by-card-service':
    "pcscd holds the reader: stop it (systemctl disable --now pcscd.socket pcscd), or set cardReaders to 'pcsc'",
  spare: 'not in use: another device of its kind is; it takes over when that one is pulled out',
  'access-denied':
    'this user has no rights to it: write the rules (tizme devices rules | sudo tee /etc/udev/rules.d/70-tizme.rules)',
  'paper-out': 'out of paper: put a new roll in',
  'cover-open': 'its cover is open',
  'card-lost': 'no card in reach, or it was taken away too early',
  'bad-data': 'answers with something that its kind does not say: is it the model that it is taken for?',
  cancelled: 'called off',
  restarting: 'the devices process is being started again',
};

/** Of a device that works. */
export const NOTICE_EXPLANATIONS: Readonly<Record<DeviceNotice, string>> = {
  'paper-low': 'the paper runs low: have a new roll ready',
  'receipts-unseen':
    'it never answers: neither that a receipt came out whole is seen nor that its paper runs low; look at each receipt',
};

export const BUS_EXPLANATIONS: Readonly<Record<UsbProblemCode, string>> = {
  'no-bus':
    'no USB on this machine: switch it on in the firmware settings (BIOS, UEFI), or give it to the virtual machine',
  'no-library':
    'USB cannot be used: libraries of the system are missing (sudo apt install libusb-1.0-0 libudev1)',
};

/** @param usb why nothing on the USB can be used: no cable helps then */
export function explainProblem(code: DeviceProblemCode, usb: UsbProblemCode | null): string {
  return code === 'absent' && usb !== null ? BUS_EXPLANATIONS[usb] : PROBLEM_EXPLANATIONS[code];
}

import type { UsbProblemCode } from '../src/domain/device-bench.ts';
import type { DeviceProblemCode } from '../src/domain/devices.ts';

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

export const BUS_EXPLANATIONS: Readonly<Record<UsbProblemCode, string>> = {
  'no-bus': 'no USB on this machine',
  'no-library': 'USB cannot be used: a library of the system is missing',
};

import type { DeviceProblemCode } from '../src/domain/devices.ts';
import type { BusProblem } from './transports/usb-bus.ts';

/** What a technician is told to look at; the screens have their own words for each code. */
export const PROBLEM_EXPLANATIONS: Readonly<Record<DeviceProblemCode, string>> = {
  absent: 'not plugged in: check the cable at both ends, and try another port',
  'no-answer': 'plugged in but silent: pull it out, wait five seconds, plug it in again',
  busy: 'held by another program or another device of its kind is in use (for a card reader: is pcscd running?)',
  'access-denied': 'this user has no rights to it: the rule for its rights (udev) is missing',
  'paper-out': 'out of paper: put a new roll in',
  'cover-open': 'its cover is open',
  'card-lost': 'no card in reach, or it was taken away too early',
  'bad-data': 'answers with something that its kind does not say: is it the model that it is taken for?',
  cancelled: 'called off',
  restarting: 'the devices process is being started again',
};

export const BUS_EXPLANATIONS: Readonly<Record<BusProblem['code'], string>> = {
  'no-bus': 'no USB on this machine',
  'no-library': 'USB cannot be used: a library of the system is missing',
};

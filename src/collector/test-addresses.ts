import type { Role } from './access/access-list.ts';

/** Every address of a collector that a person or a program reads, and who may. */
export const READ_ADDRESSES: readonly (readonly [string, Role | 'anybody'])[] = [
  ['/', 'viewer'],
  ['/?lang=ru&all=1', 'viewer'],
  ['/v1/turnout', 'viewer'],
  ['/v1/doubles', 'viewer'],
  ['/v1/live', 'viewer'],
  ['/metrics', 'monitor'],
  ['/health', 'anybody'],
  ['/v1/devices/lane-1/next', 'anybody'],
  ['/enter', 'anybody'],
  ['/status.css', 'anybody'],
  ['/live.js', 'anybody'],
];

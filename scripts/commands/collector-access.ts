import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { addPerson, ROLES, type Role } from '../../src/collector/access/access-list.ts';
import type { CommandIo } from '../command-io.ts';
import { readArguments, refuseUsage } from '../usage.ts';

const USAGE = [
  'usage: tizme collector access --file FILE --name NAME --role viewer|registrar|monitor [--role ...] [--json]',
  '  viewer     sees the figures, stations and alarms; nobody sees who has or has not come',
  '  registrar  registers devices and describes stations',
  '  monitor    reads /metrics',
  'It prints a code once; the file holds only its SHA-256. The same name again gets a new code and these roles.',
  'A collector reads the file (--access FILE) when it starts.',
];

/** `tizme collector access`: lets somebody in. */
export function runCollectorAccess(args: readonly string[], io: CommandIo): number {
  const options = {
    file: { type: 'string' },
    name: { type: 'string' },
    role: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  const read = readArguments({ args: [...args], options });
  if (!read.ok) return refuseUsage('collector access', read.error, io);
  const { file, name, role = [], json, help } = read.value.values;
  if (help) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const roles = role.filter(isRole);
  if (file === undefined || name === undefined || roles.length === 0 || roles.length < role.length) {
    return refuseUsage('collector access', '--file, --name and a --role are wanted', io);
  }
  const before = existsSync(file) ? readFileSync(file, 'utf8') : null;
  const added = addPerson(before, { name, roles });
  if (!added.ok) {
    io.out(json ? JSON.stringify({ error: added.error.code }) : `${file}: ${added.error.code}`);
    return 1;
  }
  // Whole or not at all: a collector may start in this moment.
  writeFileSync(`${file}.new`, added.value.text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  io.out(json ? JSON.stringify({ name, roles, code: added.value.code }) : added.value.code);
  return 0;
}

function isRole(text: string): text is Role {
  return ROLES.some((role) => role === text);
}

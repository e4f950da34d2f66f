import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { registerMigrations } from '../../fixtures/election/election-package.ts';
import { throwIllegalValue } from '../../src/domain/assert.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { applyDelta, type DeltaError, tryChanges } from '../../src/register/deltas/apply-delta.ts';
import { listChangesSchema } from '../../src/register/deltas/list-delta.ts';
import { openForChanges } from '../../src/register/deltas/open-for-changes.ts';
import { authorityKey, authoritySchema, signDelta } from '../../src/register/deltas/signed-delta.ts';
import type { RegisterKeys } from '../../src/register/register-source.ts';
import type { WritableStore } from '../../src/store/store.ts';
import type { CommandIo } from '../command-io.ts';
import { wrongUsage } from '../usage.ts';
import { describeRegisterError } from './describe.ts';
import { readKeys } from './keys-file.ts';
import { type ActionError, openingSchema, readOptions } from './options.ts';

export const APPLY_USAGE = [
  'usage: tizme register apply DELTA... --register FILE --keys FILE --authority FILE',
  '  DELTA...            signed changes of the list, oldest first; one that was applied before changes nothing',
  '  --authority FILE    who may sign: {"format": "tizme-authority-v1", "threshold": 2, "keys": ["base64", ...]}',
];

export const DELTA_USAGE = [
  'usage: tizme register delta CHANGES --register FILE --keys FILE --sign SEED... --out FILE',
  '  CHANGES             JSON: [{"op": "standing", "request": 17, "personalNumber": "...", "standing": "struck-off"},',
  '                      {"op": "move", "request": 18, ...}, {"op": "put", "request": 19, "voter": {...}, ...}]',
  '  --register FILE     the register that they are for, as it is before them; it stays as it is',
  '  --sign FILES        files with a signing seed each, 64 hexadecimal digits; several with a comma between',
  '  --out FILE          the next delta of this register, signed. It holds personal data',
];

const applySchema = openingSchema.extend({ authority: z.string().min(1) });

/** `tizme register apply`: the changes that came after the package was made. */
export function runApply(args: readonly string[], io: CommandIo): Result<number, ActionError> {
  const read = readOptions(args, { texts: ['register', 'keys', 'authority'], switches: [] }, applySchema);
  if (!read.ok) return read;
  const { options, words } = read.value;
  if (words.length === 0) return wrongUsage('at least one delta is needed');
  const authority = readJson(options.authority, authoritySchema);
  if (!authority.ok) return authority;
  const opened = openWritable(options);
  if (!opened.ok) return opened;
  const { store, keys } = opened.value;
  const applied: unknown[] = [];
  try {
    for (const file of words) {
      const text = readText(file);
      if (!text.ok) return text;
      const done = applyDelta({
        store,
        templateKey: keys.templates,
        file: text.value,
        authority: authority.value,
      });
      if (!done.ok) return err(`${file}: ${describeDeltaError(done.error)}`);
      const { sequence, isNew, info, ...counts } = done.value;
      const { voters, contentHash } = info;
      applied.push({ sequence, isNew, ...counts, voters, contentHash });
      io.out(
        isNew
          ? `delta ${sequence}: ${counts.applied} changes, ${counts.overtaken} overtaken by newer requests; ${voters} voters`
          : `delta ${sequence}: applied before, nothing changed`,
      );
    }
  } finally {
    store.checkpoint();
    store.close();
  }
  if (options.json) io.out(JSON.stringify({ deltas: applied }));
  return ok(0);
}

const deltaSchema = openingSchema.extend({ sign: z.string().min(1), out: z.string().min(1) });

/** `tizme register delta`: signs the next changes of a register. */
export function runDelta(args: readonly string[], io: CommandIo): Result<number, ActionError> {
  const read = readOptions(args, { texts: ['register', 'keys', 'sign', 'out'], switches: [] }, deltaSchema);
  if (!read.ok) return read;
  const { options, words } = read.value;
  const [file, ...more] = words;
  if (file === undefined || more.length > 0) return wrongUsage('one file of changes is needed');
  if (existsSync(options.out)) return err(`${options.out} is there already; nothing was changed`);
  const changes = readJson(file, listChangesSchema);
  if (!changes.ok) return changes;
  const seeds = readSeeds(options.sign.split(','));
  if (!seeds.ok) return seeds;
  const opened = openWritable(options);
  if (!opened.ok) return opened;
  const tried = tryChanges(opened.value.store, changes.value);
  opened.value.store.close();
  if (!tried.ok) return err(describeDeltaError(tried.error));
  const { info, ...place } = tried.value;
  const { electionId, mock, stationNumber } = info;
  const signed = signDelta(
    { format: 'tizme-list-delta-v1', electionId, mock, stationNumber, ...place, changes: changes.value },
    seeds.value,
  );
  try {
    writeFileSync(options.out, signed, { mode: 0o600, flag: 'wx' });
  } catch {
    return err(`${options.out} can't be written`);
  }
  const keys = seeds.value.map(authorityKey);
  io.out(`delta ${place.sequence} with ${changes.value.length} changes, signed by ${keys.join(', ')}`);
  if (options.json)
    io.out(
      JSON.stringify({ sequence: place.sequence, contentHash: place.contentHash, keys, file: options.out }),
    );
  return ok(0);
}

function openWritable(options: {
  readonly register: string;
  readonly keys: string;
}): Result<{ readonly store: WritableStore; readonly keys: RegisterKeys }, string> {
  const keys = readKeys(options.keys);
  if (!keys.ok) return keys;
  if (!existsSync(options.register)) return err(`${options.register}: there is no register there`);
  const { database: key } = keys.value;
  const opened = openForChanges({ file: options.register, key, migrations: registerMigrations() });
  if (opened.ok) return ok({ store: opened.value, keys: keys.value });
  return err(
    `${options.register}: ${describeRegisterError({ code: 'register-store', store: opened.error })}`,
  );
}

function describeDeltaError(error: DeltaError): string {
  switch (error.code) {
    case 'delta-malformed':
      return 'it is no delta, or a part of one';
    case 'delta-not-signed':
      return `${error.found} of the authority's keys signed it, ${error.needed} have to`;
    case 'delta-of-other-register':
      return 'it is for another election or station';
    case 'delta-missing':
      return `it is delta ${error.found}, and delta ${error.expected} has to be applied first`;
    case 'delta-forks':
      return `it is not the delta ${error.sequence} of this list: ask the authority`;
    case 'change-refused':
      return `change ${error.change} can't be carried out (${error.problem.field}: ${error.problem.reason}); nothing was changed`;
    case 'content-differs':
      return 'the list would be another than the authority has; nothing was changed';
    case 'register-store':
    case 'register-unfinished':
      return describeRegisterError(error);
    default:
      return throwIllegalValue(error);
  }
}

function readSeeds(files: readonly string[]): Result<Uint8Array[], string> {
  const seeds: Uint8Array[] = [];
  for (const file of files) {
    const text = readText(file);
    if (!text.ok) return text;
    if (!/^[0-9a-f]{64}\s*$/.test(text.value)) return err(`${file} holds no seed of 64 hexadecimal digits`);
    seeds.push(new Uint8Array(Buffer.from(text.value.trim(), 'hex')));
  }
  return ok(seeds);
}

function readText(file: string): Result<string, string> {
  try {
    return ok(readFileSync(file, 'utf8'));
  } catch {
    return err(`${file} can't be read`);
  }
}

function readJson<T>(file: string, schema: z.ZodType<T>): Result<T, string> {
  const text = readText(file);
  if (!text.ok) return text;
  try {
    const parsed = schema.safeParse(JSON.parse(text.value));
    if (parsed.success) return ok(parsed.data);
    const where = parsed.error.issues[0]?.path.join('.') ?? '';
    return err(`${file} is not as it should be${where === '' ? '' : `, at ${where}`}`);
  } catch {
    return err(`${file} holds no JSON`);
  }
}

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { writeNationalIndex } from '../../src/register/national-index/write-national-index.ts';
import { NATIONAL } from '../../src/register/register-source.ts';
import { randomKey } from '../../src/store/keys.ts';
import type { CommandIo } from '../command-io.ts';
import { progressBar } from '../progress.ts';
import { wrongUsage } from '../usage.ts';
import { describeRegisterError } from './describe.ts';
import { describeIndexError } from './describe-index.ts';
import { openWithKeys } from './open-register.ts';
import { type ActionError, openingSchema, readOptions } from './options.ts';

export const INDEX_USAGE = [
  'usage: tizme register index --register FILE --keys FILE --index-key FILE --out FILE',
  '  --register FILE     the national register, with its stations',
  '  --index-key FILE    64 hexadecimal digits; drawn and written there if there is no such file',
  '  --out FILE          the national index: one file for all stations, without names and numbers',
];

const schema = openingSchema.extend({ 'index-key': z.string().min(1), out: z.string().min(1) });

const EVERY_VOTERS = 10_000;

/** `tizme register index`: where everybody votes, for a laptop that may know one person at a time. */
export function runIndex(args: readonly string[], io: CommandIo): Result<number, ActionError> {
  const read = readOptions(args, { texts: ['register', 'keys', 'index-key', 'out'], switches: [] }, schema);
  if (!read.ok) return read;
  const { options, words } = read.value;
  if (words.length > 0) return wrongUsage('it takes no name: --register names the register');
  const opened = openWithKeys(options);
  if (!opened.ok) return opened;
  const { register } = opened.value;
  const { electionId, mock, stationNumber, voters } = register.info();
  if (stationNumber !== NATIONAL) {
    register.close();
    return err(`${options.register} is the register of station ${stationNumber}: the national one is needed`);
  }
  const isKeyNew = !existsSync(options['index-key']);
  const key = readOrDrawKey(options['index-key']);
  if (!key.ok) {
    register.close();
    return key;
  }
  const written = register.read((open) =>
    writeNationalIndex({
      file: options.out,
      key: key.value,
      source: { electionId, mock, stations: open.stations(), voters: open.voters() },
      onVoter: (done) => {
        if (done % EVERY_VOTERS === 0) io.progress(progressBar('voters', done, voters));
      },
    }),
  );
  register.close();
  // A key that opens nothing would be taken for the index's.
  if (isKeyNew && !(written.ok && written.value.ok)) rmSync(options['index-key'], { force: true });
  if (!written.ok) return err(describeRegisterError(written.error));
  if (!written.value.ok) return err(`${options.out}: ${describeIndexError(written.value.error)}`);
  const { sha256, entries, bytes } = written.value.value;
  const digest = Buffer.from(sha256).toString('hex');
  io.out(`${voters} voters by ${entries} documents in ${bytes} bytes`);
  io.out(`SHA-256 ${digest}`);
  if (options.json) io.out(JSON.stringify({ voters, entries, bytes, sha256: digest, file: options.out }));
  return ok(0);
}

function readOrDrawKey(file: string): Result<Uint8Array, string> {
  if (!existsSync(file)) {
    const key = randomKey();
    try {
      writeFileSync(file, `${Buffer.from(key).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
      return ok(key);
    } catch {
      return err(`${file} can't be written`);
    }
  }
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch {
    return err(`${file} can't be read`);
  }
  return /^[0-9a-f]{64}$/.test(text)
    ? ok(new Uint8Array(Buffer.from(text, 'hex')))
    : err(`${file} holds no key of 64 hexadecimal digits`);
}

import { writeFileSync } from 'node:fs';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { CommandIo } from '../command-io.ts';
import { readArguments, refuseUsage } from '../usage.ts';

const USAGE = [
  'usage: tizme collector stick-key --out FILE [--json]',
  'Draws the key of the centre for sticks, and prints its public half: it goes into the plan of the election',
  '("collector": { "recipient": "age1..." }), and what stations write on sticks is sealed to it.',
  'FILE opens every stick: keep it on the machine that takes sticks in (tizme collector take --key FILE), and a copy in a safe.',
];

/** `tizme collector stick-key`: an age identity in the form of `age-keygen`; a file that is there is never written over. */
export async function runCollectorStickKey(args: readonly string[], io: CommandIo): Promise<number> {
  const options = {
    out: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  const read = readArguments({ args: [...args], options });
  if (!read.ok) return refuseUsage('collector stick-key', read.error, io);
  const { out, json, help } = read.value.values;
  if (help) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  if (out === undefined) return refuseUsage('collector stick-key', '--out is wanted', io);
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  try {
    writeFileSync(out, `# public key: ${recipient}\n${identity}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const error = isThere ? 'file-exists' : 'file-unwritable';
    io.out(json ? JSON.stringify({ error }) : `${out}: ${error}`);
    return 1;
  }
  io.out(json ? JSON.stringify({ recipient }) : recipient);
  return 0;
}

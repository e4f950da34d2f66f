import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { CommandOutput } from './collector.ts';

const USAGE = [
  'usage: tizme collector stick-key --out FILE [--json]',
  'Draws the key of the centre for sticks, and prints its public half: it goes into the plan of the election',
  '("collector": { "recipient": "age1..." }), and what stations write on sticks is sealed to it.',
  'FILE opens every stick: keep it on the machine that takes sticks in (tizme collector take --key FILE), and a copy in a safe.',
];

/** `tizme collector stick-key`: an age identity in the form of `age-keygen`; a file that is there is never written over. */
export async function runCollectorStickKey(args: readonly string[], io: CommandOutput): Promise<number> {
  const options = {
    out: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  const wrong = (message: string | null): number => {
    for (const line of message === null ? USAGE : [message, ...USAGE]) io.out(line);
    return message === null ? 0 : 2;
  };
  let values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (problem) {
    return wrong(problem instanceof Error ? problem.message : 'unreadable options');
  }
  const { out, json, help } = values;
  if (help) return wrong(null);
  if (out === undefined) return wrong('--out is wanted');
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

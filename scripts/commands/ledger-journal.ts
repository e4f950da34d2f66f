import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Decrypter } from 'age-encryption';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { toBase64, toHex } from '../../src/ledger/export-format.ts';
import { readPublishedKey } from '../../src/ledger/minisign.ts';
import { markStick, writeJournalSettings } from '../../src/station/stick/journal-settings.ts';
import { stickFolder } from '../../src/station/stick/stick-journal.ts';
import type { CommandIo } from '../command-io.ts';
import { readArguments, refuseCommand, refuseUsage } from '../usage.ts';
import { type OpenedJournal, openJournal } from './open-journal.ts';

export const JOURNAL_USAGE = [
  'usage: tizme ledger journal setup DATA --stick DIR --member KEY... [--json]',
  '  marks a stick, and lets the lane in DATA keep its journal on it, sealed to the members (age1... keys)',
  'usage: tizme ledger journal open STICK --identity FILE [--public-key KEY] --to DIR [--json]',
  "  opens every lane's journal on a stick with one member's key, verifies it, and writes what is in it to DIR",
];

const MARK =
  'Tizme: the journal of a polling station goes here. / Сюда пишется журнал участка. / Участоктун журналы бул жакка жазылат.\n';

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<Done>>> = {
  setup: setUp,
  open,
};

/** What was done, for people and for machines, and whether all was there; the error is wrong usage, or why it could not be done. */
type Done = Result<
  { readonly whole: boolean; readonly lines: readonly string[]; readonly json: object | null },
  { readonly usage: string } | { readonly reason: string }
>;

/** `tizme ledger journal setup|open`. @returns the exit code: 0 done and whole, 1 something is wrong or could not be done, 2 wrong usage */
export async function runJournal(args: readonly string[], io: CommandIo): Promise<number> {
  const [name = '', ...rest] = args;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) return refuseCommand('ledger journal', name, Object.keys(COMMANDS), io);
  const done = await command(rest);
  if (done.ok) {
    const { whole, lines, json } = done.value;
    for (const line of json === null ? lines : [JSON.stringify({ ok: whole, ...json })]) io.out(line);
    return whole ? 0 : 1;
  }
  if ('usage' in done.error) return refuseUsage(`ledger journal ${name}`, done.error.usage, io);
  io.progress(`tizme ledger journal ${name}: ${done.error.reason}`);
  if (rest.includes('--json')) io.out(JSON.stringify({ ok: false, reason: done.error.reason }));
  return 1;
}

async function setUp(args: readonly string[]): Promise<Done> {
  const read = readArguments({
    args: [...args],
    options: {
      stick: { type: 'string' },
      member: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  if (!read.ok) return err({ usage: read.error });
  const [data] = read.value.positionals;
  const { stick, member: recipients = [], json } = read.value.values;
  if (data === undefined || stick === undefined || recipients.length === 0)
    return err({ usage: 'it wants the data of a lane, --stick and a --member' });
  try {
    const aside = writeJournalSettings(data, { stick, recipients });
    markStick(stick, MARK);
    const lines = [
      `The lane in ${data} keeps its journal on ${stick}, for ${recipients.length} members.`,
      ...(aside === null
        ? []
        : [
            `The journal.json before it could not be read; it is kept as ${aside}. A lane that runs goes on by itself.`,
          ]),
    ];
    const said = { data, stick, members: recipients.length, ...(aside === null ? {} : { keptAside: aside }) };
    return ok({ whole: true, lines, json: json ? said : null });
  } catch (cause) {
    return err({ reason: cause instanceof Error ? cause.message : 'it cannot be set up' });
  }
}

async function open(args: readonly string[]): Promise<Done> {
  const read = readArguments({
    args: [...args],
    options: {
      identity: { type: 'string' },
      'public-key': { type: 'string' },
      to: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  if (!read.ok) return err({ usage: read.error });
  const [stick] = read.value.positionals;
  const { identity, to, 'public-key': key, json } = read.value.values;
  if (stick === undefined || identity === undefined || to === undefined)
    return err({ usage: 'it wants a stick, --identity and --to' });
  try {
    const decrypter = new Decrypter();
    for (const line of readFileSync(identity, 'utf8').split('\n')) {
      if (line.startsWith('AGE-SECRET-KEY-')) decrypter.addIdentity(line.trim());
    }
    const expected = key === undefined ? null : readPublishedKey(key);
    if (expected === null && key !== undefined) return err({ usage: '--public-key is not a key' });
    const devices: WrittenJournal[] = [];
    for (const device of readdirSync(stickFolder(stick, '')).toSorted()) {
      devices.push(
        writeDevice(
          join(to, device),
          device,
          await openJournal(stickFolder(stick, device), decrypter, expected),
        ),
      );
    }
    const whole = devices.every(({ faults }) => faults.length === 0);
    return ok({ whole, lines: devices.flatMap(describeJournal), json: json ? { devices } : null });
  } catch (cause) {
    return err({ reason: cause instanceof Error ? cause.message : 'it cannot be opened' });
  }
}

function writeDevice(
  directory: string,
  device: string,
  { segments, identified, faults }: OpenedJournal,
): WrittenJournal {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const events = segments.flatMap(({ records }) =>
    records.map(({ publicBytes, centre, private: privatePart }) =>
      JSON.stringify({
        public: toBase64(publicBytes),
        centre: centre ? { salt: toBase64(centre.salt), bytes: toBase64(centre.bytes) } : null,
        private: privatePart
          ? { salt: toBase64(privatePart.salt), bytes: toBase64(privatePart.bytes) }
          : null,
      }),
    ),
  );
  writeFileSync(join(directory, 'events.jsonl'), `${events.join('\n')}\n`, { mode: 0o600 });
  if (identified !== null) writeFileSync(join(directory, 'identified.txt'), identified, { mode: 0o600 });
  const last = segments.at(-1)?.head;
  return {
    ...{ device, events: events.length, epoch: last?.epoch ?? 0, seq: last?.seq ?? 0 },
    ...{ hash: toHex(last?.hash ?? new Uint8Array()), faults },
  };
}

/** What of a device's journal now lies in the folder. */
interface WrittenJournal {
  readonly device: string;
  readonly events: number;
  /** The last event, and the chain's hash there in hexadecimal digits. */
  readonly epoch: number;
  readonly seq: number;
  readonly hash: string;
  readonly faults: readonly string[];
}

/** What is left is worth more than what a program would make of it. */
const WHAT_TO_DO =
  'What could be opened was written. Keep the stick as it is, and compare with the laptop, the other tables and the centre.';

function describeJournal({ device, events, epoch, seq, hash, faults }: WrittenJournal): string[] {
  return [
    `${device}: ${events} events up to ${epoch}/${seq} ${hash}`,
    ...(faults.length === 0
      ? ['  everything matches']
      : [...faults.map((fault) => `  FAULT ${fault}`), `  ${WHAT_TO_DO}`]),
  ];
}

import { readFile } from 'node:fs/promises';
import { throwIllegalValue } from '../../src/domain/assert.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { parseCentreKey } from '../../src/sync/upload/stick/sealed-range.ts';
import { type StickTaken, type TakeStickError, takeStick } from '../../src/sync/upload/stick/take-stick.ts';
import type { CommandIo } from '../command-io.ts';
import { readArguments, refuseUsage } from '../usage.ts';

const USAGE = [
  'usage: tizme collector take STICK --url https://COLLECTOR --key FILE [--json]',
  'Opens what stations wrote on a stick, hands it to the collector, and puts its receipts on the stick for the way back.',
  '  --key FILE   opens it: what tizme collector stick-key made (or age-keygen); only sticks of earlier versions need none',
  'A certificate that this machine does not know is named in NODE_EXTRA_CA_CERTS.',
];

/** `tizme collector take`: exit code 0 when everything on the stick is at the centre now. */
export async function runCollectorTake(args: readonly string[], io: CommandIo): Promise<number> {
  const options = {
    url: { type: 'string' },
    key: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  const read = readArguments({ args: [...args], options, allowPositionals: true });
  if (!read.ok) return refuseUsage('collector take', read.error, io);
  const { url, key, json, help } = read.value.values;
  const [stick] = read.value.positionals;
  if (help) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  if (stick === undefined || url === undefined || !URL.canParse(url))
    return refuseUsage('collector take', 'a stick and a --url are wanted', io);
  const fail = (code: string, sentence: string): number => {
    io.out(json ? JSON.stringify({ error: code }) : sentence);
    return 1;
  };
  const identity = key === undefined ? ok(null) : await readCentreKey(key);
  if (!identity.ok) return fail(identity.error, `${key}: ${KEY_SENTENCES[identity.error]}`);
  const request = { stick, identity: identity.value, collectorUrl: url, fetch: globalThis.fetch };
  const taken = await takeStick(request);
  if (!taken.ok) return fail(taken.error.code, `${stick}: ${explain(taken.error)}`);
  for (const line of json ? [JSON.stringify(taken.value)] : summarise(taken.value)) io.out(line);
  const { quarantined, refused, unanswered, sealedToAnother } = taken.value;
  return quarantined + refused + unanswered + sealedToAnother === 0 ? 0 : 1;
}

type KeyError = 'key-file-unreadable' | 'not-a-centre-key';

const KEY_SENTENCES: Readonly<Record<KeyError, string>> = {
  'key-file-unreadable':
    'the key file is not there or cannot be read (key-file-unreadable); nothing was sent',
  'not-a-centre-key':
    'this is no key for sticks: AGE-SECRET-KEY-1..., as tizme collector stick-key writes it (not-a-centre-key); nothing was sent',
};

async function readCentreKey(file: string): Promise<Result<string, KeyError>> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return err('key-file-unreadable');
  const identity = parseCentreKey(text);
  return identity === null ? err('not-a-centre-key') : ok(identity);
}

function explain({ code }: TakeStickError): string {
  switch (code) {
    case 'centre-key-missing':
      return 'the files are sealed: name the key of the centre for sticks with --key FILE (centre-key-missing); nothing was sent';
    case 'stick-empty':
      return 'no station wrote anything here for the centre (stick-empty)';
    case 'stick-full':
      return 'no room for the answers: make some and take it again, it changes nothing at the centre (stick-full)';
    case 'stick-missing':
    case 'stick-failed':
    case 'ledger-failed':
      return `the stick cannot be read or written to: take it again, it changes nothing at the centre (${code})`;
    default:
      return throwIllegalValue(code);
  }
}

function summarise(taken: StickTaken): string[] {
  const { accepted, quarantined, refused, unanswered, sealedToAnother, unsealed } = taken;
  const lines = [
    `accepted ${accepted}, set aside ${quarantined}, refused ${refused}, to be tried again ${unanswered}`,
  ];
  if (sealedToAnother > 0)
    lines.push(`${sealedToAnother} sealed to another key: of another election or centre. Left as they are.`);
  if (unsealed > 0) lines.push(`${unsealed} not sealed: written by an earlier version of the program.`);
  return lines;
}

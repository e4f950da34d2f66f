import { parseArgs } from 'node:util';
import { takeStick } from '../../src/sync/upload/stick/take-stick.ts';
import type { CommandOutput } from './collector.ts';

const USAGE = [
  'usage: tizme collector take STICK --url https://COLLECTOR [--json]',
  'Hands what stations wrote on a stick to the collector, and puts its receipts on the stick for the way back.',
  'A certificate that this machine does not know is named in NODE_EXTRA_CA_CERTS.',
];

/** `tizme collector take`: exit code 0 when everything on the stick is at the centre now. */
export async function runCollectorTake(args: readonly string[], io: CommandOutput): Promise<number> {
  const options = {
    url: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  const wrong = (message: string | null): number => {
    for (const line of message === null ? USAGE : [message, ...USAGE]) io.out(line);
    return message === null ? 0 : 2;
  };
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (problem) {
    return wrong(problem instanceof Error ? problem.message : 'unreadable options');
  }
  const { url, json, help } = parsed.values;
  const [stick] = parsed.positionals;
  if (help) return wrong(null);
  if (stick === undefined || url === undefined || !URL.canParse(url))
    return wrong('a stick and a --url are wanted');
  const taken = await takeStick({ stick, collectorUrl: url, fetch: globalThis.fetch });
  if (!taken.ok) {
    io.out(json ? JSON.stringify({ error: taken.error.code }) : `${stick}: ${taken.error.code}`);
    return 1;
  }
  const { accepted, quarantined, refused, unanswered } = taken.value;
  io.out(
    json
      ? JSON.stringify(taken.value)
      : `accepted ${accepted}, set aside ${quarantined}, refused ${refused}, to be tried again ${unanswered}`,
  );
  return quarantined + refused + unanswered === 0 ? 0 : 1;
}

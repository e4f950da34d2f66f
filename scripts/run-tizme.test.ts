import { describe, expect, it } from 'vitest';
import { COMMANDS } from './commands/table.ts';
import { runTizme } from './run-tizme.ts';

function createIo() {
  const out: string[] = [];
  const progress: string[] = [];
  return {
    out,
    progress,
    io: { out: (line: string) => out.push(line), progress: (text: string) => progress.push(text) },
  };
}

describe('the command line', () => {
  it('lists every command with its summary', async () => {
    const { io, out } = createIo();
    expect(await runTizme(['--help'], io)).toBe(0);
    for (const { name, summary } of COMMANDS) {
      expect(out.some((line) => line.includes(name) && line.includes(summary))).toBe(true);
    }
  });

  it('fails without a command and with one that does not exist, and says so beside the result', async () => {
    const { io, out, progress } = createIo();
    expect(await runTizme([], io)).toBe(2);
    expect(await runTizme(['vote'], io)).toBe(2);
    expect(out).toEqual([]);
    expect(progress.join()).toContain('"vote"');
  });

  it.each(COMMANDS.map(({ name }) => name))('"%s --help" explains itself', async (name) => {
    const { io, out } = createIo();
    expect(await runTizme([name, '--help'], io)).toBe(0);
    expect(out.join('\n')).toContain(`tizme ${name}`);
  });

  it.each([
    [['start', '--host', 'netscape'], '--host'],
    [['start', '--language', 'fr'], '--language'],
    [['start', '--voters', '2500'], '--voters'],
    [['start', '--seed', '-1'], '--seed'],
    [['start', '--nonsense'], '--nonsense'],
  ])('refuses %j with a word about %s', async (args, word) => {
    const { io, progress } = createIo();
    expect(await runTizme(args, io)).toBe(2);
    expect(progress.join()).toContain(word);
  });

  it.each([
    ...COMMANDS.map(({ name }) => [name]),
    ...['access', 'stick-key', 'take'].map((name) => ['collector', name]),
    ...['verify', 'page', 'station', 'journal', 'journal setup', 'journal open'].map((name) => [
      'ledger',
      name,
    ]),
    ...['extract', 'match', 'identify', 'evaluate'].map((name) => ['fingerprint', name]),
    ...['read', 'mrz', 'verify', 'show'].map((name) => ['document', name]),
    ...['list', 'watch', 'capture', 'rules'].map((name) => ['devices', name]),
    ...['import', 'search', 'lookup', 'export', 'index', 'apply', 'delta'].map((name) => ['register', name]),
    ...['devices', 'desk', 'power', 'lanes', 'discovery', 'long lanes'].map((name) => ['lab', name]),
    ['election', 'generate'],
    ['bench', 'desk'],
  ])(
    '"%s %s" answers what it does not know with one line that says so, and exit code 2',
    async (...names) => {
      const { io, out, progress } = createIo();
      const args = names.join(' ').split(' ');
      expect(await runTizme([...args, '--nonsense', '--json'], io)).toBe(2);
      expect(out).toEqual([]);
      expect(progress).toEqual([expect.stringMatching(/^tizme .*--nonsense.* explains it\)$/)]);
      expect(progress[0]).not.toContain('\n');
    },
  );

  it.each([
    ['lab lanes --lanes 2', '--lanes: takes a whole number from 3 to 10'],
    ['lab lanes --voters many', '--voters: takes a whole number'],
    ['lab lanes --seed=', '--seed: takes'],
    ['lab lanes twice', 'twice'],
    ['lab long', 'it wants a command: lanes'],
    ['lab long stations', 'there is no "stations": lanes'],
    ['lab long lanes --count 0', '--count: takes a whole number from 1'],
    ['lab long lanes --count 1e3', '--count: takes a whole number'],
    ['lab long lanes --signed=-1', '--signed: takes a whole number from 0'],
    ['lab long lanes --replay', '--replay'],
    ['lab power --cuts x', '--cuts'],
    ['lab desk --voters 13', '--voters takes a whole number from 1 to 12'],
    ['lab desk --printer fax', '--printer takes one of'],
    ['lab devices --rounds 0', '--rounds takes a whole number from 1 to 1000'],
  ])('"%s" is answered with one line that says "%s", and exit code 2', async (line, fault) => {
    const { io, out, progress } = createIo();
    expect(await runTizme(line.split(' '), io)).toBe(2);
    expect(out).toEqual([]);
    expect(progress).toEqual([expect.stringMatching(/^tizme lab [^\n]* explains it\)$/)]);
    expect(progress[0]).toContain(fault);
  });
});

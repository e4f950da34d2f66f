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
    expect(await runTizme([], io)).toBe(1);
    out.length = 0;
    expect(await runTizme(['vote'], io)).toBe(1);
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
    expect(await runTizme(args, io)).toBe(1);
    expect(progress.join()).toContain(word);
  });
});

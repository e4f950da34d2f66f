import { expect, test } from 'vitest';
import { runPluggedLab } from './run-plugged-lab.ts';

async function run(...args: readonly string[]) {
  const out: string[] = [];
  const said: string[] = [];
  const io = { out: (line: string) => void out.push(line), progress: (line: string) => void said.push(line) };
  return { code: await runPluggedLab(args, io), out, said };
}

test('help names every device that can be plugged in', async () => {
  const { code, out } = await run('--help');
  expect(code).toBe(0);
  for (const name of ['futronic', 'digitalpersona', 'zfm', 'ccid-tpdu-t0', 'serial-printer'])
    expect(out.join('\n')).toContain(name);
});

test('without a command, or with a device that nobody plays, nothing is started', async () => {
  for (const args of [[], ['--plug', 'futronic,toaster', 'list']]) {
    const { code, out, said } = await run(...args);
    expect([code, out]).toEqual([2, []]);
    expect(said.join('\n')).toContain('usage: tizme lab plugged');
  }
});

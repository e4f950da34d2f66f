import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ENTRY = fileURLToPath(new URL('./tizme.js', import.meta.url));

describe('the tizme command', () => {
  it('ends without a stack when nobody reads what it writes, and does not call that success', async () => {
    const child = spawn(process.execPath, [ENTRY, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, errors }).toEqual({ code: 141, errors: '' });
  });

  it('says in one sentence which Node it needs where there is an older one, without a stack', async () => {
    const older = `data:text/javascript,${encodeURIComponent(
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });" +
        "Object.defineProperty(process, 'version', { value: 'v20.20.2' });",
    )}`;
    const child = spawn(process.execPath, ['--import', older, ENTRY, '--help'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { out: '', errors: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.errors += text;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, out: said.out }).toEqual({ code: 1, out: '' });
    expect(said.errors).toMatch(/^tizme needs Node 24 or newer, and this is v20\.20\.2: [^\n]+\.\n$/);
  });
});

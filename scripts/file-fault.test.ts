import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runAction } from './action.ts';
import { fileFaultOf } from './file-fault.ts';

const refusal = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall });

it('what a file system says has a code and a sentence; a bug has none, and neither has the network', () => {
  expect(fileFaultOf(refusal('ENOSPC', 'write'))?.code).toBe('disk-full');
  expect(fileFaultOf(refusal('EROFS', 'open'))?.code).toBe('no-access');
  expect(fileFaultOf(refusal('EIO', 'read'))?.code).toBe('disk-failed');
  for (const read of [() => readFileSync('/nowhere/at/all'), () => readdirSync(import.meta.filename)]) {
    try {
      read();
    } catch (cause) {
      expect(fileFaultOf(cause)).toMatchObject({ code: 'no-folder' });
    }
  }
  expect(fileFaultOf(refusal('ECONNREFUSED', 'connect'))).toBeNull();
  expect(fileFaultOf(new TypeError('a bug'))).toBeNull();
  expect(fileFaultOf('text')).toBeNull();
});

it('an action that meets a full disk ends in one line and one object, and in no stack; a bug goes on', async () => {
  const out: string[] = [];
  const said: string[] = [];
  const io = { out: (line: string) => out.push(line), progress: (line: string) => said.push(line) };
  const failing = (cause: Error) => ({
    ...{ name: 'write', usage: [], options: {}, names: { least: 0, most: 0 } },
    run: () => Promise.reject(cause),
  });
  expect(await runAction('disk', [failing(refusal('ENOSPC', 'write'))], ['write', '--json'], io)).toBe(1);
  expect(said).toEqual(['tizme disk: the disk is full. Make room, and run the same command again.']);
  expect(JSON.parse(out[0] ?? '')).toMatchObject({ ok: false, code: 'disk-full' });
  await expect(runAction('disk', [failing(new TypeError('a bug'))], ['write'], io)).rejects.toThrow('a bug');
});

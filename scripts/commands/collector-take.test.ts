import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Encrypter } from 'age-encryption';
import { afterEach, expect, test } from 'vitest';
import { DemoDevice } from '../../src/collector/demo/demo-device.ts';
import { encodeUploadRange } from '../../src/ledger/upload-range.ts';
import { AGE_RECIPIENT } from '../../src/packages/age-sealing.ts';
import { padRange } from '../../src/sync/upload/stick/sealed-range.ts';
import { runCollector, startCollector } from './collector.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const io = { out: (line: string) => lines.push(line), progress: () => {} };
  return { code: await runCollector(args, io, new AbortController().signal), lines };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tizme-take-'));
  folders.push(folder);
  return folder;
}

test('the centre draws its key for sticks once; its public half goes into the plan', async () => {
  const file = join(newFolder(), 'centre.key');
  const { code, lines } = await run('stick-key', '--out', file);
  expect(code).toBe(0);
  expect(lines).toEqual([expect.stringMatching(AGE_RECIPIENT)]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const before = readFileSync(file, 'utf8');
  expect(before).toContain(lines[0]);
  // Written over, every stick on the way could be opened by nobody.
  expect(await run('stick-key', '--out', file)).toEqual({ code: 1, lines: [`${file}: file-exists`] });
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect((await run('stick-key')).code).toBe(2);
});

test('a stick is taken in with the key; without it, with another file or another key, it is said what is wrong', async () => {
  const folder = newFolder();
  const [key, other] = [join(folder, 'centre.key'), join(folder, 'other.key')];
  const recipient = (await run('stick-key', '--out', key)).lines[0] ?? '';
  await run('stick-key', '--out', other);
  const device = new DemoDevice({ election: 'mock', station: '7', device: 'lane-1' });
  const file = await writeStick(folder, device, recipient);
  const answer = `${file}.answer`;
  const collector = await startCollector();
  try {
    const take = (...args: string[]) => run('take', folder, '--url', collector.url, ...args);
    for (const [args, code] of [
      [[], 'centre-key-missing'],
      [['--key', join(folder, 'nowhere.key')], 'key-file-unreadable'],
      [['--key', file], 'not-a-centre-key'],
    ] as const) {
      const refused = await take(...args);
      expect(refused.code).toBe(1);
      expect(refused.lines.join()).toContain(code);
      expect(await take(...args, '--json')).toEqual({ code: 1, lines: [JSON.stringify({ error: code })] });
    }
    const wrong = await take('--key', other);
    expect(wrong.code).toBe(1);
    expect(wrong.lines.join('\n')).toContain('1 sealed to another key');
    expect(existsSync(answer)).toBe(false);
    // The collector says what it thinks of it: nobody has registered this laptop.
    const { code, lines } = await take('--key', key);
    expect(lines).toEqual(['accepted 0, set aside 0, refused 1, to be tried again 0']);
    expect(code).toBe(1);
    expect(readFileSync(answer, 'utf8')).toContain('unknown-device');
  } finally {
    await collector.close();
  }
});

async function writeStick(folder: string, device: DemoDevice, recipient: string): Promise<string> {
  const range = device.commit([{ kind: 'other', period: 0, centre: { type: 'cover' } }]);
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const file = join(folder, 'tizme-upload', device.identity.device, '1-1-1.range.age');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, await encrypter.encrypt(padRange(encodeUploadRange(range))));
  return file;
}

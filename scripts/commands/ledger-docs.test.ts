import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import { exportLedger } from '../../src/ledger/export-ledger.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { identification, TestBench } from '../../src/ledger/test-bench.ts';
import { hasProgram } from '../../src/store/testing/has-program.ts';
import { runLedger } from './ledger.ts';

/** What the documentation tells people to type is typed here. */
const DOCS = join(import.meta.dirname, '../../docs');
const FORMAT = readFileSync(join(DOCS, 'ledger-format.md'), 'utf8');

let bench: TestBench;
let ledger: Ledger;
let directory = '';

beforeAll(async () => {
  bench = new TestBench();
  ledger = bench.open().ledger;
  directory = join(bench.folder, 'export');
  for (let i = 1; i <= 9; i += 1) {
    unwrap(ledger.commit([identification(`v-${i}`), { ...identification('x'), kind: 'other' }]));
  }
  unwrap(await exportLedger(ledger, directory, { level: 'full' }));
});
afterAll(() => bench.dispose());

function blocks(language: string): string[] {
  return [...FORMAT.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text = '']) => text,
  );
}

const shell = (script: string): string =>
  execFileSync('bash', ['-euo', 'pipefail', '-c', script], { cwd: directory, encoding: 'utf8' });

describe('the commands in the ledger’s format', () => {
  test('in Python find the same root, size and counts', () => {
    const script = assertDefined(blocks('python')[0], 'the script');
    const said = execFileSync('python3', ['-c', script], { cwd: directory, encoding: 'utf8' });
    const { size, rootBase64 } = ledger.checkpoint();
    expect(said).toContain(`epoch ${ledger.epoch} size ${size} root ${rootBase64}`);
    expect(said).toContain("{'identification': 9, 'other': 9}");
  });

  test.skipIf(!hasProgram('minisign'))(
    'in the shell verify: sums, minisign, manifest, checkpoint, head, one event',
    () => {
      const scripts = blocks('sh').filter((script) => /minisign -V|openssl|sha256sum/.test(script));
      expect(scripts.length).toBeGreaterThanOrEqual(5);
      for (const script of scripts) expect(shell(script)).toMatch(/OK|[Vv]erified|^[0-9a-f]{64} {2}-/m);
    },
  );
});

test('the observers’ pages of all three languages give the same commands of ours, and they work', async () => {
  // The commands above leave files in theirs.
  const exported = join(bench.folder, 'handed-out');
  unwrap(await exportLedger(ledger, exported, { level: 'public' }));
  const checkpoint = join(bench.folder, 'photographed.txt');
  writeFileSync(checkpoint, ledger.checkpoint().note);
  const key = readFileSync(join(exported, 'minisign.pub'), 'utf8').split('\n')[1] ?? '';
  const said = new Set<string>();
  for (const language of ['en', 'ru', 'ky']) {
    const page = readFileSync(join(DOCS, `guides/observer-check.${language}.md`), 'utf8');
    const [, line = ''] = /```sh\nnpm run -s tizme -- ledger (verify .*)\n```/.exec(page) ?? [];
    const args = line
      .replace(/^verify \S+/, `verify ${exported}`)
      .replace('KEY', key)
      .replaceAll(/\S+\.txt/g, checkpoint)
      .split(' ');
    said.add(args.join(' '));
    const lines: string[] = [];
    const io = { out: (text: string) => lines.push(text), progress: (text: string) => lines.push(text) };
    expect(await runLedger(args, io), lines.join('\n')).toBe(0);
    // What the page names beside them is there as well.
    for (const [command] of page.matchAll(/ledger (page|station)\b|--centre-key/g))
      expect(await helpText()).toContain(command);
    expect(page).toContain('ledger page verify.html');
    expect(page).toContain('--centre-key');
  }
  expect(said.size).toBe(1);
});

async function helpText(): Promise<string> {
  const lines: string[] = [];
  await runLedger(['--help'], { out: (text) => lines.push(text), progress: () => {} });
  return lines.join('\n');
}

test.skipIf(!hasProgram('minisign'))(
  'the observers’ pages of all three languages give commands that work',
  () => {
    const key = readFileSync(join(directory, 'minisign.pub'), 'utf8').split('\n')[1] ?? '';
    for (const language of ['en', 'ru', 'ky']) {
      const page = readFileSync(join(DOCS, `guides/observer-check.${language}.md`), 'utf8');
      const script = assertDefined(/```sh\n(minisign[\s\S]*?)```/.exec(page)?.[1], 'the commands');
      expect(shell(script.replace('KEY', `'${key}'`))).toContain('Signature and comment signature verified');
    }
  },
);

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import { receiptText } from '../../src/ledger/centre-receipt.ts';
import { centreWitnessName } from '../../src/ledger/checkpoint.ts';
import { deviceKeyFromSeed } from '../../src/ledger/device-key.ts';
import { exportLedger } from '../../src/ledger/export-ledger.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { minisignPublicKey } from '../../src/ledger/minisign.ts';
import { cosign } from '../../src/ledger/notes/cosignature.ts';
import { identification, TestBench } from '../../src/ledger/test-bench.ts';
import { verifyExport } from '../../src/ledger/verify-export.ts';
import { OUTERMOST_LIMIT_MS } from '../../test/outermost-limit.ts';
import { findChromium } from '../hosts/chromium/find-chromium.ts';
import { runLedger } from './ledger.ts';

const centre = deviceKeyFromSeed(new Uint8Array(32).fill(21));
const SILENT = { out: () => {}, progress: () => {} };

let bench: TestBench;
let ledger: Ledger;
let browser: Browser;
let page: Page;
let folder = '';
let early = '';
const complaints: string[] = [];
const requests: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-page-'));
  const written = await runLedger(['page', join(folder, 'verify.html')], SILENT);
  expect(written).toBe(0);
  bench = new TestBench();
  ledger = bench.open().ledger;
  for (let i = 1; i <= 30; i += 1) {
    const period = i <= 4 ? 2 : i <= 18 ? 3 : 4;
    unwrap(
      ledger.commit([
        { ...identification(`v-${i}`), period },
        { ...identification('x'), kind: 'other' },
      ]),
    );
    if (i === 7) early = ledger.checkpoint().note;
  }
  unwrap(ledger.commit([{ ...identification('v-3'), kind: 'undo', period: 4 }]));
  const end = assertDefined(ledger.head() ?? undefined, 'the end of the log');
  unwrap(ledger.markUploaded(end, centre.sign(receiptText(ledger.identity, end))));
  const { note } = ledger.checkpoint();
  const text = note.slice(0, note.indexOf('\n\n') + 1);
  const line = cosign(centreWitnessName(ledger.identity), centre, text, 1_790_000_300);
  unwrap(ledger.keepCosigned('centre', `${note}${line}`));
  unwrap(await exportLedger(ledger, join(folder, 'public'), { level: 'public' }));
  unwrap(await exportLedger(ledger, join(folder, 'full'), { level: 'full' }));
  browser = await chromium.launch({
    timeout: OUTERMOST_LIMIT_MS,
    executablePath: assertDefined(findChromium() ?? undefined, 'Chromium on this machine'),
    // Chromium refuses to run its sandbox as root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  page = await browser.newPage({ locale: 'ru-RU' });
  page.setDefaultTimeout(OUTERMOST_LIMIT_MS);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(join(folder, 'verify.html')).href);
});
afterAll(async () => {
  await browser.close();
  bench.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** No file is read before the returned function is called; that one resolves when all have been read. */
async function holdReading(): Promise<() => Promise<void>> {
  const hold = await page.evaluateHandle(() => {
    const { arrayBuffer } = File.prototype;
    const { promise, resolve } = Promise.withResolvers<void>();
    const read: Promise<ArrayBuffer>[] = [];
    File.prototype.arrayBuffer = function held(this: File) {
      const later = promise.then(() => arrayBuffer.call(this));
      read.push(later);
      return later;
    };
    return {
      async letGo() {
        File.prototype.arrayBuffer = arrayBuffer;
        resolve();
        await Promise.all(read);
      },
    };
  });
  return () => hold.evaluate((held) => held.letGo());
}

/** What an observer does: choose the folder, paste what was photographed, press the button. */
async function check(
  directory: string,
  checkpoints = '',
  key = '',
  centreKey = '',
): Promise<{ verdict: string; codes: string[] }> {
  await page.locator('#export').setInputFiles(directory);
  await page.locator('#checkpoints').fill(checkpoints);
  await page.locator('#key').fill(key);
  await page.locator('#centre').fill(centreKey);
  await page.locator('#check').click();
  const verdict = await page.locator('#verdict').textContent();
  const codes = await page
    .locator('#faults li')
    .evaluateAll((items) => items.map((item) => (item as HTMLElement).dataset.code ?? ''));
  return { verdict: verdict ?? '', codes };
}

describe('the page for observers, in a real browser, from a file', () => {
  test('finds a public export whole, counts it, and compares what was photographed and published', async () => {
    const [origin, size, root] = early.split('\n');
    const kept = `${early}\n${origin}\r\n${size}\r\n${root}`;
    const key = minisignPublicKey(bench.key.publicKey).split('\n')[1] ?? '';
    expect(await check(join(folder, 'public'), kept, key)).toEqual({ verdict: '✓ Всё сходится', codes: [] });
    const text = (await page.locator('#result').textContent()) ?? '';
    expect(text).toContain('ТРЕНИРОВКА');
    expect(text).toContain('Идентифицировано, без отменённых: сравните с итоговым отчётом29');
    expect(text).toContain('Отменено1');
    expect(await page.locator('#verdict').evaluate((one) => one.getBoundingClientRect().top)).toBeLessThan(
      200,
    );
    expect(text).toContain('Контрольная точка 1 (14): журнал её продолжает, подпись верна');
    expect(text).toContain('Контрольная точка 2 (14): журнал её продолжает (три строки без подписи)');
    expect(text).toContain('совпадает с опубликованным');
    expect(text).toContain(ledger.checkpoint().rootBase64);
  });

  test('says what the centre signed, to whoever knows its key, and that another key is not the centre’s', async () => {
    const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
    expect((await check(join(folder, 'public'), '', '', base64(centre.publicKey))).codes).toEqual([]);
    const says = (await page.locator('#centre-says').textContent()) ?? '';
    expect(says).toContain('Центр подписал, что получил журнал до события 61');
    expect(says).toMatch(/Центр заверил контрольную точку, событий: 61 \(\d\d\.09\.2026 \d\d:\d\d\)/);
    await page.getByRole('button', { name: 'Кыргызча' }).click();
    expect(await page.locator('#centre-says').textContent()).toMatch(/61 \(\d\d\.09\.2026 \d\d:\d\d\)/);
    await page.getByRole('button', { name: 'English' }).click();
    expect(await page.locator('#centre-says').textContent()).toMatch(/61 \(2026-09-\d\d \d\d:\d\d\)/);
    await page.getByRole('button', { name: 'Русский' }).click();
    const stranger = await check(join(folder, 'public'), '', '', base64(bench.key.publicKey));
    expect(stranger.codes).toEqual(['wrong-receipt', 'wrong-cosignature']);
  });

  test('shows no hour with fewer than ten apart, and who was undone in none', async () => {
    await check(join(folder, 'public'));
    const rows = await page.locator('#periods tr').allTextContents();
    expect(rows.slice(1)).toEqual(['2–318', '412']);
  });

  test('of a folder with several logs one has to be chosen; with one, wherever it lies, that one is checked', async () => {
    await page.locator('#export').setInputFiles(folder);
    const asked = 'В этой папке несколько журналов. Выберите папку одного из них: ';
    const said = (await page.locator('#result').textContent()) ?? '';
    expect(said.startsWith(asked)).toBe(true);
    expect(said).toMatch(/\/full, .+\/public$/);
    await page.locator('#check').click();
    expect(await page.locator('#result').textContent()).toBe(said);
    const above = join(folder, 'above');
    cpSync(join(folder, 'public'), join(above, 'public'), { recursive: true });
    writeFileSync(join(above, 'photographed.txt'), early);
    expect((await check(above)).codes).toEqual([]);
    rmSync(above, { recursive: true });
  });

  test('what is said is always about the folder that was chosen last, however quickly the button is pressed', async () => {
    const wrong = join(folder, 'wrong');
    cpSync(join(folder, 'public'), wrong, { recursive: true });
    const events = join(wrong, 'events.jsonl');
    writeFileSync(events, readFileSync(events, 'utf8').split('\n').toSpliced(9, 1).join('\n'));
    expect((await check(join(folder, 'public'))).verdict).toBe('✓ Всё сходится');
    // A slow stick: its files are read when the button has been pressed already.
    const letRead = await holdReading();
    await page.locator('#export').setInputFiles(wrong);
    await page.locator('#check').click();
    expect(await page.locator('#verdict').count()).toBe(0);
    await letRead();
    expect(await page.locator('#verdict').textContent()).toBe('✗ Не сходится');

    // Another folder is chosen while the one before is still read: nothing is said of either until it is asked for.
    const letReadAgain = await holdReading();
    await page.locator('#export').setInputFiles(join(folder, 'public'));
    await page.locator('#check').click();
    await page.locator('#export').setInputFiles(wrong);
    await letReadAgain();
    expect(await page.locator('#result').textContent()).toBe('');
    await page.locator('#check').click();
    expect(await page.locator('#verdict').textContent()).toBe('✗ Не сходится');
    rmSync(wrong, { recursive: true });
  });

  test('fits a phone, with its languages and its table', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await check(join(folder, 'public'));
    for (const name of ['Кыргызча', 'English', 'Русский']) {
      await page.getByRole('button', { name }).click();
      // Every phone has letters of its own, some of them wider than this machine's.
      for (const letterSpacing of ['normal', '0.12em']) {
        const beyond = await page.evaluate((spacing) => {
          document.body.style.letterSpacing = spacing;
          return [...document.querySelectorAll('main *')]
            .filter((one) => {
              const { left, right } = one.getBoundingClientRect();
              return left < 0 || right > innerWidth;
            })
            .map((one) => one.outerHTML);
        }, letterSpacing);
        expect(beyond).toEqual([]);
      }
    }
    await page.evaluate(() => document.body.style.removeProperty('letter-spacing'));
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  test('opens every part of a full export', async () => {
    expect((await check(join(folder, 'full'))).codes).toEqual([]);
  });

  test('speaks Kyrgyz and English, too, without another check', async () => {
    await check(join(folder, 'public'));
    for (const [name, verdict] of [
      ['Кыргызча', '✓ Баары дал келет'],
      ['English', '✓ Everything matches'],
      ['Русский', '✓ Всё сходится'],
    ] as const) {
      await page.getByRole('button', { name }).click();
      expect(await page.locator('#verdict').textContent()).toBe(verdict);
    }
  });

  test('says what is wrong: another key, a checkpoint of another history, a line taken out', async () => {
    expect((await check(join(folder, 'public'), '', Buffer.alloc(32, 1).toString('base64'))).codes).toEqual([
      'wrong-key',
    ]);
    const [origin, size, root] = early.split('\n');
    const other = `${origin}\n${Number(size) + 1}\n${root}\n`;
    expect(await check(join(folder, 'public'), other)).toEqual({
      verdict: '✗ Не сходится',
      codes: ['checkpoint-not-extended'],
    });
    expect((await check(join(folder, 'public'), 'tizme-TRAINING/x')).codes).toEqual(['checkpoint-malformed']);
    const file = join(folder, 'public', 'events.jsonl');
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.split('\n').toSpliced(9, 1).join('\n'));
    const { codes } = await check(join(folder, 'public'));
    // The log's own checkpoint is named by its file, not by a number that nobody pasted.
    expect(await page.locator('#faults').textContent()).toContain(
      'не продолжает контрольную точку checkpoint.txt',
    );
    writeFileSync(file, whole);
    for (const code of ['wrong-sum', 'wrong-count', 'gap', 'broken-link', 'checkpoint-not-extended']) {
      expect(codes).toContain(code);
    }
  });

  test('finds every changed byte that the command finds', async () => {
    const directory = join(folder, 'full');
    // Of the minisign signature the page says nothing: no browser knows BLAKE2b.
    const files = readdirSync(directory).filter((name) => name !== 'SHA256SUMS.minisig');
    let state = 5;
    for (let i = 0; i < 60; i += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const file = join(directory, assertDefined(files[i % files.length], 'a file'));
      const whole = readFileSync(file);
      const bytes = Buffer.from(whole);
      const at = state % bytes.length;
      bytes.writeUInt8(bytes.readUInt8(at) ^ 0x04, at);
      writeFileSync(file, bytes);
      const byPage = await check(directory);
      const byCommand = verifyExport(directory).ok;
      writeFileSync(file, whole);
      expect(byPage.verdict, `${file} ${at}`).toBe('✗ Не сходится');
      expect(byCommand, `${file} ${at}`).toBe(false);
    }
    expect((await check(directory)).codes).toEqual([]);
  });

  test('asks nobody anything, and keeps to its own policy', () => {
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('is the same bytes whenever it is built', async () => {
    await runLedger(['page', join(folder, 'again.html')], SILENT);
    expect(readFileSync(join(folder, 'again.html')).equals(readFileSync(join(folder, 'verify.html')))).toBe(
      true,
    );
  });
});

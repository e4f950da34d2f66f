import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unwrap } from '../domain/result.ts';
import { hasProgram } from '../store/testing/has-program.ts';
import { receiptText } from './centre-receipt.ts';
import { deviceKeyFromSeed } from './device-key.ts';
import { TRAINING_MARK } from './export-format.ts';
import { exportLedger } from './export-ledger.ts';
import type { Ledger } from './ledger.ts';
import { cosign } from './notes/cosignature.ts';
import { ED25519_COSIGNATURE } from './notes/signed-note.ts';
import { identification, TestBench } from './test-bench.ts';
import { verifyExport, verifyExportAside } from './verify-export.ts';

let bench: TestBench;
let ledger: Ledger;
let directory: string;

beforeEach(() => {
  bench = new TestBench();
  ledger = bench.open().ledger;
  directory = join(bench.folder, 'export');
  for (let i = 1; i <= 6; i += 1) {
    unwrap(ledger.commit([identification(`canary-${i}`), { ...identification('x'), kind: 'other' }]));
  }
});
afterEach(() => bench.dispose());

describe('an export', () => {
  test('for observers holds public parts and commitments only, and everything in it checks', async () => {
    unwrap(await exportLedger(ledger, directory, { level: 'public' }));
    const found = unwrap(verifyExport(directory, { publicKey: bench.key.publicKey }));
    expect(found).toMatchObject({
      level: 'public',
      events: 12,
      kinds: { identification: 6, undo: 0, other: 6 },
      heads: 1,
      partsOpened: 0,
      checkpoint: { size: 12, rootBase64: ledger.checkpoint().rootBase64 },
    });
    for (const file of readdirSync(directory)) {
      const text = readFileSync(join(directory, file), 'utf8');
      for (const secret of ['canary', 'finger', 'female']) {
        expect(text.includes(secret)).toBe(false);
        expect(text.includes(Buffer.from(secret).toString('base64').slice(0, -4))).toBe(false);
      }
    }
  });

  test('for the commission opens every part against its commitment', async () => {
    const counts: number[] = [];
    unwrap(await exportLedger(ledger, directory, { level: 'full', onEvents: (done) => counts.push(done) }));
    expect(unwrap(verifyExport(directory))).toMatchObject({ level: 'full', heads: 6, partsOpened: 24 });
    expect(counts.at(-1)).toBe(12);
  });

  test('of a mock election says so in its files, and cannot drop the mark', async () => {
    unwrap(await exportLedger(ledger, directory, { level: 'public' }));
    expect(readFileSync(join(directory, 'TRAINING.txt'), 'utf8')).toContain('TRAINING');
    expect(readFileSync(join(directory, 'checkpoint.txt'), 'utf8')).toContain('TRAINING');
    const manifest = readFileSync(join(directory, 'manifest.json'), 'utf8');
    writeFileSync(join(directory, 'manifest.json'), manifest.replace(`"${TRAINING_MARK}"`, 'null'));
    const found = verifyExport(directory);
    const codes = found.ok ? [] : found.error.faults.map((fault) => fault.code);
    expect(codes).toContain('wrong-training-mark');
    expect(codes).toContain('wrong-identity');
  });

  test('after the private parts were erased still verifies', async () => {
    unwrap(ledger.erase('private'));
    unwrap(await exportLedger(ledger, directory, { level: 'full' }));
    expect(unwrap(verifyExport(directory))).toMatchObject({ events: 12, partsOpened: 12 });
  });

  test.skipIf(!hasProgram('minisign'))(
    'can be checked with tools that are not ours: sha256sum, openssl, minisign',
    async () => {
      unwrap(await exportLedger(ledger, directory, { level: 'public' }));
      const run = (command: string, args: string[]): string =>
        execFileSync(command, args, { cwd: directory, encoding: 'utf8' });
      expect(run('sha256sum', ['--check', 'SHA256SUMS'])).toContain('events.jsonl: OK');
      const args = [
        'pkeyutl',
        '-verify',
        '-pubin',
        '-inkey',
        'public-key.pem',
        '-rawin',
        '-in',
        'manifest.json',
      ];
      expect(run('openssl', [...args, '-sigfile', 'manifest.json.sig'])).toContain('Verified Successfully');
      const said = run('minisign', ['-VHm', 'SHA256SUMS', '-p', 'minisign.pub']);
      expect(said).toContain(`Trusted comment: ${ledger.checkpoint().origin} 12 `);
    },
  );

  test('is never mixed with what is there already', async () => {
    mkdirSync(directory);
    writeFileSync(join(directory, 'other.txt'), 'x');
    expect(await exportLedger(ledger, directory, { level: 'public' })).toEqual({
      ok: false,
      error: { code: 'directory-not-empty' },
    });
    expect(await exportLedger(ledger, join(directory, 'other.txt', 'x'), { level: 'public' })).toEqual({
      ok: false,
      error: { code: 'directory-not-writable' },
    });
    expect(readdirSync(directory)).toEqual(['other.txt']);
  });
});

describe('checking an export', () => {
  test('any changed byte in any file is found', async () => {
    unwrap(await exportLedger(ledger, directory, { level: 'full' }));
    const files = readdirSync(directory).toSorted();
    const whole = new Map(files.map((file) => [file, readFileSync(join(directory, file))]));
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (file, where, flip) => {
          const bytes = Buffer.from(whole.get(file) ?? []);
          const at = where % bytes.length;
          bytes.writeUInt8(bytes.readUInt8(at) ^ flip, at);
          writeFileSync(join(directory, file), bytes);
          const found = verifyExport(directory);
          writeFileSync(join(directory, file), whole.get(file) ?? '');
          expect(found.ok).toBe(false);
        },
      ),
      { seed: 8, numRuns: 120 },
    );
    expect(verifyExport(directory).ok).toBe(true);
  });

  test('a changed event is named by its number, not only by its file', async () => {
    unwrap(await exportLedger(ledger, directory, { level: 'public' }));
    const file = join(directory, 'events.jsonl');
    const lines = readFileSync(file, 'utf8').split('\n');
    const line: { public: string } = JSON.parse(lines[6] ?? '');
    const bytes = Buffer.from(line.public, 'base64');
    // The last byte of the text value "other" or "identification" stands before the key "period".
    const at = bytes.indexOf('period') + 'period'.length;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    lines[6] = JSON.stringify({ ...line, public: bytes.toString('base64') });
    writeFileSync(file, lines.join('\n'));
    expect(verifyExport(directory)).toEqual({
      ok: false,
      error: {
        faults: [
          { code: 'wrong-sum', file: 'events.jsonl' },
          { code: 'altered-event', epoch: ledger.epoch, seq: 7 },
          { code: 'checkpoint-not-extended', number: 0, size: 12 },
        ],
        extended: [],
      },
    });
  });

  test('the log must extend every checkpoint that was kept, and only those of this device', async () => {
    const early = ledger.checkpoint().note;
    unwrap(ledger.commit([identification('v-later')]));
    unwrap(await exportLedger(ledger, directory, { level: 'public' }));
    unwrap(ledger.commit([identification('v-last')]));
    const late = ledger.checkpoint().note;
    expect(verifyExport(directory, { checkpoints: [early] }).ok).toBe(true);
    expect(verifyExport(directory, { checkpoints: [early, late] })).toMatchObject({
      ok: false,
      error: {
        faults: [{ code: 'checkpoint-not-extended', number: 2, size: 14 }],
        extended: [{ number: 1, size: 12, signed: true }],
      },
    });
    const [stranger, neighbour] = [new TestBench(), new TestBench()];
    try {
      // Another table's report in the wrong pile is said to be that, whole or as its three lines.
      const { note: theirs } = neighbour.open({ device: 'lane-2' }).ledger.checkpoint();
      for (const text of [theirs, theirs.split('\n').slice(0, 3).join('\n')])
        expect(verifyExport(directory, { checkpoints: [text] })).toMatchObject({
          ok: false,
          error: {
            faults: [
              { code: 'checkpoint-of-other-log', number: 1, origin: expect.stringContaining('/lane-2/') },
            ],
          },
        });
      const note = stranger.open().ledger.checkpoint().note;
      expect(verifyExport(directory, { checkpoints: [note], publicKey: stranger.key.publicKey })).toEqual({
        ok: false,
        error: {
          faults: [{ code: 'wrong-key' }, { code: 'checkpoint-not-signed', number: 1 }],
          extended: [],
        },
      });
    } finally {
      stranger.dispose();
      neighbour.dispose();
    }
  });

  test('photographed checkpoints are compared with a broken log too: those before the break hold', async () => {
    const notes = [ledger.checkpoint().note];
    for (const voter of ['v-7', 'v-8']) {
      unwrap(ledger.commit([identification(voter)]));
      notes.push(ledger.checkpoint().note);
    }
    unwrap(await exportLedger(ledger, directory, { level: 'public' }));
    const file = join(directory, 'events.jsonl');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    // Taken out between the first photograph and the second.
    writeFileSync(file, `${lines.toSpliced(12, 1).join('\n')}\n`);
    const missing = verifyExport(directory, { checkpoints: notes });
    expect(missing).toMatchObject({
      ok: false,
      error: {
        faults: [
          { code: 'wrong-sum', file: 'events.jsonl' },
          { code: 'wrong-count', manifest: 14, found: 13 },
          { code: 'gap', fromSeq: 13, toSeq: 13 },
          { code: 'checkpoint-not-extended', number: 0 },
          { code: 'checkpoint-not-extended', number: 2, size: 13 },
          { code: 'checkpoint-not-extended', number: 3, size: 14 },
        ],
        extended: [{ number: 1, size: 12, signed: true }],
      },
    });
    // Two that changed places are all there, and in the tree of the third.
    writeFileSync(file, `${[...lines.slice(0, 12), lines[13], lines[12]].join('\n')}\n`);
    const swapped = verifyExport(directory, { checkpoints: notes });
    expect(swapped).toMatchObject({
      ok: false,
      error: {
        faults: [
          { code: 'wrong-sum', file: 'events.jsonl' },
          { code: 'out-of-order', seq: 14 },
        ],
        extended: [{ number: 1 }, { number: 2 }, { number: 3 }],
      },
    });
  });

  test('the three lines off a photograph are enough, however a phone writes them down', async () => {
    const [origin, size, root] = ledger.checkpoint().note.split('\n');
    unwrap(ledger.commit([identification('v-later')]));
    unwrap(await exportLedger(ledger, directory, { level: 'public' }));
    const found = unwrap(
      verifyExport(directory, {
        checkpoints: [`${origin}\n${size}\n${root}`, `\n ${origin} \r\n\r\n${size}\r\n${root}\r\n\r\n`],
      }),
    );
    expect(found.extended).toMatchObject([
      { size: 12, signed: false },
      { size: 12, signed: false },
    ]);
    const codes = (text: string) => {
      const verified = verifyExport(directory, { checkpoints: [text] });
      return verified.ok ? [] : verified.error.faults.map(({ code }) => code);
    };
    expect(codes(`${origin}\n11\n${root}\n`)).toEqual(['checkpoint-not-extended']);
    expect(codes(`x${origin}\n${size}\n${root}\n`)).toEqual(['checkpoint-of-other-log']);
    expect(codes('nothing of the kind')).toEqual(['checkpoint-malformed']);
  });

  test('what a witness countersigned is in it, and counts for those who know its key', async () => {
    const key = deviceKeyFromSeed(new Uint8Array(32).fill(12));
    const { note } = ledger.checkpoint();
    const text = note.slice(0, note.indexOf('\n\n') + 1);
    unwrap(ledger.keepCosigned('lanes', `${note}${cosign('lane-2', key, text, 1_790_000_001)}`));
    unwrap(ledger.commit([identification('v-later')]));
    unwrap(await exportLedger(ledger, directory, { level: 'public' }));
    const witness = { name: 'lane-2', type: ED25519_COSIGNATURE, publicKey: key.publicKey } as const;
    const stranger = { ...witness, name: 'lane-3' };
    expect(unwrap(verifyExport(directory, { witnesses: [witness, stranger] })).cosigned).toEqual({
      size: 12,
      by: [{ name: 'lane-2', at: 1_790_000_001 }],
    });
  });

  test('the centre’s receipts are in it, and count for those who know its key', async () => {
    const centre = deviceKeyFromSeed(new Uint8Array(32).fill(13));
    const end = unwrap(ledger.events(null, -1)).at(-1);
    if (end === undefined) throw new Error('the bench has events');
    const receipt = centre.sign(receiptText(ledger.identity, end));
    unwrap(ledger.markUploaded(end, receipt));
    unwrap(ledger.commit([identification('v-later')]));
    unwrap(await exportLedger(ledger, directory, { level: 'public' }));
    expect(unwrap(verifyExport(directory)).receipted).toEqual([]);
    const { epoch, seq } = end;
    expect(unwrap(verifyExport(directory, { centreKey: centre.publicKey })).receipted).toEqual([
      { epoch, seq },
    ]);
    const stranger = deviceKeyFromSeed(new Uint8Array(32).fill(14)).publicKey;
    expect(verifyExport(directory, { centreKey: stranger })).toEqual({
      ok: false,
      error: { faults: [{ code: 'wrong-receipt', epoch, seq }], extended: [] },
    });
  });

  test('with the signatures checked aside it comes to the same, sound or not', async () => {
    unwrap(await exportLedger(ledger, directory, { level: 'full' }));
    expect(await verifyExportAside(directory)).toEqual(verifyExport(directory));
    const heads = join(directory, 'heads.jsonl');
    const text = readFileSync(heads, 'utf8');
    const { signature } = JSON.parse(text.split('\n')[0] ?? '') as { signature: string };
    const other = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    writeFileSync(heads, text.replace(signature, other));
    const verified = await verifyExportAside(directory);
    expect(verified).toEqual(verifyExport(directory));
    expect(verified.ok ? [] : verified.error.faults.map(({ code }) => code)).toContain('wrong-signature');
  });

  test('a full export shows where the clock was moved; a public one tells no times', async () => {
    bench.clock.advance(60_000);
    unwrap(ledger.commit([identification('v-1')]));
    bench.clock.setWall(bench.clock.wallMs() + 3_600_000);
    unwrap(ledger.commit([identification('v-2')]));
    unwrap(await exportLedger(ledger, directory, { level: 'full' }));
    expect(unwrap(verifyExport(directory)).clockJumps).toEqual([
      { kind: 'moved', byMs: 3_600_000, epoch: ledger.epoch, seq: 14 },
    ]);
    unwrap(await exportLedger(ledger, `${directory}-public`, { level: 'public' }));
    expect(unwrap(verifyExport(`${directory}-public`)).clockJumps).toEqual([]);
  });

  test('a full export shows where the laptop itself was started again', async () => {
    bench.clock.reboot('boot-2');
    bench.clock.advance(60_000);
    unwrap(ledger.commit([identification('v-1'), identification('v-2')]));
    bench.clock.reboot('boot-3');
    unwrap(ledger.commit([identification('v-3')]));
    unwrap(await exportLedger(ledger, directory, { level: 'full' }));
    const { epoch } = ledger;
    expect(unwrap(verifyExport(directory)).newBoots).toEqual([
      { epoch, seq: 13 },
      { epoch, seq: 15 },
    ]);
    unwrap(await exportLedger(ledger, `${directory}-public`, { level: 'public' }));
    expect(unwrap(verifyExport(`${directory}-public`)).newBoots).toEqual([]);
  });

  test('a missing file, one too many, and no export at all', async () => {
    expect(verifyExport(directory)).toEqual({
      ok: false,
      error: { faults: [{ code: 'missing-file', file: 'manifest.json' }], extended: [] },
    });
    unwrap(await exportLedger(ledger, directory, { level: 'public' }));
    writeFileSync(join(directory, 'more.txt'), 'x');
    expect(verifyExport(directory)).toEqual({
      ok: false,
      error: { faults: [{ code: 'unexpected-file', file: 'more.txt' }], extended: [] },
    });
    rmSync(join(directory, 'more.txt'));
    mkdirSync(join(directory, 'more'));
    expect(verifyExport(directory)).toEqual({
      ok: false,
      error: { faults: [{ code: 'unexpected-file', file: 'more' }], extended: [] },
    });
  });
});

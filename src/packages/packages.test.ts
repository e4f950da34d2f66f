import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../domain/result.ts';
import { createAgeKeys, sealTo } from './age-sealing.ts';
import { buildPackage, writePackage } from './build-package.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { combineRecovery } from './member-keys.ts';
import { openPackage } from './open-package.ts';
import { explainPackageError } from './package-error.ts';
import { encodeHeader, sha256Hex } from './package-file.ts';
import { totalOf } from './summary-counts.ts';
import { createPackageBench, type PackageBench } from './testing/package-bench.ts';

let bench: PackageBench;
let file: string;
beforeAll(async () => {
  bench = await createPackageBench();
  file = await bench.write();
});
afterAll(() => bench.remove());

/** The code of a refusal, after making sure that there is a sentence for it. */
function refused(result: Awaited<ReturnType<PackageBench['open']>>): string {
  if (result.ok) return 'opened';
  expect(explainPackageError(result.error).length).toBeGreaterThan(20);
  return result.error.code;
}

describe('a package', () => {
  it('opens on the laptop that it was sealed to, with every voter as they were in the register', async () => {
    const opened = unwrap(await bench.open(file));
    const expected = [...bench.content().voters];
    expect(opened.voters.map(({ voter }) => voter)).toEqual(expected.map(({ voter }) => voter));
    expect(opened.voters.map(({ templates }) => templates.map(({ record }) => Buffer.from(record)))).toEqual(
      expected.map(({ templates }) => templates.map(({ record }) => Buffer.from(record))),
    );
    expect(totalOf(opened.manifest.counts)).toBe(24);
    expect(opened.signedBy).toEqual(['first', 'second']);
    expect(new Set(opened.voters.map(({ participation }) => participation)).size).toBe(24);
    expect(opened.election.procedure.mock).toBe(true);
    expect(opened.people.people.length).toBeGreaterThan(2);
  });

  it('opens with what any two of the three members hold, and with what one holds not at all', async () => {
    const expected = { commission: bench.commission, day: null };
    const shares = bench.members.map(({ recoveryShare }) => recoveryShare);
    for (const two of [shares.slice(0, 2), shares.slice(1), [shares[0], shares[2]]]) {
      const identity = unwrap(await combineRecovery(two.filter((share) => share !== undefined)));
      const opened = await openPackage(file, expected, { kind: 'sealed-to', identity });
      expect(opened.ok).toBe(true);
    }
    expect(await combineRecovery(shares.slice(0, 1))).toMatchObject({ error: 'recovery-needs-more' });
  });

  it('shows nothing of anybody to whoever has no key', async () => {
    const text = bench.changed(file, (bytes) => {
      const latin = bytes.toString('latin1');
      const utf8 = bytes.toString('utf8');
      for (const { voter } of bench.content().voters) {
        expect(latin).not.toContain(voter.personalNumber);
        expect(utf8).not.toContain(voter.name.given);
      }
      for (const { pin } of bench.content().people.people) expect(latin).not.toContain(`"${pin}"`);
      return bytes;
    });
    const { identity } = await createAgeKeys();
    const opened = await openPackage(
      text,
      { commission: bench.commission, day: null },
      { kind: 'sealed-to', identity },
    );
    expect(refused(opened)).toBe('not-for-this-laptop');
  });

  it('is refused where another election, station, or kind of election is expected', async () => {
    expect(refused(await bench.open(file, { electionId: 'other' }))).toBe('other-election');
    expect(refused(await bench.open(file, { stationNumber: 1 }))).toBe('other-station');
    expect(refused(await bench.open(file, { mock: false }))).toBe('mock-mismatch');
  });

  it('is refused once a newer one was seen, or another that claims the same version', async () => {
    const build = '0'.repeat(64);
    expect((await bench.open(file, { seen: { version: 1, build } })).ok).toBe(true);
    expect(refused(await bench.open(file, { seen: { version: 2, build } }))).toBe('older-version');
    const other = { version: 1, build: '1'.repeat(64) };
    expect(refused(await bench.open(file, { seen: other }))).toBe('same-version-differs');
  });

  it('is refused after its last day, as two people confirmed the day, whatever the laptop thinks', async () => {
    const { expires } = bench.content().about;
    expect((await bench.open(file, { day: expires })).ok).toBe(true);
    expect(refused(await bench.open(file, { day: '2099-01-01' }))).toBe('package-expired');
  });

  it('needs two members; a third signature that is wrong spoils it, and so does one twice', async () => {
    expect(refused(await bench.open(await bench.write({ name: 'none', signedBy: [] })))).toBe(
      'too-few-signatures',
    );
    expect(refused(await bench.open(await bench.write({ name: 'one', signedBy: [2] })))).toBe(
      'too-few-signatures',
    );
    expect(refused(await bench.open(await bench.write({ name: 'twice', signedBy: [2, 2] })))).toBe(
      'signature-wrong',
    );
    expect((await bench.open(await bench.write({ name: 'all', signedBy: [0, 1, 2] }))).ok).toBe(true);
    const stranger = await createPackageBench();
    const foreign = await stranger.write({ signedBy: [0, 1] });
    expect(refused(await bench.open(foreign))).toBe('signature-wrong');
    stranger.remove();
  });

  it('is refused cut short, with something behind it, empty, or when it is no package', async () => {
    expect(refused(await bench.open(bench.changed(file, (bytes) => bytes.subarray(0, -1))))).toBe(
      'package-size',
    );
    expect(refused(await bench.open(bench.changed(file, (bytes) => bytes.subarray(0, 900))))).toBe(
      'package-size',
    );
    const longer = bench.changed(file, (bytes) => Buffer.concat([bytes, Buffer.from([0])]));
    expect(refused(await bench.open(longer))).toBe('package-size');
    expect(refused(await bench.open(bench.changed(file, () => Buffer.alloc(0))))).toBe('not-a-package');
    expect(refused(await bench.open(bench.directory))).toBe('package-unreadable');
    expect(refused(await bench.open(`${file}.nowhere`))).toBe('package-unreadable');
  });
});

describe('what even the signers could not smuggle in', () => {
  it('a ballot that the procedure does not name is refused when a package is built, and when one is opened', async () => {
    const content = bench.content();
    const refusedAt = { code: 'row-refused', line: 1, field: 'ballotStyles', reason: 'unknown-ballot' };
    const receipts = [{ id: 'senate', title: { ky: 'С', ru: 'С', en: 'S' } }];
    const election = { ...content.election, procedure: { ...content.election.procedure, receipts } };
    const built = await buildPackage({ ...content, election });
    expect(built).toEqual({ ok: false, error: refusedAt });
    // Signed by whoever builds without looking: the list beside a procedure that it wasn't made for.
    const { manifest, parts } = unwrap(await buildPackage(content));
    const plain = Buffer.from(`${JSON.stringify(election)}\n`);
    const sealed = await sealTo([manifest.changesTo ?? ''], deflateSync(plain));
    const at = manifest.parts.findIndex(({ name }) => name === 'election');
    const described = manifest.parts.with(at, {
      ...{ name: 'election', bytes: sealed.length, sha256: sha256Hex(sealed) },
      opened: { bytes: plain.length, sha256: sha256Hex(plain) },
    });
    const name = `${bench.directory}/other-ballots`;
    writePackage(
      name,
      { manifest: { ...manifest, parts: described }, parts: parts.with(at, sealed) },
      bench.members,
    );
    expect(await bench.open(name)).toEqual({ ok: false, error: refusedAt });
  });

  it('a missing part, one twice, and one too large are refused by name', async () => {
    const { manifest, parts } = unwrap(await buildPackage(bench.content()));
    const [keys, ...rest] = manifest.parts;
    const sized = (name: string, bytes: number): Manifest => ({
      ...manifest,
      parts: manifest.parts.map((part) =>
        part.name === name ? { ...part, opened: { ...part.opened, bytes } } : part,
      ),
    });
    const cases: readonly (readonly [Manifest, string])[] = [
      [{ ...manifest, parts: rest }, 'part-missing'],
      [{ ...manifest, parts: [...rest, keys].filter((part) => part !== undefined) }, 'part-out-of-place'],
      [sized('voters', 2 ** 31), 'part-too-large'],
    ];
    for (const [index, [changed, code]] of cases.entries()) {
      const name = `${bench.directory}/smuggled-${index}`;
      writePackage(name, { manifest: changed, parts }, bench.members);
      expect(refused(await bench.open(name))).toBe(code);
    }
  });

  it('a part that unpacks to more than it says stops at what it says', async () => {
    const { manifest, parts } = unwrap(await buildPackage(bench.content()));
    const bomb = deflateSync(Buffer.alloc(200_000_000));
    const opener = await createAgeKeys();
    const keys = await sealTo(
      [bench.lane.recipient],
      Buffer.from(JSON.stringify({ version: 1, identity: opener.identity })),
    );
    const replaced = await Promise.all(
      manifest.parts.map(async ({ name }, index) => {
        if (name === 'keys') return keys;
        return name === 'election' ? sealTo([opener.recipient], bomb) : (parts[index] ?? keys);
      }),
    );
    const changed: Manifest = {
      ...manifest,
      parts: manifest.parts.map((part, index) => {
        const bytes = replaced[index] ?? keys;
        const isKeys = part.name === 'keys';
        const plain = Buffer.from(JSON.stringify({ version: 1, identity: opener.identity }));
        const opened = isKeys ? { bytes: plain.length, sha256: sha256Hex(plain) } : part.opened;
        const declared = part.name === 'election' ? { ...opened, bytes: bytes.length } : opened;
        return { ...part, bytes: bytes.length, sha256: sha256Hex(bytes), opened: declared };
      }),
    };
    const name = `${bench.directory}/bomb`;
    writePackage(name, { manifest: changed, parts: replaced }, bench.members);
    const opened = await bench.open(name);
    expect(opened).toMatchObject({ ok: false, error: { code: 'part-malformed', part: 'election' } });
  });

  it('counts or a list that are not those of the summary', async () => {
    const { manifest, parts } = unwrap(await buildPackage(bench.content()));
    const { female } = manifest.counts;
    const counts = { ...manifest.counts, female: { ...female, '61+': female['61+'] + 1 } };
    const name = `${bench.directory}/counts`;
    writePackage(name, { manifest: { ...manifest, counts }, parts }, bench.members);
    expect(refused(await bench.open(name))).toBe('counts-differ');
    writePackage(name, { manifest: { ...manifest, register: '0'.repeat(64) }, parts }, bench.members);
    expect(refused(await bench.open(name))).toBe('register-differs');
  });

  it('a manifest in any other spelling, or with a path for a name', async () => {
    const { manifest } = unwrap(await buildPackage(bench.content()));
    const header = Buffer.from(encodeHeader(manifest, [])).toString('utf8');
    const text = header.slice(header.indexOf('\n') + 1, -1);
    expect(parseManifest(text).ok).toBe(true);
    const others = [
      text.replace('"version": 1', '"version": 1.0'),
      text.replace('"version": 1', '"version":  1'),
      text.replace('"version": 1,', '"version": 1,\n  "version": 1,'),
      text.replace('"version": 1,', '"version": 1,\n  "note": "",'),
      text.replace('"name": "voters"', '"name": "../voters"'),
      text.replace('"shared": []', '"shared": [{"name": "../../etc/passwd", "bytes": 1, "sha256": ""}]'),
      text.slice(0, -1),
      `${text}\n`,
    ];
    for (const other of others) {
      expect(other).not.toBe(text);
      expect(parseManifest(other)).toMatchObject({ error: 'manifest-malformed' });
    }
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../../fixtures/random.ts';
import { unwrap } from '../../domain/result.ts';
import type { Voter } from '../../domain/voter.ts';
import { randomKey } from '../../store/keys.ts';
import { createRegister } from '../create-register.ts';
import { openRegister, type Register } from '../register.ts';
import type { RegisterKeys } from '../register-source.ts';
import { applyDelta } from './apply-delta.ts';
import { deltaSha256, type ListChange, type ListDelta } from './list-delta.ts';
import { openForChanges } from './open-for-changes.ts';
import { type Authority, authorityKey, signDelta } from './signed-delta.ts';

const MIGRATIONS = join(import.meta.dirname, '../../../migrations/register');
const directory = mkdtempSync(join(tmpdir(), 'tizme-deltas-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const SEEDS = [1, 2, 3].map((fill) => new Uint8Array(32).fill(fill));
const [FIRST, SECOND] = SEEDS as [Uint8Array, Uint8Array, Uint8Array];
const AUTHORITY: Authority = { format: 'tizme-authority-v1', threshold: 2, keys: SEEDS.map(authorityKey) };
const KEYS: RegisterKeys = { database: randomKey(), templates: randomKey() };

function voter(listNumber: number, change: Partial<Voter> = {}): Voter {
  const serial = String(listNumber).padStart(5, '0');
  return {
    id: `id-${listNumber}`,
    listNumber,
    personalNumber: `101011990${serial}`,
    name: {
      surname: `Асанова`,
      given: ['Айгүл', 'Бермет', 'Чолпон'][listNumber % 3] ?? '',
      patronymic: null,
    },
    birthDate: '1990-01-01',
    sex: 'female',
    address: 'Мектеп көчөсү 1',
    stationNumber: 7,
    districtNumber: 1,
    standing: 'active',
    ballotStyles: ['president'],
    documents: [{ kind: 'id-card', number: `ID00${serial}`, expires: '2030-01-01', current: true }],
    hasFingerprints: true,
    changes: [],
    ...change,
  };
}

let file = '';
let files = 0;
beforeEach(() => {
  files += 1;
  file = join(directory, `${files}.db`);
  makeRegister(file);
});

function makeRegister(path: string): void {
  const name = { ky: 'Жети', ru: 'Семь', en: 'Seven' };
  unwrap(
    createRegister({
      file: path,
      keys: KEYS,
      migrations: MIGRATIONS,
      source: {
        info: { electionId: 'e', stationNumber: 7, districtNumber: 1, stationName: name, mock: true },
        voters: [1, 2, 3, 4].map((number) => ({ voter: voter(number), photo: null, templates: [] })),
      },
    }),
  );
}

function open(path = file): Register {
  return unwrap(
    openRegister({ file: path, databaseKey: KEYS.database, migrations: MIGRATIONS, expected: null }),
  );
}

function infoOf(path = file): ReturnType<Register['info']> {
  const register = open(path);
  const info = register.info();
  register.close();
  return info;
}

/** What applying the file does; the register is opened and closed for it. */
function apply(text: string, authority = AUTHORITY, path = file): ReturnType<typeof applyDelta> {
  const store = unwrap(openForChanges({ file: path, key: KEYS.database, migrations: MIGRATIONS }));
  const done = applyDelta({ store, templateKey: KEYS.templates, file: text, authority });
  store.close();
  return done;
}

/** A delta file for the register as it was made, signed by two. */
function delta(
  changes: readonly ListChange[],
  change: Partial<ListDelta> = {},
  seeds = [FIRST, SECOND],
): string {
  return signDelta(
    {
      format: 'tizme-list-delta-v1',
      electionId: 'e',
      mock: true,
      stationNumber: 7,
      sequence: 1,
      previous: infoOf().packageHash,
      contentHash: null,
      changes: [...changes],
      ...change,
    },
    seeds,
  );
}

function put(request: number, of: Voter): ListChange {
  return {
    op: 'put',
    request,
    voter: {
      ...of,
      ballotStyles: [...of.ballotStyles],
      documents: [...of.documents],
      changes: [...of.changes],
    },
    photo: null,
    templates: [],
  };
}

function standing(
  request: number,
  listNumber: number,
  to: 'active' | 'struck-off' | 'voted-at-home',
): ListChange {
  return { op: 'standing', request, personalNumber: voter(listNumber).personalNumber, standing: to };
}

/** What the next delta has to name. */
function hashOf(text: string): string {
  const { delta: bytes } = JSON.parse(text) as { delta: string };
  return Buffer.from(deltaSha256(Buffer.from(bytes, 'base64'))).toString('hex');
}

describe('a signed delta', () => {
  it('puts, moves and strikes off; an open register sees it, and its search finds the new name', () => {
    const register = open();
    expect(register.search('Жумабекова').hits).toEqual([]);
    const added = voter(5, { name: { surname: 'Жумабекова', given: 'Үрниса', patronymic: null } });
    const renamed = voter(1, { name: { surname: 'Турдубаева', given: 'Бермет', patronymic: null } });
    const moved: ListChange = {
      ...{ op: 'move', request: 13, personalNumber: voter(2).personalNumber },
      ...{ stationNumber: 8, districtNumber: 2, listNumber: null },
    };
    const done = unwrap(
      apply(delta([put(11, added), put(12, renamed), moved, standing(14, 3, 'struck-off')])),
    );
    expect(done).toMatchObject({ sequence: 1, isNew: true, applied: 4, overtaken: 0 });
    expect(register.info()).toMatchObject({ voters: 5, women: 5, deltaSequence: 1 });
    expect(register.info().contentHash).not.toBe(register.info().packageHash);
    expect(register.byListNumber(5)).toEqual(added);
    expect(register.byListNumber(1)).toEqual(renamed);
    expect(register.byListNumber(2)).toMatchObject({
      standing: 'moved',
      stationNumber: 8,
      districtNumber: 2,
    });
    expect(register.byListNumber(3)).toMatchObject({ standing: 'struck-off' });
    expect(register.search('zhumabekova').hits.map((hit) => hit.listNumber)).toEqual([5]);
    expect(register.search('Турдубаева').hits.map((hit) => hit.listNumber)).toEqual([1]);
    expect(register.search('Асанова Бермет').hits.map((hit) => hit.listNumber)).not.toContain(1);
    expect(register.verifyContent()).toEqual({ ok: true, value: undefined });
    register.close();
  });

  it('is applied once: the same again changes nothing', () => {
    const text = delta([standing(1, 1, 'voted-at-home')]);
    unwrap(apply(text));
    const after = infoOf();
    expect(unwrap(apply(text))).toMatchObject({ isNew: false, applied: 0 });
    expect(infoOf()).toEqual(after);
  });

  it('waits for those before it, and follows what was applied', () => {
    const first = delta([standing(1, 1, 'struck-off')]);
    const second = delta([standing(2, 1, 'active')], { sequence: 2, previous: hashOf(first) });
    expect(apply(second)).toEqual({ ok: false, error: { code: 'delta-missing', expected: 1, found: 2 } });
    unwrap(apply(first));
    const stray = delta([standing(2, 2, 'struck-off')], { sequence: 2, previous: infoOf().packageHash });
    expect(apply(stray)).toEqual({ ok: false, error: { code: 'delta-forks', sequence: 2 } });
    unwrap(apply(second));
    const other = delta([standing(3, 4, 'struck-off')], { sequence: 2, previous: hashOf(first) });
    expect(apply(other)).toEqual({ ok: false, error: { code: 'delta-forks', sequence: 2 } });
    expect(infoOf().deltaSequence).toBe(2);
    expect(open().byListNumber(1)?.standing).toBe('active');
  });

  it('needs the signatures of two keys of the authority over these very bytes', () => {
    const before = infoOf();
    const refused = (text: string, found: number): void => {
      expect(apply(text)).toEqual({ ok: false, error: { code: 'delta-not-signed', found, needed: 2 } });
    };
    const changes = [standing(1, 1, 'struck-off')];
    refused(delta(changes, {}, [FIRST]), 1);
    refused(delta(changes, {}, [FIRST, FIRST]), 1);
    refused(delta(changes, {}, [FIRST, new Uint8Array(32).fill(9)]), 1);
    const signed = JSON.parse(delta(changes)) as { delta: string };
    const altered = Buffer.from(signed.delta, 'base64').toString().replace('struck-off', 'voted-at-home');
    refused(JSON.stringify({ ...signed, delta: Buffer.from(altered).toString('base64') }), 0);
    expect(infoOf()).toEqual(before);
  });

  it('is refused whole where one change can not be carried out, or the list would be another than meant', () => {
    const before = infoOf();
    const good = standing(1, 1, 'struck-off');
    const refused = (changes: readonly ListChange[], problem: unknown): void => {
      expect(apply(delta([good, ...changes]))).toMatchObject({
        ok: false,
        error: { code: 'change-refused', change: 2, problem },
      });
    };
    refused([standing(2, 9, 'active')], { field: 'personalNumber', reason: 'unknown-voter' });
    refused([put(2, voter(5, { listNumber: 4 }))], { field: 'listNumber', reason: 'duplicate' });
    refused([put(2, voter(5, { id: 'id-2' }))], { field: 'id', reason: 'duplicate' });
    refused([put(2, voter(5, { documents: voter(2).documents }))], {
      field: 'documents',
      reason: 'duplicate',
    });
    refused([put(2, voter(5, { sex: 'male' }))], { reason: 'sex-differs-from-personal-number' });
    const broken = { position: 2, source: 'enrolled' as const, record: 'AAAA' };
    refused([{ ...put(2, voter(5)), templates: [broken] } as ListChange], { reason: 'bad-template' });
    expect(apply(delta([good], { contentHash: '0'.repeat(64) }))).toMatchObject({
      ok: false,
      error: { code: 'content-differs' },
    });
    for (const other of [{ electionId: 'other' }, { stationNumber: 8 }, { mock: false }])
      expect(apply(delta([good], other))).toEqual({ ok: false, error: { code: 'delta-of-other-register' } });
    expect(infoOf()).toEqual(before);
  });

  it('says nothing of what a broken file might have been', () => {
    const whole = delta([standing(1, 1, 'struck-off')]);
    for (const text of ['', '{', '[]', whole.slice(0, -20), whole.replace('signed', 'sealed')])
      expect(apply(text)).toEqual({ ok: false, error: { code: 'delta-malformed' } });
  });

  it('lets the last request win, in whatever order requests come and deltas hold them', () => {
    const requests = fc.uniqueArray(
      fc.record({
        request: fc.integer({ min: 1, max: 50 }),
        listNumber: fc.integer({ min: 1, max: 3 }),
        to: fc.constantFrom('active' as const, 'struck-off' as const, 'voted-at-home' as const),
      }),
      { selector: ({ request }) => request, minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(requests, fc.integer(), (list, seed) => {
        files += 1;
        const path = join(directory, `${files}.db`);
        makeRegister(path);
        const random = createRandom(seed);
        const shuffled = random.shuffle(list);
        const cut = random.integer(list.length + 1);
        let previous = infoOf(path).packageHash;
        for (const [at, part] of [shuffled.slice(0, cut), shuffled.slice(cut)].entries()) {
          const changes = part.map(({ request, listNumber, to }) => standing(request, listNumber, to));
          const text = delta(changes, { sequence: at + 1, previous });
          previous = hashOf(text);
          unwrap(apply(text, AUTHORITY, path));
        }
        const register = open(path);
        for (const listNumber of [1, 2, 3]) {
          const last = list
            .filter((one) => one.listNumber === listNumber)
            .toSorted((a, b) => b.request - a.request)[0];
          expect(register.byListNumber(listNumber)?.standing).toBe(last?.to ?? 'active');
        }
        register.close();
      }),
      { numRuns: 25 },
    );
  });
});

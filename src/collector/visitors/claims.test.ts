import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { drawParticipationToken } from '../../domain/participation-token.ts';
import { unwrap } from '../../domain/result.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { TestBench } from '../../ledger/test-bench.ts';
import { releaseKeysFrom, writeReleaseKeys } from '../../register/visitors/release-keys.ts';
import { sealClaim } from '../../register/visitors/visitor-claim.ts';
import { visitorReference } from '../../register/visitors/visitor-keys.ts';
import { writeVisitorFile } from '../../register/visitors/write-visitor-file.ts';
import { allSent, identified, TestCentre, upload } from '../test-centre.ts';

const VISITOR_KEY = new Uint8Array(32).fill(3);
const TOKEN = drawParticipationToken(new Uint8Array(16).fill(5));
const NUMBERS = [
  ['11203198700017', 'ID1000001'],
  ['11203198700017', 'AC2000002'],
] as const;

const rubbish: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const throwAway of rubbish.splice(0).toReversed()) await throwAway();
});

/** A centre's files with one voter, who has two documents. */
async function makeFiles(electionId: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tizme-claims-'));
  rubbish.push(() => rmSync(folder, { recursive: true, force: true }));
  const keys = await releaseKeysFrom(new Uint8Array(32).fill(8));
  const files = { file: join(folder, 'visitors.sealed'), keyFile: join(folder, 'release.key') };
  unwrap(
    writeVisitorFile({
      ...{ file: files.file, visitorKey: VISITOR_KEY, releaseKey: keys.release },
      about: { electionId, mock: true, voters: 1, stations: [] },
      records: [
        {
          voter: {
            ...{ id: 'somebody', listNumber: 1, personalNumber: NUMBERS[0][0], sex: 'female' },
            ...{ name: { surname: null, given: 'Айсулуу', patronymic: null }, birthDate: '1987-03-12' },
            ...{ address: 'Манас 4', stationNumber: 9931, districtNumber: 4, standing: 'active' },
            ...{ ballotStyles: ['president'], hasFingerprints: false, changes: [] },
            documents: NUMBERS.map(([, number]) => ({
              ...{ kind: 'id-card', number, expires: '2031-01-01', current: true },
            })),
          },
          ...{ photo: null, templates: [], token: TOKEN },
        },
      ],
    }),
  );
  writeReleaseKeys(files.keyFile, electionId, keys);
  return { files, recipient: keys.recipient };
}

function openLane(): Ledger {
  const bench = new TestBench();
  rubbish.push(() => bench.dispose());
  return bench.open().ledger;
}

async function send(centre: TestCentre, ledger: Ledger): Promise<void> {
  const line = upload(ledger, centre.fetch);
  await allSent(line);
  await line.stop();
}

test('claims of one person become the token that stations with the record send, whichever document it was', async () => {
  const ledger = openLane();
  const { files, recipient } = await makeFiles(ledger.identity.election);
  const centre = new TestCentre({ visitors: files });
  rubbish.push(() => centre.dispose());
  for (const [personalNumber, documentNumber] of NUMBERS) {
    const { locator } = visitorReference(VISITOR_KEY, personalNumber, documentNumber);
    unwrap(ledger.commit([identified({ claim: await sealClaim(recipient, locator) })]));
  }
  unwrap(ledger.commit([identified({ token: TOKEN })]));
  await send(centre, ledger);
  const places = unwrap(await centre.store.heads()).map((head) => ({ ...head, seq: 0 }));
  const found = unwrap(await centre.store.participations(places));
  const tokens = found
    .flatMap(({ participations }) => participations)
    .map(({ token }) => Buffer.from(token).toString('base64url'));
  expect(tokens).toEqual([TOKEN, TOKEN, TOKEN]);
  expect((await centre.totals()).alarms).toEqual([]);
});

test('a claim that can’t be settled is kept, counted and raised: of another key, of nobody, or where the centre has no records', async () => {
  for (const withRecords of [true, false]) {
    const ledger = openLane();
    const { files, recipient } = await makeFiles(ledger.identity.election);
    const centre = new TestCentre(withRecords ? { visitors: files } : {});
    rubbish.push(() => centre.dispose());
    const { locator } = visitorReference(VISITOR_KEY, '11203198700017', 'ID9999999');
    const claims = [await sealClaim(recipient, locator), 'bm9ib2R5', 7];
    for (const claim of claims) unwrap(ledger.commit([identified({ claim })]));
    await send(centre, ledger);
    const { alarms, events } = await centre.totals();
    expect(events).toBe(3);
    expect(alarms.map(({ code }) => code)).toEqual(['claim-unsettled', 'claim-unsettled']);
  }
});

import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { documentZone } from '../../fixtures/election/document-zone.ts';
import { expectedOutcome } from '../../scripts/mock-day/expected-outcome.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { STOP_OUTCOMES } from '../../src/domain/outcome.ts';
import { err, ok, unwrap } from '../../src/domain/result.ts';
import { openForChanges } from '../../src/register/deltas/open-for-changes.ts';
import { NATIONAL_INDEX_FILE } from '../../src/register/national-index/national-index.ts';
import { closeWorkers, makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';

let election: TestElection;
let lane: TestLane;
beforeAll(async () => {
  election = await makeElection();
});
afterEach(() => lane.stop());
afterAll(async () => {
  await closeWorkers();
  removeElection(election);
});

describe('every awkward visit ends as it must, with an event', () => {
  test('stopped ones on a screen of their own, and nobody is counted', async () => {
    lane = await TestLane.open(election);
    const rules = { anyPrecinct: false };
    const everybody = [...election.election.voters, ...election.election.visitors];
    const seen: string[] = [];
    for (const person of everybody) {
      for (const [index] of person.documents.entries()) {
        const expected = expectedOutcome(person, index, rules);
        // The impostor's second card has a changed chip: it is found out before any finger.
        const outcome = person.awkward === 'impostor' && index === 1 ? 'document-altered' : expected;
        if (outcome === 'identified') continue;
        expect(await lane.serve(person, index)).toMatchObject({ outcome });
        seen.push(outcome);
      }
    }
    expect(lane.desk.snapshot.counts.identified).toBe(0);
    // "Already identified" and "not accepted" have scenarios of their own below.
    const elsewhere = ['already-identified', 'document-not-accepted', 'other-lane', 'table-waits'];
    expect([...new Set(seen)].sort()).toEqual(
      STOP_OUTCOMES.filter((outcome) => !elsewhere.includes(outcome)).toSorted(),
    );
    const stopped = (await lane.readLedger()).filter(({ type }) => type === 'voter-stopped');
    expect(stopped.map(({ fields }) => fields.outcome)).toEqual(seen);
  });

  test('an altered document is still one where the power fails while it is said', async () => {
    lane = await TestLane.open(election);
    const impostor = election.election.visitors.find(({ awkward }) => awkward === 'impostor');
    let restarts = 0;
    const visit = await lane.operator.serve(assertDefined(impostor, 'an impostor'), 1, async (step) => {
      if (step !== 'stop' || restarts > 0) return;
      restarts += 1;
      await lane.restartAndReopen();
    });
    expect(visit).toMatchObject({ outcome: 'document-altered' });
    expect(restarts).toBe(1);
  });

  test('each stop says where to go, since when, or from which day, and prints a slip where one helps', async () => {
    lane = await TestLane.open(election);
    const { electionDate } = election.election.procedure;
    const at = async (text: string) => {
      const step = await lane.lookUp(text);
      return step.kind === 'stop' ? { outcome: step.outcome, ...step.details } : step;
    };
    const number = (what: Parameters<TestLane['awkward']>[0]) => lane.awkward(what).voter.personalNumber;
    expect(await at(number('moved-own-district'))).toMatchObject({
      outcome: 'wrong-station-own-district',
      elsewhere: { stationNumber: lane.awkward('moved-own-district').voter.stationNumber },
      slip: true,
    });
    expect(await at(number('moved-other-district'))).toMatchObject({ outcome: 'wrong-station', slip: true });
    const tomorrow = new Date(Date.parse(electionDate) + 86_400_000).toISOString().slice(0, 10);
    expect(await at(number('under-age'))).toMatchObject({ outcome: 'under-age', fromDay: tomorrow });
    const expired = lane.awkward('expired-document').documents[0];
    expect(await at(expired?.number ?? '')).toMatchObject({
      outcome: 'document-expired',
      expired: expired?.expires,
    });
    await at(number('struck-off'));
    const { stepId } = await lane.step();
    expect(await lane.desk.call('printSlip', { stepId, language: 'ky' })).toEqual(ok(undefined));
  });

  test('somebody who was identified is handed no slip that says so, whatever asks for one', async () => {
    const slips: string[] = [];
    const { matcher, paper } = quick();
    if (matcher === undefined || paper === undefined) throw new Error('a plain press');
    lane = await TestLane.open(election, {
      matcher,
      paper: {
        ...paper,
        slip: (content, language, dotsAcross) => {
          slips.push(content.outcome);
          return paper.slip(content, language, dotsAcross);
        },
      },
    });
    const person = lane.ordinary(0);
    await lane.identify(person);
    const again = await lane.lookUp(person.voter.personalNumber);
    expect(again).toMatchObject({ kind: 'stop', outcome: 'already-identified', details: { slip: false } });
    expect(await lane.desk.call('printSlip', { stepId: again.stepId, language: 'ky' })).toEqual(
      err({ code: 'bad-request' }),
    );
    expect(slips).toEqual([]);
  });

  test('a person of another station is looked up by the document, told the way, and the look-up is on record', async () => {
    lane = await TestLane.open(election);
    const visitor = lane.visitor('elsewhere-other-district');
    const [document] = visitor.documents;
    const lines = [...documentZone(assertDefined(document, 'a document'))];
    unwrap(await lane.desk.call('typedByReader', { lines }));
    const step = await lane.step();
    expect(step).toMatchObject({
      kind: 'stop',
      outcome: 'wrong-station',
      details: { elsewhere: { stationNumber: visitor.homeStation }, slip: true },
    });
    expect(await lane.desk.call('printSlip', { stepId: step.stepId, language: 'ru' })).toEqual(ok(undefined));
    expect(await lane.serve(lane.visitor('in-no-list'))).toMatchObject({ outcome: 'not-in-list' });
    // A number that somebody types leads nowhere: both numbers of one document are needed.
    expect(await lane.lookUp(visitor.personalNumber)).toMatchObject({ outcome: 'not-in-list' });
    const asked = (await lane.readLedger()).filter(({ type }) => type === 'elsewhere-asked');
    expect(asked.map(({ fields }) => fields.found)).toEqual([true, false]);
    expect(JSON.stringify(asked)).not.toContain(visitor.personalNumber);
  });

  test('without the national index the desk says so, and goes on', async () => {
    const registerFile = join(mkdtempSync(join(election.directory, 'no-index-')), 'register.db');
    copyFileSync(election.electionPackage.registerFile, registerFile);
    lane = await TestLane.open(election, { registerFile });
    expect(await lane.serve(lane.visitor('elsewhere-other-district'))).toMatchObject({
      outcome: 'not-in-list',
    });
    await lane.identify(lane.ordinary(0));
    const problems = (await lane.readLedger()).filter(({ type }) => type === 'problem');
    expect(problems.map(({ fields }) => fields.code)).toContain('index-unusable');
  });

  test.each([
    ['1', 'index-of-older-program'],
    ['3', 'index-of-newer-program'],
  ])(
    'an index of version %s is named for what it is, and voters of the own list are served',
    async (version, code) => {
      const folder = mkdtempSync(join(election.directory, 'other-index-'));
      const registerFile = join(folder, 'register.db');
      copyFileSync(election.electionPackage.registerFile, registerFile);
      // As a package of that program brought it: whole, and as it was signed.
      const index = readFileSync(join(dirname(election.electionPackage.registerFile), NATIONAL_INDEX_FILE));
      index.write(version, 'TIZMEIX'.length, 'latin1');
      writeFileSync(join(folder, NATIONAL_INDEX_FILE), index);
      const store = unwrap(
        openForChanges({
          file: registerFile,
          key: election.electionPackage.keys.database,
          migrations: join(import.meta.dirname, '../../migrations/register'),
        }),
      );
      const sha256 = createHash('sha256').update(index).digest();
      unwrap(store.transaction(() => store.run('UPDATE national_index SET sha256 = ?', [sha256])));
      store.checkpoint();
      store.close();
      lane = await TestLane.open(election, { registerFile });
      expect(await lane.serve(lane.visitor('elsewhere-other-district'))).toMatchObject({
        outcome: 'not-in-list',
      });
      await lane.identify(lane.ordinary(0));
      const problems = (await lane.readLedger()).filter(({ type }) => type === 'problem');
      expect(problems.map(({ fields }) => fields.code)).toContain(code);
    },
  );

  test('the ledger tells a chip from a zone, which is all that a photocopy or a picture on a phone has', async () => {
    lane = await TestLane.open(election);
    const withChip = (person: (typeof election.election.voters)[number]) =>
      person.documents[0]?.hasChip === true;
    const [one, other] = election.election.voters.filter(
      (voter) => voter.awkward === null && withChip(voter),
    );
    const copied = assertDefined(other?.documents[0], 'a second voter with a chip');
    expect(await lane.serve(assertDefined(one, 'a voter with a chip'), 0)).toMatchObject({
      outcome: 'identified',
    });
    unwrap(await lane.desk.call('typedByReader', { lines: [...documentZone(copied)] }));
    expect(await lane.step()).toMatchObject({ kind: 'voter', voter: { lookup: 'mrz', chip: null } });
    const found = (await lane.readLedger()).filter(({ type }) => type === 'voter-found');
    expect(found).toMatchObject([
      { fields: { lookup: 'chip', chip: 'genuine' } },
      { fields: { lookup: 'mrz', chip: null } },
    ]);
  });

  test('a passport of another country is not accepted, whoever’s number is on it', async () => {
    lane = await TestLane.open(election);
    // Utopia's specimen, ICAO Doc 9303 part 4, appendix B.
    const lines = [
      'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<',
      'L898902C36UTO7408122F1204159ZE184226B<<<<<10',
    ];
    unwrap(await lane.desk.call('typedByReader', { lines }));
    expect(await lane.step()).toMatchObject({ kind: 'stop', outcome: 'document-not-accepted', voter: null });
  });
});

describe('once only', () => {
  test('the passport of somebody who came with the ID card is the same voter; a dispute goes on record', async () => {
    lane = await TestLane.open(election);
    const voter = election.election.voters.find(
      ({ awkward, documents }) => awkward === null && documents.length > 1,
    );
    if (voter === undefined) throw new Error('nobody has two documents');
    expect(await lane.serve(voter, 0)).toMatchObject({ outcome: 'identified' });
    await lane.hand({ type: 'insert-document', person: voter.key, document: `${voter.key}/document-2` });
    const { desk } = await lane.desk.until('the refusal', ({ desk: now }) => now.kind === 'stop');
    expect(desk).toMatchObject({
      outcome: 'already-identified',
      voter: { voterId: voter.voter.id },
      details: { earlier: { lane: 1, receiptNumber: '1-0001', period: '07:00-08:00' }, disputed: false },
    });
    const { stepId } = desk;
    const note = 'says that it was somebody else';
    expect(await lane.desk.call('disputeStop', { stepId, note, approvals: lane.by('secretary') })).toEqual(
      err({ code: 'chair-needed' }),
    );
    unwrap(await lane.desk.call('disputeStop', { stepId, note, approvals: lane.by('chair') }));
    expect(await lane.step()).toMatchObject({ kind: 'stop', details: { disputed: true } });
    expect(lane.desk.snapshot.counts).toMatchObject({ identified: 1, repeatedAttempts: 1 });
    const disputed = (await lane.readLedger()).filter(({ type }) => type === 'stop-disputed');
    expect(disputed).toMatchObject([
      { fields: { outcome: 'already-identified', note, voter: voter.voter.id } },
    ]);
  });

  test.each(['same-name', 'twins'] as const)(
    '%s: two voters, told apart by number, each identified once',
    async (what) => {
      lane = await TestLane.open(election);
      const [one, other] = [lane.awkward(what, 0), lane.awkward(what, 1)];
      expect(one.voter.birthDate).toBe(other.voter.birthDate);
      expect(await lane.serve(one)).toMatchObject({ outcome: 'identified', method: 'fingerprint' });
      expect(await lane.serve(other)).toMatchObject({ outcome: 'identified', method: 'fingerprint' });
      expect(await lane.serve(one)).toMatchObject({ outcome: 'already-identified' });
      expect(lane.desk.snapshot.counts.identified).toBe(2);
    },
  );

  test('a name that two people share lists both, with what tells them apart', async () => {
    lane = await TestLane.open(election);
    const [one, other] = [lane.awkward('same-name', 0), lane.awkward('same-name', 1)];
    const { name } = one.voter;
    const list = await lane.lookUp([name.surname, name.given].filter((part) => part !== null).join(' '));
    if (list.kind !== 'search-results') throw new Error(`the desk went to ${list.kind}`);
    const ids = list.hits.map(({ voterId }) => voterId);
    expect(ids).toEqual(expect.arrayContaining([one.voter.id, other.voter.id]));
    // No station is named where it is this one; others that are near in spelling may be of another.
    const ofThese = list.hits.filter(({ voterId }) => [one.voter.id, other.voter.id].includes(voterId));
    expect(ofThese.map(({ stationNumber }) => stationNumber)).toEqual([null, null]);
    unwrap(await lane.desk.call('chooseVoter', { stepId: list.stepId, voterId: other.voter.id }));
    expect(await lane.step()).toMatchObject({
      kind: 'voter',
      voter: { voterId: other.voter.id, lookup: 'name' },
    });
  });

  test('a twin’s finger does not open the other twin’s record', async () => {
    lane = await TestLane.open(election);
    const [one, other] = [lane.awkward('twins', 0), lane.awkward('twins', 1)];
    const { stepId } = await lane.lookUp(one.voter.personalNumber);
    unwrap(await lane.desk.call('takeFinger', { stepId }));
    await lane.layFinger(other);
    const { desk } = await lane.desk.until(
      'the comparison',
      ({ desk: now }) => now.kind !== 'finger' || now.finger.state === 'no-match',
    );
    expect(desk).toMatchObject({ kind: 'finger', finger: { state: 'no-match', attempt: 2 } });
  });
});

describe('attempts at the finger', () => {
  /** Lays a stranger's finger and waits for the refusal. */
  async function tryStrangersFinger(): Promise<void> {
    const before = lane.desk.snapshot.desk;
    const attempt = before.kind === 'finger' ? before.finger.attempt : 0;
    const stranger = lane.visitor('impostor');
    await lane.layFinger(stranger);
    await lane.desk.until(
      'the refusal',
      ({ desk }) =>
        desk.kind === 'finger' && desk.finger.state === 'no-match' && desk.finger.attempt >= attempt,
    );
    await lane.hand({ type: 'lift-finger' });
  }

  const finger = () => {
    const { desk } = lane.desk.snapshot;
    if (desk.kind !== 'finger') throw new Error(`the desk went to ${desk.kind}`);
    return desk;
  };

  test('are counted per finger, however one changes between them', async () => {
    lane = await TestLane.open(election);
    const { stepId } = await lane.lookUp(lane.ordinary(0).voter.personalNumber);
    unwrap(await lane.desk.call('takeFinger', { stepId }));
    const { enrolled } = finger().finger;
    expect(enrolled).toHaveLength(2);
    const [first, second] = enrolled;
    if (first === undefined || second === undefined) throw new Error('two fingers are enrolled');
    for (const position of [first, second, first, second, first, second]) {
      unwrap(await lane.desk.call('takeFinger', { stepId: finger().stepId, position }));
      await tryStrangersFinger();
    }
    expect(finger().finger.offers).toContain('retry');
    // Cleaned once, one more round with one finger; then only the commission is left.
    unwrap(await lane.desk.call('takeFinger', { stepId: finger().stepId, position: first }));
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await lane.desk.until(
        'a free glass',
        ({ desk }) => desk.kind === 'finger' && desk.finger.state === 'waiting',
      );
      await tryStrangersFinger();
    }
    expect(finger().finger.offers).toEqual(['commission']);
    for (const position of enrolled)
      unwrap(await lane.desk.call('takeFinger', { stepId: finger().stepId, position }));
    expect(finger().finger).toMatchObject({ state: 'no-match', offers: ['commission'] });
    const compared = (await lane.readLedger()).filter(({ type }) => type === 'finger-compared');
    expect(compared.map(({ fields }) => [fields.position, fields.attempt, fields.matched])).toEqual([
      [first, 1, false],
      [second, 1, false],
      [first, 2, false],
      [second, 2, false],
      [first, 3, false],
      [second, 3, false],
      [first, 1, false],
      [first, 2, false],
      [first, 3, false],
    ]);
  });

  test('a right finger does not pass for the other one that is asked for', async () => {
    lane = await TestLane.open(election);
    const voter = lane.ordinary(0);
    const { stepId } = await lane.lookUp(voter.voter.personalNumber);
    unwrap(await lane.desk.call('takeFinger', { stepId }));
    const { position, enrolled } = finger().finger;
    const other = enrolled.find((one) => one !== position);
    if (other === undefined) throw new Error('two fingers are enrolled');
    await lane.hand({ type: 'lay-finger', person: voter.key, position: other });
    await lane.desk.until(
      'the refusal',
      ({ desk }) => desk.kind === 'finger' && desk.finger.state === 'no-match',
    );
    expect(lane.desk.snapshot.counts.identified).toBe(0);
  });

  test('"no match" is no reason before the fingers are used up, nor "no fingers" for who has some', async () => {
    lane = await TestLane.open(election);
    const { stepId } = await lane.lookUp(lane.ordinary(0).voter.personalNumber);
    for (const reason of ['no-match', 'no-fingers', 'no-templates', 'scanner-failed'] as const)
      expect(await lane.desk.call('askCommission', { stepId, reason })).toEqual(err({ code: 'wrong-phase' }));
    expect(await lane.step()).toMatchObject({ kind: 'voter' });
  });
});

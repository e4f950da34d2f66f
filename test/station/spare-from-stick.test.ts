import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type InProcessCollector, startCollector } from '../../scripts/commands/collector.ts';
import { MockOperator } from '../../scripts/mock-day/operator.ts';
import { prepare } from '../../scripts/mock-day/play-day.ts';
import { PROVISIONED_FILE } from '../../scripts/start/prepare-election.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import {
  type FingerprintWorkers,
  startFingerprintWorkers,
} from '../../src/fingerprint/fingerprint-workers.ts';
import { readPdfText } from '../../src/station/paper/pdf/read-pdf-text.ts';
import { makeElection, removeElection, type TestElection } from './harness.ts';
import { type CommandAnswer, LaptopsByCommand } from './laptops-by-command.ts';

/** The chair's stick and blank laptops, each command in a process of its own; nobody else alive, no network. */

let election: TestElection;
let laptops: LaptopsByCommand;
let workers: FingerprintWorkers;
beforeAll(async () => {
  election = await makeElection();
  laptops = new LaptopsByCommand(election);
  workers = startFingerprintWorkers({ size: 1 });
  for (const name of ['enrolments', 'chair']) mkdirSync(at(name));
  writeFileSync(at('passphrases'), 'a long passphrase\n'.repeat(3));
  await makeTableWithChairStick();
});
afterAll(async () => {
  await workers.close();
  removeElection(election);
});

const at = (...names: readonly string[]): string => laptops.at(...names);

async function makeTableWithChairStick(): Promise<void> {
  const { station } = election.electionPackage.content;
  const made = [
    await laptops.drawKeys('tizme.example/stick'),
    await laptops.enrol('laptop-1', 1, stick('laptop-1')),
    await laptops.buildPackage(),
    await laptops.run(
      'office',
      ...['package', 'letters', '--packages', at('out'), '--election', at('package')],
      ...['--station', String(station.number), '--out', at('letters.pdf')],
    ),
    await laptops.makeLane('laptop-1', '--chair-stick', at('chair')),
  ];
  for (const { code, said } of made) expect({ code, said }).toMatchObject({ code: 0 });
  expect(made.at(-1)?.json).toMatchObject({ lane: 1, chairKit: true });
}

/** The stick that stays with this laptop. */
function stick(home: string): string {
  mkdirSync(at(`stick-of-${home}`), { recursive: true });
  return at(`stick-of-${home}`);
}

/** As whoever opens the envelope reads it in the letter. */
function envelopeCode(): string {
  const letters = readPdfText(new Uint8Array(readFileSync(at('letters.pdf')))).join('\n');
  return assertDefined(/\d{3} \d{3} \d{3} \d{3}/.exec(letters)?.[0], 'the code in the letter');
}

function spare(home: string, secrets: readonly string[], ...more: readonly string[]): Promise<CommandAnswer> {
  writeFileSync(at(`secrets-${home}`), `${secrets.join('\n')}\n`);
  return laptops.run(
    home,
    ...['provision', 'spare', ...laptops.trust],
    ...(more.includes('--stick') ? [] : ['--stick', at('chair')]),
    ...['--lane', '1', '--member', 'secretary', '--envelope', 'envelope-1', '--share-on', stick(home)],
    ...['--secrets-file', at(`secrets-${home}`), '--people', at('package'), ...more],
  );
}

/** What the command asks for: the highest number of the table on paper, whichever laptop printed it. */
function onPaper(receipt: string): readonly string[] {
  return ['--last-receipt', receipt];
}

/**
 * Opens the table as its two people do, and identifies one voter.
 * @param centre Whom the log is uploaded to, before it is exported in full beside the laptop's folder
 * @returns the number on the receipt
 */
async function identifyOne(
  home: string,
  number: number,
  centre: Pick<InProcessCollector, 'url' | 'publicKey'> | null = null,
): Promise<string | undefined> {
  const { election: synthetic } = election;
  const lane = await laptops.openTable(home, 1, workers, 0, centre);
  try {
    const operator = new MockOperator(lane, synthetic.roster, () => true);
    await prepare(lane, operator);
    unwrap(await lane.desk.call('openStation', { approvals: operator.approvals('chair', 'secretary') }));
    const voters = synthetic.voters.filter(({ awkward }) => awkward === null);
    expect(await operator.serve(assertDefined(voters[number], 'a voter'), 0)).toMatchObject({
      outcome: 'identified',
    });
    const { desk } = lane.desk.snapshot;
    if (centre !== null) {
      const approvals = operator.approvals('chair', 'secretary');
      unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: operator.approvals('chair') }));
      unwrap(await lane.desk.call('exportLog', { level: 'full', approvals }));
      await lane.desk.until('everything to be uploaded', ({ upload }) => upload.pending === 0);
    }
    return desk.kind === 'idle' ? desk.last?.receiptNumbers.at(-1) : undefined;
  } finally {
    await lane.stop();
  }
}

test('a blank laptop becomes the table from the chair’s stick, up to the first identification', async () => {
  expect(await identifyOne('laptop-1', 0)).toBe('1-0001');

  const begunMs = performance.now();
  const wrong = await spare('spare', [laptops.pinOf('secretary'), '000 000 000 000'], ...onPaper('1-0001'));
  expect(wrong).toMatchObject({ code: 1, json: { ok: false, code: 'wrong-code' } });
  const made = await spare('spare', [laptops.pinOf('secretary'), envelopeCode()], ...onPaper('1-0001'));
  expect(made).toMatchObject({ code: 0, json: { ok: true, lane: 1 } });
  // Numbers of its own: nobody may know how far the laptop before it came.
  expect(await identifyOne('spare', 1)).toBe('1-10001');
  console.log(
    `from blank to the first identification, from the stick: ${((performance.now() - begunMs) / 1000).toFixed(1)} s, without people`,
  );
});

test('two spares from two copies of the chair’s stick, at work at once: the centre names them with the first upload of both, and so does whoever has both logs', async () => {
  cpSync(at('chair'), at('chair-copy'), { recursive: true });
  const secrets = [laptops.pinOf('secretary'), envelopeCode()];
  const centre = await startCollector();
  try {
    for (const [index, [home, stickFolder]] of [
      ['spare-a', at('chair')] as const,
      ['spare-b', at('chair-copy')] as const,
    ].entries()) {
      const made = await spare(home, secrets, '--stick', stickFolder, ...onPaper('1-10001'));
      expect(made).toMatchObject({ code: 0, json: { ok: true, lane: 1 } });
      expect((await centre.totals()).alarms).toBe(0);
      // Neither can know of the other: the same number on two papers.
      expect(await identifyOne(home, 2 + index, centre)).toBe('1-120001');
    }
    expect(await centre.totals()).toMatchObject({ alarms: 2, quarantinedRanges: 0 });
  } finally {
    await centre.close();
  }
  const [one, two] = ['spare-a', 'spare-b'].map((home) => {
    const folder = at(`log-of-${home}`);
    return join(folder, assertDefined(readdirSync(folder)[0], 'an export'));
  });
  const checked = await laptops.run('office', 'ledger', 'station', one ?? '', two ?? '');
  expect(checked).toMatchObject({ code: 1, json: { ok: false } });
  expect(checked.json.fault).toMatch(/both stand as table 1, and both count receipts from 1-120001 on/);
});

test('a stick that can’t say how many spares it made goes by the last receipt on paper, which is asked for before anything is made', async () => {
  writeFileSync(at('chair', 'spares.json'), 'torn');
  const secrets = [laptops.pinOf('secretary'), envelopeCode()];
  const refused = await spare('third', secrets);
  expect(refused).toMatchObject({ code: 2, said: expect.stringContaining('--last-receipt is needed') });
  const misread = await spare('third', secrets, ...onPaper('the last one'));
  expect(misread).toMatchObject({ code: 2, said: expect.stringContaining('as it stands on a receipt') });
  expect(() => readFileSync(at('third', PROVISIONED_FILE))).toThrow(/ENOENT/);

  const made = await spare('third', secrets, ...onPaper('1-10001'));
  expect(made).toMatchObject({ code: 0, json: { ok: true, lane: 1 } });
  expect(await identifyOne('third', 2)).toBe('1-120001');
  rmSync(at('letters.pdf'));
});

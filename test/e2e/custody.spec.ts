import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { drawnFingers } from '../../fixtures/election/drawn-fingers.ts';
import { readElection, writeElection } from '../../fixtures/election/election-package.ts';
import { generateElection } from '../../fixtures/election/generate-election.ts';
import { runPackage } from '../../scripts/commands/package.ts';
import type { HostOptions } from '../../scripts/hosts/shared/host-options.ts';
import { findProgramFiles } from '../../scripts/hosts/shared/program-files.ts';
import { takePackagePath } from '../../scripts/mock-day/package-path.ts';
import { prepareElection, todayAtStation } from '../../scripts/start/prepare-election.ts';
import { unwrap } from '../../src/domain/result.ts';
import { markStick, writeJournalSettings } from '../../src/station/stick/journal-settings.ts';
import { expectAccessible } from './accessible.ts';
import { approve, identify, insertDocument, nextVoter, openStation, pinOf, unlock } from './desk-hands.ts';
import { takeScreenshots } from './kiosk.ts';
import { type OpenedKiosk, openChromiumKiosk } from './open-chromium-kiosk.ts';

/** A laptop that a package made a lane, as `npm start` opens it: from the first unlock to the end of its list. */
const CACHE = fileURLToPath(new URL('../../.cache/e2e', import.meta.url));
const io = { out() {}, progress() {} };

/** What other members counted by hand: one voter took a ballot, and did not sign. */
const COUNTED = {
  ...{ ballotsReceived: 24, ballotsUnused: 23, ballotsSpoiled: 0, ballotStubs: 1 },
  ...{ receiptsCollected: 1, signatures: 0, ballotsInBox: 1 },
} as const;

interface Laptop {
  readonly folder: string;
  readonly options: HostOptions;
  readonly stick: string;
}

async function provisionedLaptop(): Promise<Laptop> {
  const folder = mkdtempSync(join(tmpdir(), 'tizme-custody-'));
  const electionDate = todayAtStation();
  const election = generateElection({ voters: 24, seed: 7, electionDate });
  const people = join(folder, 'election');
  unwrap(await writeElection(people, election, { fingers: drawnFingers({ cacheDirectory: CACHE }) }));
  const stick = join(folder, 'stick');
  mkdirSync(stick);
  const recipient = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
  const taken = unwrap(
    await takePackagePath(
      {
        ...{ election, people, directory: folder, lanes: 1, collector: null, journalRecipient: recipient },
        electionPackage: unwrap(readElection(people)),
      },
      io,
    ),
  );
  const directory = taken.lanes.get(1)?.directory ?? '';
  markStick(stick, 'TRAINING\n');
  writeJournalSettings(directory, { stick, recipients: [recipient] });
  // What `npm start` reads on such a laptop.
  const { migrationsDirectory } = findProgramFiles();
  const request = { voters: 60, seed: 1, fresh: false, electionDate };
  const options = unwrap(await prepareElection(join(folder, 'laptop-1'), migrationsDirectory, request, io));
  return { folder, stick, options: { ...options, language: 'ru' } };
}

/** As the central commission builds it: the same register, and somebody new in the station's commission. */
async function buildNewer({ folder, stick }: Laptop): Promise<void> {
  const at = (...names: readonly string[]): string => join(folder, ...names);
  const plan = JSON.parse(readFileSync(at('plan.json'), 'utf8'));
  plan.stations[0].people = [
    ...plan.stations[0].people,
    { id: 'member-new', name: 'Осмонова Жылдыз', role: 'member', pin: '975310' },
  ];
  writeFileSync(at('plan.json'), JSON.stringify(plan));
  await run([
    ...['build', '--out', at('packages'), '--trust', at('keys', 'commission.json'), '--threads', '1'],
    ...['--enrolments', at('enrolments'), '--register', at('national.db')],
    ...['--register-keys', at('national.keys.json'), '--procedure', at('procedure.json')],
    ...['--plan', at('plan.json'), '--passphrase-file', at('passphrases')],
    ...['first', 'second'].flatMap((id) => ['--sign', at('keys', `member-${id}.key.json`)]),
  ]);
  for (const name of readdirSync(at('packages')))
    if (name.endsWith('.tizme')) cpSync(at('packages', name), join(stick, name));
  cpSync(at('packages', 'shared'), join(stick, 'shared'), { recursive: true });
}

/** Signed by two: one voter is struck off. */
async function signChanges({ folder, stick }: Laptop, personalNumber: string): Promise<void> {
  const at = (...names: readonly string[]): string => join(folder, ...names);
  const changes = [{ op: 'standing', request: 1, personalNumber, standing: 'struck-off' }];
  writeFileSync(at('changes.json'), JSON.stringify(changes));
  const [newest = ''] = readdirSync(at('packages')).filter((name) => name.endsWith('-v2.tizme'));
  await run([
    ...['changes', at('changes.json'), '--package', at('packages', newest), '--out', stick],
    ...['--trust', at('keys', 'commission.json'), '--passphrase-file', at('passphrases')],
    ...['second', 'third'].flatMap((id) => ['--key', at('keys', `member-${id}.key.json`)]),
  ]);
}

async function run(args: readonly string[]): Promise<void> {
  const said: string[] = [];
  const code = await runPackage(args, { out() {}, progress: (line) => said.push(line) });
  expect(code, said.join('\n')).toBe(0);
}

async function openCustody(desk: Page): Promise<void> {
  await desk.getByTestId('menu-open').click();
  await desk.getByTestId('menu-custody').click();
  await expect(desk.getByTestId('custody-sheet')).toBeVisible();
}

/** By the keyboard alone. */
async function press(desk: Page, testId: string): Promise<void> {
  await desk.getByTestId(testId).focus();
  await desk.keyboard.press('Enter');
}

/** Names on everything that can be pressed, and one title; nothing that axe finds. */
async function expectNamed(desk: Page): Promise<void> {
  await expectAccessible(desk, 'a page of custody');
  const tree = await desk.getByTestId('custody-sheet').ariaSnapshot();
  expect(/^\s*- (?:button|textbox)\b(?! ")/m.exec(tree)?.[0] ?? 'all named').toBe('all named');
}

test.describe('a laptop that a package made a lane', () => {
  let laptop: Laptop;
  let kiosk: OpenedKiosk;
  test.use({ viewport: { width: 1366, height: 768 } });
  test.beforeEach(async ({ browser }) => {
    laptop = await provisionedLaptop();
    kiosk = await openChromiumKiosk(browser, laptop.options);
  });
  test.afterEach(async () => {
    await kiosk.stop();
    rmSync(laptop.folder, { recursive: true, force: true });
  });

  test('goes from its package over a newer one, changes and PINs to the end of its list', async () => {
    await buildNewer(laptop);
    const election = generateElection({ voters: 24, seed: 7, electionDate: todayAtStation() });
    const struck = election.voters.find(({ key }) => key === 'voter-5');
    await signChanges(laptop, struck?.voter.personalNumber ?? '');
    const desk = await kiosk.open('desk');
    const complaints: string[] = [];
    desk.on('pageerror', (error) => complaints.push(error.message));
    await desk.setViewportSize({ width: 1366, height: 768 });
    await expect(desk.getByTestId('locked')).toContainText('9901');
    await expect(desk.getByTestId('person-envelope-1')).toBeVisible();

    // The technician sees whose package it is without a PIN.
    await desk.getByTestId('devices').click();
    await desk.getByTestId('technician-open').click();
    await expect(desk.getByTestId('package-facts')).toHaveAttribute('data-version', '1');
    await expect(desk.getByTestId('package-facts')).toContainText('first, second');
    await takeScreenshots(desk, 'technician-package');
    await desk.getByTestId('way-out').click();

    // The morning: a newer package takes the place of the one before.
    await unlock(desk);
    await desk.getByTestId('devices').click();
    await desk.getByTestId('technician-open').click();
    await desk.getByTestId('technician-custody').click();
    await expect(desk.getByTestId('custody-sheet')).toBeVisible();
    await takeScreenshots(desk, 'custody');
    await expectNamed(desk);
    // By the keyboard: the new page's title has the focus, not the cross, and what was asked has it with its answer.
    await press(desk, 'custody-stick');
    await expect(desk.getByTestId('custody-sheet').locator('h2')).toBeFocused();
    await press(desk, 'stick-look');
    await expect(desk.getByTestId('stick-packages')).toBeVisible();
    await expect(desk.getByTestId('stick-look')).toBeFocused();
    await expect(desk.getByTestId('stick-packages').locator('[data-state="newer"]')).toHaveCount(1);
    await expect(desk.getByTestId('stick-packages').locator('[data-state="package-same"]')).toHaveCount(1);
    await press(desk, 'stick-replace-2');
    // One thing at a time: what else is on the stick is one press back.
    await expect(desk.getByTestId('stick-packages')).toHaveCount(0);
    await expect(desk.getByTestId('custody-sheet').locator('h3')).toBeFocused();
    await takeScreenshots(desk, 'custody-replace');
    await expectNamed(desk);
    await press(desk, 'stick-back');
    await press(desk, 'stick-replace-2');
    await approve(desk, 'chair', 'secretary');
    // The station ended and another one is there, with the new people.
    await expect(desk.getByTestId('custody-sheet')).toBeHidden();
    await expect(desk.getByTestId('package-facts')).toHaveAttribute('data-version', '2');
    await desk.getByTestId('way-out').click();
    await expect(desk.getByTestId('person-member-new')).toBeVisible();
    await desk.getByTestId('person-member-new').click();
    await desk.getByTestId('pin-input').fill('975310');
    await desk.getByTestId('pin-enter').click();
    await approve(desk, 'chair');
    await expect(desk.getByTestId('preparing-clock')).toBeVisible();

    // Somebody chooses another PIN, by the keyboard alone.
    await press(desk, 'menu-open');
    await press(desk, 'menu-custody');
    await press(desk, 'custody-change-pin');
    await desk.getByTestId('custody-sheet').getByTestId('person-member-3').focus();
    await desk.keyboard.press('Enter');
    await expect(desk.getByTestId('pin-question-old')).toBeVisible();
    await takeScreenshots(desk, 'custody-pin');
    const answer = async (old: string): Promise<void> => {
      for (const [question, pin] of [
        ['old', old],
        ['new', '246813'],
        ['again', '246813'],
      ] as const) {
        await expect(desk.getByTestId(`pin-question-${question}`)).toBeVisible();
        await expect(desk.getByTestId('pin-input')).toBeFocused();
        await desk.keyboard.type(pin);
        await desk.keyboard.press('Enter');
      }
    };
    await answer('111111');
    await expect(desk.getByTestId('pin-wrong-old')).toBeVisible();
    await answer(pinOf('member-3'));
    await expect(desk.getByTestId('pin-done')).toBeVisible();
    await desk.keyboard.press('Escape');
    await expect(desk.getByTestId('heading')).toBeFocused();

    // Somebody forgot it: two others answer.
    await openCustody(desk);
    await desk.getByTestId('custody-forgotten-pin').click();
    await desk.getByTestId('custody-sheet').getByTestId('person-operator-2').click();
    for (const question of ['new', 'again']) {
      await expect(desk.getByTestId(`pin-question-${question}`)).toBeVisible();
      await desk.getByTestId('pin-input').fill('135791');
      await desk.getByTestId('pin-enter').click();
    }
    await takeScreenshots(desk, 'custody-forgotten-pin');
    await expectNamed(desk);
    await approve(desk, 'chair', 'secretary');
    await expect(desk.getByTestId('pin-done')).toBeVisible();
    await desk.keyboard.press('Escape');

    await openStation(desk);
    // Changes of the list, while the day runs.
    await openCustody(desk);
    await desk.getByTestId('custody-stick').click();
    await desk.getByTestId('stick-look').click();
    await expect(desk.getByTestId('stick-changes').locator('[data-state="next"]')).toHaveCount(1);
    await expect(desk.getByTestId('stick-packages').locator('[data-state="package-same"]')).toHaveCount(1);
    await desk.getByTestId('stick-take').click();
    await takeScreenshots(desk, 'custody-changes');
    await expectNamed(desk);
    await approve(desk, 'chair', 'secretary');
    await expect(desk.getByTestId('stick-taken')).toBeVisible();
    await takeScreenshots(desk, 'custody-changes-taken');
    await desk.keyboard.press('Escape');
    await insertDocument(desk, 'voter-5');
    await expect(desk.getByTestId('desk-step-stop')).toBeVisible();
    await desk.getByTestId('way-on').click();
    await desk.getByTestId('dock-remove-document').click();

    await identify(desk, 'voter-3');
    await nextVoter(desk);
    await kiosk.killStation();
    await expect(desk.getByTestId('locked')).toBeVisible();
    await approve(desk, 'chair');
    await expect(desk.getByTestId('desk-step-idle')).toBeVisible();

    await desk.getByTestId('menu-open').click();
    await desk.getByTestId('menu-closing').click();
    await desk.getByTestId('inside-count').fill('0');
    await approve(desk, 'chair');
    const toCounts = desk.getByTestId('to-closing');
    await expect(desk.getByTestId('closing').or(toCounts)).toBeVisible();
    if (await toCounts.isVisible()) await toCounts.click();
    await desk.getByTestId('closing-counts').click();
    for (const [figure, count] of Object.entries(COUNTED))
      await desk.getByTestId(`count-${figure}`).fill(String(count));
    await desk.getByTestId('counts-sign').click();
    await approve(desk, 'secretary');
    await desk.getByTestId('way-on').click();
    await expect(desk.getByTestId('closing-stage-close')).toBeVisible();
    await desk.getByTestId('way-on').click();
    await desk.getByTestId('close-reason').fill('rehearsal');
    await approve(desk, 'chair', 'secretary');
    await expect(desk.getByTestId('closed')).toBeVisible();

    // After the time for complaints.
    await openCustody(desk);
    await desk.getByTestId('custody-erase').click();
    await takeScreenshots(desk, 'custody-erase');
    await expectNamed(desk);
    await desk.getByTestId('erase-go-on').click();
    await approve(desk, 'chair', 'secretary');
    await expect(desk.getByTestId('erased')).toBeVisible();
    await takeScreenshots(desk, 'custody-erased');
    await expectAccessible(desk, 'the list is destroyed');
    const saved = desk.waitForEvent('download');
    await desk.getByTestId('erased-pdf').click();
    expect((await saved).suggestedFilename()).toBe('tizme-erasure.pdf');
    await desk.getByTestId('erased-print').click();
    await expect(desk.locator('[data-testid^="dock-strip-"]').first()).toBeVisible();
    expect(existsSync(join(laptop.options.packageDirectory, 'v2', 'register.db'))).toBe(false);
    expect(complaints).toEqual([]);
  });
});

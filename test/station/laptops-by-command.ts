import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simulatedPeople } from '../../fixtures/election/simulated-people.ts';
import { MockLane, type MockLaneSetup } from '../../scripts/mock-day/lane.ts';
import { PROVISIONED_FILE } from '../../scripts/start/prepare-election.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import type { FingerprintWorkers } from '../../src/fingerprint/fingerprint-workers.ts';
import { FINGERS, type TestElection } from './harness.ts';
import { LANE_PATIENCE } from './two-tables.ts';

const ROOT = join(import.meta.dirname, '../..');
const TIZME = join(ROOT, 'scripts/tizme.js');

/** What a command left behind: its exit code, its last line where that is JSON, and what it told the person. */
export interface CommandAnswer {
  readonly code: number | null;
  readonly json: Readonly<Record<string, unknown>>;
  readonly said: string;
}

/** The commission's office and the laptops of one station: each a home of its own, each command a process of its own. */
export class LaptopsByCommand {
  private readonly election: TestElection;

  constructor(election: TestElection) {
    this.election = election;
  }

  at(...names: readonly string[]): string {
    return join(this.election.directory, ...names);
  }

  pinOf(personId: string): string {
    const { roster } = this.election.election;
    return assertDefined(
      roster.find(({ id }) => id === personId),
      personId,
    ).pin;
  }

  /** Nobody is at the keyboard. */
  start(home: string, ...args: readonly string[]): ChildProcess {
    return this.spawn('ignore', home, args);
  }

  /** What it asks for is answered through its `stdin`. */
  startWithKeyboard(home: string, ...args: readonly string[]): ChildProcess {
    return this.spawn('pipe', home, args);
  }

  run(home: string, ...args: readonly string[]): Promise<CommandAnswer> {
    return answerOf(this.start(home, ...args));
  }

  /** Keys of three members, any two of whom sign. */
  drawKeys(origin: string): Promise<CommandAnswer> {
    return this.run(
      'office',
      ...['package', 'keys', '--out', this.at('keys'), '--origin', origin],
      ...['a', 'b', 'c'].flatMap((member) => ['--member', member]),
      ...['--passphrase-file', this.at('passphrases')],
    );
  }

  /** @param share the stick that stays with the laptop */
  enrol(home: string, lane: number, share: string, ...more: readonly string[]): Promise<CommandAnswer> {
    const { station } = this.election.electionPackage.content;
    return this.run(
      home,
      ...['provision', 'enrol', ...this.trust, '--station', String(station.number), '--lane', String(lane)],
      ...['--share-on', share, '--out', this.at('enrolments', `${lane}.json`), ...more],
    );
  }

  /** The station's package, for every laptop that was enrolled. */
  buildPackage(): Promise<CommandAnswer> {
    return this.run(
      'office',
      ...['package', 'build', '--election', this.at('package'), '--out', this.at('out'), ...this.trust],
      ...['--enrolments', this.at('enrolments'), '--passphrase-file', this.at('passphrases')],
      ...['a', 'b'].flatMap((member) => ['--sign', this.at('keys', `member-${member}.key.json`)]),
    );
  }

  makeLane(home: string, ...more: readonly string[]): Promise<CommandAnswer> {
    return this.run(home, 'provision', 'lane', this.packageFile, '--people', this.at('package'), ...more);
  }

  get trust(): readonly string[] {
    return ['--trust', this.at('keys', 'commission.json')];
  }

  get packageFile(): string {
    const { station } = this.election.electionPackage.content;
    return this.at('out', `station-${station.number}-v1.tizme`);
  }

  /** What `tizme start` opens on a laptop that is a table, with simulated devices. */
  openTable(
    home: string,
    lane: number,
    workers: FingerprintWorkers,
    port = 0,
    collector: MockLaneSetup['collector'] = null,
  ): Promise<MockLane> {
    const host = JSON.parse(readFileSync(this.at(home, PROVISIONED_FILE), 'utf8')) as Record<string, string>;
    const { electionPackage, election: synthetic } = this.election;
    return MockLane.provisioned({
      electionPackage: { ...electionPackage, registerFile: join(host.packageDirectory ?? '', 'register.db') },
      directory: host.dataDirectory ?? '',
      ...{ lane, port, workers },
      people: simulatedPeople(synthetic, FINGERS),
      migrationsDirectory: join(ROOT, 'migrations'),
      ...{ collector, exportDirectory: this.at(`log-of-${home}`), fontsDirectory: null, network: null },
      ...{ seed: 1, speed: 20, lanePatience: LANE_PATIENCE },
      startMs: Date.parse(`${synthetic.options.electionDate}T08:00:00+06:00`),
    });
  }

  private spawn(stdin: 'ignore' | 'pipe', home: string, args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [TIZME, ...args, '--json'], {
      cwd: ROOT,
      env: { ...process.env, TIZME_DATA: this.at(home) },
      stdio: [stdin, 'pipe', 'pipe'],
    });
  }
}

/** Waits until the command is over. */
export async function answerOf(child: ChildProcess): Promise<CommandAnswer> {
  let [out, said] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    out += piece;
  });
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const last = out.trimEnd().split('\n').at(-1) ?? '';
  return { code, said, json: last.startsWith('{') ? JSON.parse(last) : {} };
}

/** What a command that goes on prints for people: the first group of the pattern. */
export function printedBy(child: ChildProcess, wanted: RegExp): Promise<string> {
  let out = '';
  return new Promise((resolve, reject) => {
    child.once('close', () => reject(new Error(out)));
    child.stdout?.on('data', (piece: Buffer | string) => {
      out += String(piece);
      const text = wanted.exec(out)?.[1];
      if (text !== undefined) resolve(text);
    });
  });
}

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectionPackage } from '../../fixtures/election/election-package.ts';
import type { SyntheticElection } from '../../fixtures/election/generate-election.ts';
import { writeNationalRegister } from '../../fixtures/election/national-register.ts';
import { OTHER_STATIONS } from '../../fixtures/election/places.ts';
import type { VisitorFiles } from '../../src/collector/visitors/open-visitors.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { REGISTER_FILE } from '../../src/station/provision/provision-from-package.ts';
import { randomKey } from '../../src/store/keys.ts';
import { runAction } from '../action.ts';
import type { CommandIo } from '../command-io.ts';
import { Cable } from '../lab/lanes/cable.ts';
import { buildAction } from '../package/action-build.ts';
import { keysAction } from '../package/action-keys.ts';
import { visitorsAction } from '../package/action-visitors.ts';
import { enrolLaptop, explainEnrolFault, readEnrolledLaptop } from '../provision/enrolment-folder.ts';
import { makeLane } from '../provision/make-lane.ts';
import { freePort } from '../start/prepare-lanes.ts';

/** One laptop that a package made a lane, as `provision lane` leaves it. */
export interface PackagedLane {
  readonly lane: number;
  readonly directory: string;
  readonly registerFile: string;
  /** Where it listens; the others reach it through the cable. */
  readonly port: number;
  readonly cable: Cable | null;
}

export interface PackagedStation {
  readonly lanes: ReadonlyMap<number, PackagedLane>;
  readonly voters: number;
  /** In the whole register that the package was built from. */
  readonly country: number;
  readonly version: number;
}

export interface PackagePathRequest {
  readonly election: SyntheticElection;
  readonly electionPackage: ElectionPackage;
  /** A folder of this day's own. */
  readonly directory: string;
  readonly lanes: number;
  readonly collector: { readonly url: string; readonly publicKey: Uint8Array } | null;
  readonly journalRecipient: string | null;
  /** The mock election's folder, where simulated people come to the desk of `npm start`. */
  readonly people?: string;
  /** Where it was prepared already, in this folder. */
  readonly country?: PackagedCountry;
}

type CountryRequest = Pick<PackagePathRequest, 'election' | 'electionPackage' | 'directory'>;

/** The national register that the packages are built from. */
export interface PackagedCountry {
  readonly voters: number;
}

const MEMBERS = ['first', 'second', 'third'] as const;
/** Protects a mock election: nobody. */
const PASSPHRASE = 'training training';

export function prepareCountry({ election, electionPackage, directory }: CountryRequest): PackagedCountry {
  const at = (name: string): string => join(directory, name);
  mkdirSync(directory, { recursive: true });
  const keys = { database: randomKey(), templates: randomKey() };
  const country = writeNationalRegister(at('national.db'), keys, election, electionPackage);
  const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex');
  writeJson(at('national.keys.json'), { database: hex(keys.database), templates: hex(keys.templates) });
  writeJson(at('procedure.json'), electionPackage.content.procedure);
  return country;
}

/** What the centre gets before the day: records of the country's voters, which it can't open, and its half of their keys. */
export async function sealVisitors(
  request: CountryRequest,
  io: CommandIo,
): Promise<Result<VisitorFiles, string>> {
  const at = (...names: readonly string[]): string => join(request.directory, ...names);
  const { station, roster } = request.election;
  const { number, district, name } = station;
  const people = roster.map(({ id, name: person, role, pin }) => ({ id, role, pin, name: person }));
  // All stations of the country: whoever comes here is in the list of another one.
  const stations = [
    { number, district, name, people },
    ...OTHER_STATIONS.map(({ address, ...other }) => ({
      ...{ number: other.number, district: other.district, people },
      name: { ky: address, ru: address, en: address },
    })),
  ];
  writeJson(at('country-plan.json'), { version: 1, stations });
  const sealed = await command(io, 'package', visitorsAction, [
    ...['--out', at('packages'), '--procedure', at('procedure.json'), '--plan', at('country-plan.json')],
    ...['--register', at('national.db'), '--register-keys', at('national.keys.json')],
  ]);
  if (!sealed.ok) return sealed;
  const centre = (name: string): string => at('packages', 'centre', name);
  return ok({ file: centre('visitors.sealed'), keyFile: centre('release.key') });
}

/**
 * The whole way that a real election's laptops go, with the very commands: a national register, the keys of three
 * members, enrolments, a package that two of them sign, and each laptop made its lane.
 */
export async function takePackagePath(
  request: PackagePathRequest,
  io: CommandIo,
): Promise<Result<PackagedStation, string>> {
  const { election, directory, lanes, country = prepareCountry(request) } = request;
  const at = (...names: readonly string[]): string => join(directory, ...names);
  mkdirSync(at('enrolments'), { recursive: true });
  writeJson(at('plan.json'), planOf(request));
  writeFileSync(at('passphrases'), `${MEMBERS.map(() => PASSPHRASE).join('\n')}\n`, { mode: 0o600 });
  const drawn = await command(io, 'package', keysAction, [
    ...['--out', at('keys'), '--origin', 'tizme.example/training', '--passphrase-file', at('passphrases')],
    ...MEMBERS.flatMap((id) => ['--member', id]),
  ]);
  if (!drawn.ok) return drawn;

  const trust = at('keys', 'commission.json');
  const enrolled: (Pick<PackagedLane, 'lane' | 'port' | 'cable'> & { readonly data: string })[] = [];
  for (let lane = 1; lane <= lanes; lane += 1) {
    const data = at(`laptop-${lane}`);
    const share = at(`laptop-${lane}-own-stick`);
    mkdirSync(share, { recursive: true });
    const port = lanes === 1 ? 0 : await freePort();
    const cable = lanes === 1 ? null : new Cable({ host: '127.0.0.1', port });
    const address = cable === null ? null : `127.0.0.1:${await cable.open('127.0.0.1')}`;
    const laptop = await enrolLaptop({
      ...{ data, trust, lane, address, stick: share, station: election.station.number },
      ...{ seal: `TRAINING-${lane}`, model: 'training' },
    });
    if (!laptop.ok) return err(`enrolment: ${explainEnrolFault(laptop.error)}`);
    writeJson(at('enrolments', `lane-${lane}.json`), laptop.value.enrolment);
    enrolled.push({ lane, data, port, cable });
  }
  const built = await command(io, 'package', buildAction, [
    ...['--out', at('packages'), '--trust', trust, '--enrolments', at('enrolments'), '--threads', '1'],
    ...['--register', at('national.db'), '--register-keys', at('national.keys.json')],
    ...['--procedure', at('procedure.json'), '--plan', at('plan.json')],
    ...['--passphrase-file', at('passphrases')],
    ...MEMBERS.slice(0, 2).flatMap((id) => ['--sign', at('keys', `member-${id}.key.json`)]),
  ]);
  if (!built.ok) return built;
  const [name = ''] = readdirSync(at('packages')).filter((file) => file.endsWith('.tizme'));

  const made = new Map<number, PackagedLane>();
  let version = 0;
  for (const { lane, data, port, cable } of enrolled) {
    const provisioned = await provisionOne(at('packages', name), data, request, io);
    if (!provisioned.ok) return provisioned;
    version = provisioned.value.version;
    const base = join(data, `station-${election.station.number}-${election.procedure.electionId}`);
    made.set(lane, {
      ...{ lane, port, cable, directory: join(base, 'station') },
      registerFile: join(base, 'package', REGISTER_FILE),
    });
  }
  return ok({ lanes: made, version, country: country.voters, voters: election.voters.length });
}

async function provisionOne(
  file: string,
  data: string,
  { election, people }: PackagePathRequest,
  io: CommandIo,
): Promise<Result<{ readonly version: number }, string>> {
  const laptop = readEnrolledLaptop(data);
  if (!laptop.ok) return err(explainEnrolFault(laptop.error));
  const chairStick = `${data}-chair-stick`;
  mkdirSync(chairStick, { recursive: true });
  const lane = await makeLane(
    {
      ...{ data, file, chairStick, laptop: laptop.value, sharedDirectory: undefined },
      ...{ day: election.procedure.electionDate, journalStick: null, peopleDirectory: people ?? null },
    },
    { out: (line) => io.progress(line), progress: () => {} },
  );
  if (!lane.ok)
    return err(`provision lane: ${typeof lane.error === 'string' ? lane.error : lane.error.sentence}`);
  return ok({ version: Number(lane.value.version) });
}

function planOf({
  election,
  electionPackage,
  collector,
  journalRecipient,
}: Pick<PackagePathRequest, 'election' | 'electionPackage' | 'collector' | 'journalRecipient'>): unknown {
  const { number, district, name } = election.station;
  return {
    version: 1,
    stations: [
      {
        ...{ number, district, name },
        people: election.roster.map(({ id, name: person, role, pin }) => ({ id, name: person, role, pin })),
      },
    ],
    trustedCertificates: electionPackage.content.trustedCertificates,
    collector:
      collector === null
        ? null
        : { url: collector.url, key: Buffer.from(collector.publicKey).toString('base64') },
    journalRecipients: journalRecipient === null ? [] : [journalRecipient],
  };
}

/** One of the commands, as somebody would type it. */
async function command(
  io: CommandIo,
  name: string,
  action: Parameters<typeof runAction>[1][number],
  args: readonly string[],
): Promise<Result<void, string>> {
  const said: string[] = [];
  const code = await runAction(name, [action], [action.name, ...args], {
    out: (line) => io.progress(line),
    progress: (line) => said.push(line),
  });
  return code === 0 ? ok() : err(said.join('\n'));
}

function writeJson(file: string, content: unknown): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}

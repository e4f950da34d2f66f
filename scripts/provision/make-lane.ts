import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ELECTION_FILE, KEYS_FILE } from '../../fixtures/election/election-package.ts';
import { PRACTICE_PIN_COST } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import {
  checkPackage,
  type OpenedPackage,
  openPackage,
  type PackageOpener,
} from '../../src/packages/open-package.ts';
import { explainPackageError } from '../../src/packages/package-error.ts';
import { PACKAGE_FILE } from '../../src/station/lane/register-place.ts';
import { type Admission, provisionFromPackage } from '../../src/station/provision/provision-from-package.ts';
import { writeChairKit } from '../../src/station/provision/write-chair-kit.ts';
import { markStick, writeJournalSettings } from '../../src/station/stick/journal-settings.ts';
import type { LaneRoster } from '../../src/sync/lanes/transport/lane-roster.ts';
import type { ActionFault } from '../action.ts';
import type { CommandIo } from '../command-io.ts';
import type { HostOptions } from '../hosts/shared/host-options.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { progressBar } from '../progress.ts';
import { PROVISIONED_FILE } from '../start/prepare-election.ts';
import {
  copyShareRecord,
  type EnrolledLaptop,
  explainEnrolFault,
  forgetLaptopKeys,
  openEnrolledLaptop,
} from './enrolment-folder.ts';
import { notePackageSeen, packageSeen } from './packages-seen.ts';
import { provisionedOptions } from './provisioned-options.ts';

export interface MakeLaneRequest {
  readonly data: string;
  readonly laptop: EnrolledLaptop;
  readonly file: string;
  readonly sharedDirectory: string | undefined;
  readonly day: string | null;
  /** A spare: how it opens the package, and who let it be which lane. */
  readonly spare?: {
    readonly opener: PackageOpener;
    readonly lane: number;
    readonly people: readonly string[];
    readonly receiptsFrom: number;
    /** Over the network: the lanes as the table knows them, whose package it has to be, and the table's last word. */
    readonly roster?: LaneRoster;
    readonly station?: number;
    readonly changes?: { readonly files: readonly string[]; readonly fromLane: number };
    readonly admitted?: () => Promise<Result<void, ActionFault>>;
  };
  /** Where the lane's journal goes during the day. */
  readonly journalStick: string | null;
  /** Gets the package and what lets a spare open it. */
  readonly chairStick: string | null;
  /** Of a mock election: the folder with its people, for the simulated devices. */
  readonly peopleDirectory: string | null;
  readonly onVoter?: (done: number, of: number) => void;
}

/** Opens the package and turns this laptop into its lane, all or nothing; from then on `tizme start` opens it. */
export async function makeLane(
  request: MakeLaneRequest,
  io: CommandIo,
): Promise<Result<Readonly<Record<string, unknown>>, ActionFault>> {
  const { data, laptop, spare, journalStick, chairStick } = request;
  const sharedDirectory = sharedBeside(request);
  if (existsSync(join(data, PROVISIONED_FILE)))
    return fault(
      'already-provisioned',
      'This laptop is a lane already; erase it first (tizme provision erase).',
    );
  const startedMs = performance.now();
  const secrets = openEnrolledLaptop(laptop);
  if (!secrets.ok) return fault(secrets.error, explainEnrolFault(secrets.error));
  const { keys, share } = secrets.value;
  const opened = await openForLaptop(
    { ...request, sharedDirectory },
    spare?.opener ?? { kind: 'sealed-to', identity: keys.identity },
  );
  if (!opened.ok) return opened;
  const { manifest, election } = opened.value;
  const base = join(data, `station-${manifest.station.number}-${manifest.electionId}`);
  const dataDirectory = join(base, 'station');
  const packageDirectory = join(base, 'package');
  // Left by a power cut in the middle: without the file that is written last, nothing of it was ever used.
  rmSync(base, { recursive: true, force: true });
  const provisioned = await provisionFromPackage({
    ...{ laptop: keys, share, packageDirectory },
    opened: opened.value,
    ...(sharedDirectory === undefined ? {} : { sharedDirectory }),
    directory: dataDirectory,
    migrations: findProgramFiles().migrationsDirectory,
    trust: laptop.trust,
    // A mock election's PINs stand on its training sheet: they protect nothing.
    ...(manifest.mock ? { pinCost: PRACTICE_PIN_COST } : {}),
    ...(spare === undefined ? {} : { admission: admissionOf(spare) }),
    ...(spare?.changes === undefined ? {} : { changes: spare.changes }),
    onVoter: (done, of) => {
      io.progress(progressBar('register', done, of));
      request.onVoter?.(done, of);
    },
  });
  share.fill(0);
  if (!provisioned.ok) {
    rmSync(base, { recursive: true, force: true });
    const { error } = provisioned;
    if (error.code === 'changes-refused')
      return fault(
        error.code,
        `Changes ${error.sequence} of the list, which came with the package, can not be carried out.`,
      );
    if (error.code === 'already-provisioned' || error.code === 'disk-failed')
      return fault(
        error.code,
        'The lane could not be written: is the disk full? Make room, and do it again; nothing of it was kept.',
      );
    return fault(error.code, explainPackageError(error));
  }
  let kit: boolean | null;
  try {
    copyShareRecord(laptop, dataDirectory);
    if (journalStick !== null && election.journalRecipients.length > 0) {
      markStick(journalStick, `Tizme: the journal of laptop ${keys.device}.\n`);
      writeJournalSettings(dataDirectory, { stick: journalStick, recipients: election.journalRecipients });
    }
    kit =
      chairStick === null
        ? null
        : await writeChairKit({
            ...{ stick: chairStick, file: request.file, sharedDirectory, opened: opened.value },
            ...(manifest.mock ? { cost: PRACTICE_PIN_COST } : {}),
          });
    if (manifest.mock && request.peopleDirectory !== null)
      for (const name of [ELECTION_FILE, KEYS_FILE])
        copyFileSync(join(request.peopleDirectory, name), join(packageDirectory, name));
    copyFileSync(request.file, join(packageDirectory, PACKAGE_FILE));
  } catch (cause) {
    // A disk that is full now: nothing half stays, and the laptop is as it was.
    rmSync(base, { recursive: true, force: true });
    throw cause;
  }
  const admitted = (await spare?.admitted?.()) ?? ok();
  if (!admitted.ok) {
    rmSync(base, { recursive: true, force: true });
    return admitted;
  }
  notePackageSeen(data, manifest);
  writeHostOptions(request, { dataDirectory, packageDirectory }, opened.value);
  forgetLaptopKeys(laptop);
  const seconds = Number(((performance.now() - startedMs) / 1000).toFixed(1));
  const { lane } = provisioned.value;
  io.out(`This laptop is lane ${lane} of station ${manifest.station.number}; npm start opens it.`);
  if (kit === false)
    io.out('The chair’s kit was not written: this package has no envelopes, or the stick is full.');
  io.out(`${opened.value.voters.length} voters, version ${manifest.version}, ${seconds} s.`);
  return ok({
    ...{ lane, station: manifest.station.number, electionId: manifest.electionId, seconds },
    ...{ device: keys.device, version: manifest.version, voters: opened.value.voters.length },
    chairKit: kit === true,
  });
}

function admissionOf({
  lane,
  people,
  receiptsFrom,
  roster,
}: NonNullable<MakeLaneRequest['spare']>): Admission {
  return { lane, people, receiptsFrom, ...(roster === undefined ? {} : { roster }) };
}

async function openForLaptop(
  { data, laptop, file, sharedDirectory, day, spare }: MakeLaneRequest,
  opener: PackageOpener,
): Promise<Result<OpenedPackage, ActionFault>> {
  const { commission, enrolment } = laptop;
  const expected = {
    ...{ commission, day },
    ...stationOf(spare, enrolment.station),
    ...(sharedDirectory === undefined ? {} : { sharedDirectory }),
  };
  const first = checkPackage(file, expected);
  if (!first.ok) return fault(first.error.code, explainPackageError(first.error));
  const { electionId, station } = first.value.manifest;
  const seen = packageSeen(data, electionId, station.number);
  const opened = await openPackage(file, { ...expected, seen }, opener);
  return opened.ok ? opened : fault(opened.error.code, explainPackageError(opened.error));
}

/** A spare takes the station of whoever lets it in. */
function stationOf(spare: MakeLaneRequest['spare'], enrolled: number): { readonly stationNumber?: number } {
  if (spare === undefined) return { stationNumber: enrolled };
  return spare.station === undefined ? {} : { stationNumber: spare.station };
}

/** In `shared/` beside the package unless somewhere else was named. */
function sharedBeside({ sharedDirectory, file }: MakeLaneRequest): string | undefined {
  const beside = join(dirname(file), 'shared');
  return sharedDirectory ?? (existsSync(beside) ? beside : undefined);
}

function writeHostOptions(
  { data, peopleDirectory }: MakeLaneRequest,
  directories: Pick<HostOptions, 'dataDirectory' | 'packageDirectory'>,
  { manifest, election }: OpenedPackage,
): void {
  const options = provisionedOptions(directories, {
    mock: manifest.mock,
    simulated: manifest.mock && peopleDirectory !== null,
    collector: election.collector,
  });
  const file = join(data, PROVISIONED_FILE);
  mkdirSync(data, { recursive: true });
  writeFileSync(`${file}.unfinished`, `${JSON.stringify(options, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.unfinished`, file);
}

function fault(code: string, sentence: string): Result<never, ActionFault> {
  return err({ code, sentence });
}

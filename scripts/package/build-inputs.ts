import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readElection, regenerateElection } from '../../fixtures/election/election-package.ts';
import { ballotsOfDistrict, OTHER_STATIONS } from '../../fixtures/election/places.ts';
import type { Procedure } from '../../src/domain/procedure.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { SharedPart } from '../../src/packages/manifest.ts';
import { sharedFileName } from '../../src/packages/open-package.ts';
import { hashFile } from '../../src/packages/package-file.ts';
import type { SourceElsewhere } from '../../src/register/register-source.ts';
import { type ActionFault, type ActionOptions, wrongOption } from '../action.ts';
import { type ElectionPlan, readJsonFile, readPlan, readProcedure } from './election-plan.ts';

const keyText = z.string().regex(/^[0-9a-f]{64}$/);
/** The keys of a register, as whoever imported it was given them. */
const keysSchema = z.looseObject({ database: keyText, templates: keyText });

/** What packages are built from. */
export interface BuildInputs {
  readonly registerFile: string;
  readonly databaseKey: Uint8Array;
  readonly templateKey: Uint8Array;
  readonly procedure: Procedure;
  readonly plan: ElectionPlan;
  readonly elsewhere: readonly SourceElsewhere[];
}

/** A national register with its procedure and plan; or a mock election's folder, which has all three. */
export function readInputs(options: ActionOptions): Result<BuildInputs, string | ActionFault> {
  const election = options.text('election');
  return election === undefined ? readNational(options) : readMock(election);
}

function readNational(options: ActionOptions): Result<BuildInputs, string | ActionFault> {
  const [register, keys] = [options.text('register'), options.text('register-keys')];
  const [procedureFile, planFile] = [options.text('procedure'), options.text('plan')];
  if (register === undefined || keys === undefined || procedureFile === undefined || planFile === undefined)
    return wrongOption('--register, --register-keys, --procedure and --plan are needed (or --election DIR)');
  const opened = readJsonFile(keys, keysSchema);
  if (!opened.ok) return opened;
  const procedure = readProcedure(procedureFile);
  if (!procedure.ok) return procedure;
  const plan = readPlan(planFile);
  if (!plan.ok) return plan;
  return ok({
    registerFile: register,
    databaseKey: bytesOf(opened.value.database),
    templateKey: bytesOf(opened.value.templates),
    procedure: procedure.value,
    plan: plan.value,
    elsewhere: [],
  });
}

function readMock(directory: string): Result<BuildInputs, string> {
  const election = readElection(directory);
  if (!election.ok)
    return err(
      `${directory} holds no mock election (${election.error.code}): tizme election generate --out makes one`,
    );
  const { content, keys, registerFile } = election.value;
  const { number, district, name } = content.station;
  return ok({
    registerFile,
    databaseKey: keys.database,
    templateKey: keys.templates,
    procedure: content.procedure,
    plan: {
      version: 1,
      stations: [
        {
          ...{ number, district, name },
          people: content.roster.map(({ duty: _, ...person }) => person),
        },
      ],
      trustedCertificates: content.trustedCertificates,
      collector: null,
      journalRecipients: [],
    },
    elsewhere: regenerateElection(election.value).visitors.flatMap((visitor) => {
      const home = OTHER_STATIONS.find((station) => station.number === visitor.homeStation);
      if (home === undefined) return [];
      return visitor.documents.map((document) => ({
        stationNumber: home.number,
        districtNumber: home.district,
        address: home.address,
        personalNumber: visitor.personalNumber,
        documentNumber: document.number,
        ballotStyles: ballotsOfDistrict(home.district, content.procedure),
      }));
    }),
  });
}

/** `NAME=FILE`: copied beside the packages under its hash, whole or not at all. */
export function takeShared(given: readonly string[], out: string): Result<SharedPart[], string> {
  const shared: SharedPart[] = [];
  for (const text of given) {
    const [, name = '', file = ''] = /^([a-z0-9]+(?:-[a-z0-9]+)*)=(.+)$/.exec(text) ?? [];
    const hashed = file === '' ? null : hashFile(file);
    if (hashed === null || hashed.bytes === 0)
      return err(`--shared ${text}: NAME=FILE, and the file can be read`);
    const directory = join(out, 'shared');
    mkdirSync(directory, { recursive: true });
    const place = join(directory, sharedFileName(name, hashed.sha256));
    if (!existsSync(place)) {
      copyFileSync(file, `${place}.unfinished`);
      renameSync(`${place}.unfinished`, place);
    }
    shared.push({ name, ...hashed });
  }
  return ok(shared);
}

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

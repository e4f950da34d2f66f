import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hashFile } from '../../src/packages/package-file.ts';
import { indexVersionOf, NATIONAL_INDEX_FILE } from '../../src/register/national-index/national-index.ts';
import { readPackageNote } from '../../src/station/lane/package-note.ts';
import { folderOfVersion } from '../../src/station/lane/register-place.ts';
import { REGISTER_FILE } from '../../src/station/provision/provision-from-package.ts';
import { readHostOptions } from '../hosts/shared/host-options.ts';
import { PROVISIONED_FILE } from '../start/prepare-election.ts';
import type { ReadinessCheck, ReadinessReport } from './readiness-report.ts';

export type PackageReadiness = NonNullable<ReadinessReport['package']>;

/**
 * The package that this laptop is a lane of, as far as nobody's PIN is needed: version, last day, signers, and whether
 * the national index is the one that was signed.
 * @param day Today, as the laptop believes; two people confirm it at the opening.
 */
export function checkPackage(
  data: string,
  day: string,
): { readonly package: PackageReadiness | null; readonly checks: readonly ReadinessCheck[] } {
  const host = readHostOptions(join(data, PROVISIONED_FILE));
  if (!host.ok) {
    const result = host.error.code === 'options-missing' ? 'not-run' : 'failed';
    return { package: null, checks: [{ name: 'package', result, found: 'no lane yet' }] };
  }
  const { dataDirectory, packageDirectory } = host.value;
  const note = readPackageNote(dataDirectory);
  if (!note.ok)
    return {
      package: null,
      checks: [{ name: 'package', result: 'failed', found: `what the package says is ${note.error}` }],
    };
  const { packageVersion: version, expires, signedBy, voters, nationalIndex } = note.value;
  const index = lookAtIndex(packageDirectory, version, nationalIndex);
  const expired = day > expires;
  const said = `version ${version}, until ${expires}${expired ? ' (EXPIRED)' : ''}, signed by ${signedBy.join(', ')}, ${voters} voters`;
  return {
    package: { version, expires, signedBy, voters, index },
    checks: [
      { name: 'package', result: expired ? 'failed' : 'passed', found: said },
      {
        name: 'national-index',
        result: index === 'whole' || index === 'own' ? 'passed' : 'failed',
        found: INDEX_WORDS[index],
      },
    ],
  };
}

const INDEX_WORDS: Readonly<Record<PackageReadiness['index'], string>> = {
  whole: 'as it was signed',
  own: 'made here from the package (training)',
  missing: 'missing',
  changed: 'not the one that was signed',
  'other-version': 'made by another version of Tizme: build the packages again with this one',
};

function lookAtIndex(
  packageDirectory: string,
  version: number,
  signed: string | null,
): PackageReadiness['index'] {
  const newer = folderOfVersion(join(packageDirectory, REGISTER_FILE), version);
  const file = [newer, packageDirectory]
    .map((folder) => join(folder, NATIONAL_INDEX_FILE))
    .find((one) => existsSync(one));
  const found = file === undefined ? null : hashFile(file);
  if (file === undefined || found === null) return 'missing';
  if (signed !== null && found.sha256 !== signed) return 'changed';
  if (indexVersionOf(file) !== 'ours') return 'other-version';
  return signed === null ? 'own' : 'whole';
}

import type { ElectionPart } from '../../src/packages/election-part.ts';
import type { HostOptions } from '../hosts/shared/host-options.ts';

export interface ProvisionedFrom {
  readonly mock: boolean;
  /** Whether the people and their devices are simulated, as in a rehearsal on one laptop. */
  readonly simulated: boolean;
  /** Where the package says that events go, whose signature says that they arrived, and who opens what comes on a stick. */
  readonly collector: ElectionPart['collector'];
}

/** What `start` reads on a laptop that was made a lane from a package. */
export function provisionedOptions(
  directories: Pick<HostOptions, 'dataDirectory' | 'packageDirectory'>,
  { mock, simulated, collector }: ProvisionedFrom,
): HostOptions {
  return {
    ...directories,
    collectorUrl: collector?.url ?? null,
    collectorKey: collector?.key ?? null,
    collectorRecipient: collector?.recipient ?? null,
    language: 'ky',
    seed: simulated ? 1 : null,
    devices: simulated ? 'simulated' : 'real',
    windows: ['desk', 'observer', 'issuing'],
    kiosk: !mock,
    contentProtection: !mock,
  };
}

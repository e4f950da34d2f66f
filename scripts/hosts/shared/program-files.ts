import { fileURLToPath } from 'node:url';

/**
 * Where the parts of the program lie that are started or read by their address. From sources this file is
 * scripts/hosts/shared/program-files.ts; in a bundle it is part of dist/<folder>/<file>.js, so that `..` is dist.
 */
export interface ProgramFiles {
  readonly bundled: boolean;
  readonly stationEntry: URL;
  readonly realDevicesEntry: URL;
  readonly simulatedDevicesEntry: URL;
  readonly fingerprintWorkerEntry: URL;
  /** Holds `station/`, `register/` and `collector/`. */
  readonly migrationsDirectory: string;
  /** Null from sources: the npm package has them. */
  readonly fontsDirectory: string | null;
  /** The built screens; from sources they are built on the first start. */
  readonly screensDirectory: string;
}

export function findProgramFiles(here: string = import.meta.url): ProgramFiles {
  return here.endsWith('.ts') ? sourceFiles(here) : bundledFiles(here);
}

function sourceFiles(here: string): ProgramFiles {
  const root = new URL('../../../', here);
  return {
    bundled: false,
    stationEntry: new URL('scripts/hosts/children/station.ts', root),
    realDevicesEntry: new URL('scripts/hosts/children/real-devices.ts', root),
    simulatedDevicesEntry: new URL('scripts/hosts/children/simulated-devices.ts', root),
    fingerprintWorkerEntry: new URL('src/fingerprint/fingerprint-worker.ts', root),
    migrationsDirectory: fileURLToPath(new URL('migrations/', root)),
    fontsDirectory: null,
    screensDirectory: fileURLToPath(new URL('dist/ui/', root)),
  };
}

function bundledFiles(here: string): ProgramFiles {
  const dist = new URL('../', here);
  return {
    bundled: true,
    stationEntry: new URL('processes/station.js', dist),
    realDevicesEntry: new URL('processes/real-devices.js', dist),
    simulatedDevicesEntry: new URL('processes/simulated-devices.js', dist),
    fingerprintWorkerEntry: new URL('processes/fingerprint-worker.js', dist),
    migrationsDirectory: fileURLToPath(new URL('migrations/', dist)),
    fontsDirectory: fileURLToPath(new URL('fonts/', dist)),
    screensDirectory: fileURLToPath(new URL('ui/', dist)),
  };
}

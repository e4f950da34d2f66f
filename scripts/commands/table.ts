import type { RunCommand } from '../command-io.ts';

interface Command {
  readonly name: string;
  readonly summary: string;
  /** Loaded when it is run, so that `tizme --help` does not open a database driver. */
  readonly load: () => Promise<RunCommand>;
}

/** Every command that exists, in the order of `--help`. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'start',
    summary: 'the kiosk; with no election on this laptop, a mock election',
    load: async () => (await import('./start.ts')).runStart,
  },
  {
    name: 'mock',
    summary: 'a whole election day without a screen, with its reconciliation at the end',
    load: async () => (await import('./mock.ts')).runMock,
  },
  {
    name: 'election',
    summary: 'generate a synthetic national register, deterministic from its seed',
    load: async () => (await import('./election.ts')).runElection,
  },
  {
    name: 'package',
    summary: 'build, sign, verify and compare the sealed packages of an election',
    load: async () => (await import('./package.ts')).runPackage,
  },
  {
    name: 'provision',
    summary: 'turn this laptop into a lane of a station',
    load: async () => (await import('./provision.ts')).runProvision,
  },
  {
    name: 'readiness',
    summary: 'test this laptop; join the reports of a fleet',
    load: async () => (await import('./readiness.ts')).runReadiness,
  },
  {
    name: 'register',
    summary: 'an encrypted register: import a list of voters, search it, export it, apply changes',
    load: async () => (await import('./register.ts')).runRegister,
  },
  {
    name: 'document',
    summary: 'what an identity document says, and whether it is genuine',
    load: async () => (await import('./document.ts')).runDocument,
  },
  {
    name: 'ledger',
    summary: 'check an exported log, against photographed checkpoints',
    load: async () => (await import('./ledger.ts')).runLedger,
  },
  {
    name: 'devices',
    summary: 'what is plugged in, whether it works, and what it is told',
    load: async () => (await import('./devices.ts')).runDevices,
  },
  {
    name: 'fingerprint',
    summary: 'extract, match and evaluate fingerprints',
    load: async () => (await import('./fingerprint.ts')).runFingerprint,
  },
  {
    name: 'collector',
    summary: 'the central service: takes the logs of the stations',
    load: async () => (await import('./collector.ts')).runCollector,
  },
  {
    name: 'bench',
    summary: 'a benchmark, each figure beside its aim',
    load: async () => (await import('./bench.ts')).runBench,
  },
  {
    name: 'lab',
    summary: 'the program on virtual hardware and networks that fail on purpose',
    load: async () => (await import('./lab.ts')).runLab,
  },
];

export function findCommand(name: string): Command | undefined {
  return COMMANDS.find((command) => command.name === name);
}

import type { CommandIo, RunCommand } from '../command-io.ts';
import { argumentFault, refuseCommand, refuseUsage } from '../usage.ts';

interface Lab {
  readonly name: string;
  readonly summary: string;
  /** Loaded when it is run; takes what stands behind the name. */
  readonly load: () => Promise<RunCommand>;
}

/** Every lab that exists, in the order of `--help`. */
const LABS: readonly Lab[] = [
  {
    name: 'devices',
    summary: 'each driver through the operating system, on emulated devices that are plugged and pulled',
    load: async () => (await import('../lab/devices/run-devices-lab.ts')).runDevicesLab,
  },
  {
    name: 'plugged',
    summary:
      'commands of `tizme devices` as a technician types them, on emulated devices that are plugged in',
    load: async () => (await import('../lab/devices/plugged/run-plugged-lab.ts')).runPluggedLab,
  },
  {
    name: 'desk',
    summary:
      'a desk on real devices, from the safe to voters with a receipt: PC/SC and serial lines of the system',
    load: async () => (await import('../lab/desk/run-desk-lab.ts')).runDeskLab,
  },
  {
    name: 'power',
    summary: 'ledger: the power is cut at any write, behind a real file system and a cache that loses',
    load: async () => (await import('../lab/power/run-power-lab.ts')).runPowerLab,
  },
  {
    name: 'lanes',
    summary: 'lanes as real processes in namespaces of their own: plugs pulled, cables deaf, kill -9',
    load: async () => (await import('../lab/lanes/run-lanes-lab.ts')).runLanesLab,
  },
  {
    name: 'discovery',
    summary: 'lanes in namespaces of their own that have to find each other by mDNS alone',
    load: async () => (await import('../lab/lanes/run-discovery-lab.ts')).runDiscoveryLab,
  },
  {
    name: 'long',
    summary: 'lanes: any number of simulated schedules of cuts, crashes, copied disks and clocks',
    load: async () => (await import('../lab/lanes/run-long-lab.ts')).runLongLab,
  },
];

/** `tizme lab NAME`: tries the program on virtual hardware; exit code 1 where anything did not hold. */
export async function runLab(args: readonly string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = args;
  const lab = LABS.find((each) => each.name === name);
  if (lab === undefined) {
    if (name !== '--help') {
      const known = LABS.map((one) => one.name);
      return refuseCommand('lab', name, known, io);
    }
    for (const line of usage()) io.out(line);
    return 0;
  }
  const run = await lab.load();
  try {
    return await run(rest, io);
  } catch (problem) {
    const fault = argumentFault(problem);
    if (fault === null) throw problem;
    return refuseUsage(`lab ${lab.name}`, fault, io);
  }
}

function usage(): string[] {
  const width = Math.max(...LABS.map((lab) => lab.name.length));
  return [
    'usage: tizme lab <name> [options]',
    ...LABS.map((lab) => `  ${lab.name.padEnd(width)}  ${lab.summary}`),
    'Each lab explains itself with --help, and with --json ends in one line of JSON.',
  ];
}

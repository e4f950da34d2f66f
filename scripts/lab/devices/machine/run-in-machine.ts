import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { err, ok, type Result } from '../../../../src/domain/result.ts';
import { SHARED } from './init-script.ts';
import { type MachineImage, QEMU } from './machine-image.ts';

export interface MachineRun {
  /** A program and its arguments, as on the host. */
  readonly command: readonly string[];
  readonly folder: string;
  /** One line of the program's standard output. */
  readonly onLine: (line: string) => void;
  /** One line of its standard error. */
  readonly onComplaint: (line: string) => void;
}

/** A machine that has told nothing for so long stands still; one that is slow goes on telling. */
const SILENCE_MILLISECONDS = 10 * 60_000;
const MEMORY_MEGABYTES = 2_048;
/** No KVM is asked for: the lab has to run where there is none, and then on every machine alike. */
const MACHINE = [
  ...['-M', 'q35', '-accel', 'tcg,thread=multi,tb-size=1024', '-cpu', 'max', '-smp', '2'],
  ...['-m', String(MEMORY_MEGABYTES), '-nodefaults', '-no-user-config', '-vga', 'none', '-display', 'none'],
  '-no-reboot',
];
const KERNEL_ARGUMENTS =
  'console=ttyS0 quiet mitigations=off nokaslr tsc=reliable random.trust_cpu=on rdinit=/init panic=-1';

/**
 * Starts the machine, runs the command in it as root beside a udev of its own, and switches it off.
 * @returns the command's exit code
 */
export async function runInMachine(image: MachineImage, run: MachineRun): Promise<Result<number, string>> {
  const exchange = await mkdtemp(join(tmpdir(), 'tizme-machine-'));
  try {
    await writeFile(join(exchange, 'run'), guestScript(run));
    const console = join(exchange, 'console');
    const machine = spawn(QEMU, machineArguments(image, exchange, console), {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    });
    const [, , own, output, complaints] = machine.stdio;
    const limit = setTimeout(() => machine.kill('SIGKILL'), SILENCE_MILLISECONDS);
    for (const [source, listener] of [
      [output, run.onLine],
      [own, run.onComplaint],
      [complaints, run.onComplaint],
    ] as const) {
      createInterface({ input: source as Readable }).on('line', (line) => {
        limit.refresh();
        listener(line);
      });
    }
    const [code, signal] = await once(machine, 'close');
    clearTimeout(limit);
    const exit = Number.parseInt(await readFile(join(exchange, 'exit'), 'utf8').catch(() => ''), 10);
    if (Number.isInteger(exit)) return ok(exit);
    const said = (await readFile(console, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n');
    return err(`the machine ended without a result (${signal ?? code}): ${said}`);
  } finally {
    await rm(exchange, { recursive: true, force: true });
  }
}

function machineArguments(image: MachineImage, exchange: string, console: string): string[] {
  const share = (tag: string, path: string, readOnly: boolean) => [
    '-fsdev',
    `local,id=${tag},path=${path},security_model=none,multidevs=remap${readOnly ? ',readonly=on' : ''}`,
    '-device',
    `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`,
  ];
  return [
    ...MACHINE,
    ...['-serial', `file:${console}`],
    ...['-kernel', image.kernel, '-initrd', image.initialFiles, '-append', KERNEL_ARGUMENTS],
    ...share(SHARED.root, '/', true),
    ...share(SHARED.layer, image.layer, true),
    ...share(SHARED.exchange, exchange, false),
    ...['-device', 'virtio-serial-pci'],
    ...['-chardev', 'socket,id=output,fd=3', '-device', 'virtserialport,chardev=output'],
    ...['-chardev', 'socket,id=complaints,fd=4', '-device', 'virtserialport,chardev=complaints'],
  ];
}

/** Hot-plug events come from udev, so one runs in the machine. It says nothing about its own layer. */
function guestScript({ command, folder }: MachineRun): string {
  return [
    'export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8',
    // The host's /tmp is only read: the checkout may lie in it.
    'export SYSTEMD_IGNORE_CHROOT=1 TMPDIR=/run/tmp',
    '/usr/lib/systemd/systemd-udevd --daemon --resolve-names=never >&2',
    'udevadm trigger',
    'udevadm settle',
    `cd ${quote(folder)}`,
    `exec ${command.map(quote).join(' ')}`,
    '',
  ].join('\n');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

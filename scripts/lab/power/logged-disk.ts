import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const DISK_BYTES = 48 * 1024 * 1024;
const LOG_BYTES = 8 * 1024 * 1024 * 1024;

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** Mounts an image with the file system on it; the loop device goes with the mount. */
export class Mounted {
  readonly folder: string;
  readonly #image: string;
  readonly #loop: string;

  constructor(image: string, folder: string) {
    this.folder = folder;
    this.#image = image;
    this.#loop = run('losetup', '--find', '--show', image);
    try {
      run('mount', this.#loop, folder);
    } catch (cause) {
      run('losetup', '--detach', this.#loop);
      throw cause;
    }
  }

  close(): void {
    run('umount', this.folder);
    run('losetup', '--detach', this.#loop);
    // Where something else looks at the device, it lets go of its file a little later than it says.
    const started = Date.now();
    while (run('losetup', '--associated', this.#image) !== '') {
      if (Date.now() - started > 10_000) throw new Error('a loop device does not let go of its file');
    }
  }
}

/**
 * A disk that remembers each write: a file behind QEMU's blklogwrites, exported as a file again, behind a loop
 * device, with ext4 on it. Takes root, /dev/fuse and loop devices.
 */
export class LoggedDisk {
  readonly logFile: string;
  readonly #daemon: ChildProcess;
  readonly #mounted: Mounted;

  private constructor(logFile: string, daemon: ChildProcess, mounted: Mounted) {
    this.logFile = logFile;
    this.#daemon = daemon;
    this.#mounted = mounted;
  }

  get folder(): string {
    return this.#mounted.folder;
  }

  static async create(directory: string, mountPoint: string): Promise<LoggedDisk> {
    const [disk, logFile, exported] = ['disk', 'log', 'exported'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    for (const file of [disk, logFile, exported]) writeFileSync(file, '');
    truncateSync(disk, DISK_BYTES);
    truncateSync(logFile, LOG_BYTES);
    const daemon = spawn(
      'qemu-storage-daemon',
      [
        ...['--blockdev', `driver=file,node-name=disk-file,filename=${disk}`],
        ...['--blockdev', 'driver=raw,node-name=disk,file=disk-file'],
        ...['--blockdev', `driver=file,node-name=log-file,filename=${logFile}`],
        ...['--blockdev', 'driver=raw,node-name=log,file=log-file'],
        ...['--blockdev', 'driver=blklogwrites,node-name=logged,file=disk,log=log,log-sector-size=512'],
        ...['--export', `type=fuse,id=exported,node-name=logged,mountpoint=${exported},writable=on`],
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    try {
      for (let i = 0; statSync(exported).size !== DISK_BYTES; i += 1) {
        if (i > 200 || daemon.exitCode !== null) throw new Error('the logged disk did not appear');
        await sleep(25);
      }
      run('mkfs.ext4', '-q', '-F', exported);
      return new LoggedDisk(logFile, daemon, new Mounted(exported, mountPoint));
    } catch (cause) {
      daemon.kill();
      throw cause;
    }
  }

  async close(): Promise<void> {
    this.#mounted.close();
    const ended = new Promise((resolve) => this.#daemon.once('exit', resolve));
    this.#daemon.kill();
    await ended;
  }
}

/** What the lab can't do without, and this machine has not. */
export function missingParts(): string[] {
  const missing: string[] = [];
  if (process.platform !== 'linux' || process.getuid?.() !== 0) missing.push('root on Linux');
  for (const command of ['qemu-storage-daemon', 'losetup', 'mkfs.ext4', 'mount', 'unshare']) {
    try {
      run('sh', '-c', `command -v ${command}`);
    } catch {
      missing.push(command);
    }
  }
  for (const device of ['/dev/fuse', '/dev/loop-control']) {
    if (statSync(device, { throwIfNoEntry: false }) === undefined) missing.push(device);
  }
  return missing;
}

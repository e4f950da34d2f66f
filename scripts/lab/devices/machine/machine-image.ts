import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { err, ok, type Result } from '../../../../src/domain/result.ts';
import { installPackages, type NeededProgram, runProgram, updateLists } from '../debian-packages.ts';
import { INIT_SCRIPT, LOADED_AT_START } from './init-script.ts';

/** What QEMU starts, unpacked and kept outside the checkout. */
export interface MachineImage {
  /** The kernel as an ELF file, which QEMU starts without unpacking it first. */
  readonly kernel: string;
  readonly initialFiles: string;
  /** Files that the machine has and this one may lack: udev, libusb. */
  readonly layer: string;
  readonly kernelRelease: string;
}

export const QEMU = '/usr/bin/qemu-system-x86_64';
const BUSYBOX = '/bin/busybox';
const PROGRAMS: readonly NeededProgram[] = [
  { path: QEMU, package: 'qemu-system-x86' },
  { path: BUSYBOX, package: 'busybox-static' },
  { path: '/sbin/depmod', package: 'kmod' },
  { path: '/usr/bin/cpio', package: 'cpio' },
  { path: '/usr/bin/xz', package: 'xz-utils' },
];
/** Unpacked for the machine only; nothing of them is installed here. */
const LAYER_PACKAGES = ['udev', 'libusb-1.0-0'];
const XZ_MAGIC = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
const ELF_MAGIC = 0x7f454c46;

/** Builds the machine from Debian's own kernel, or finds the one that was built before. */
export async function prepareMachine(
  progress: (line: string) => void,
): Promise<Result<MachineImage, string>> {
  const missing = PROGRAMS.filter(({ path }) => !existsSync(path) || wantsLibraries(path)).map(
    (each) => each.package,
  );
  const installed = installPackages(missing, progress);
  if (!installed.ok) return installed;
  const known = newestKernel();
  if (known.ok && existsSync(folderOf(known.value))) return ok(imageIn(folderOf(known.value), known.value));
  // What a list of long ago names is no longer there to be fetched.
  updateLists(progress);
  const release = newestKernel();
  if (!release.ok) return release;
  const folder = folderOf(release.value);
  progress(`unpacking Debian's kernel ${release.value} into ${folder}`);
  const made = await mkdir(join(folder, '..'), { recursive: true }).catch((problem: Error) => problem);
  if (made instanceof Error) return err(`no folder for the unpacked kernel: ${made.message}`);
  const building = await mkdtemp(`${folder}-`);
  const built = await build(building, release.value);
  if (!built.ok) {
    await rm(building, { recursive: true, force: true });
    return built;
  }
  // A second lab may have been quicker; either is good.
  await rename(building, folder).catch(() => rm(building, { recursive: true, force: true }));
  return ok(imageIn(folder, release.value));
}

/** Kept outside the checkout, and built anew when what is in it changes. */
function folderOf(release: string): string {
  const version = createHash('sha256').update(INIT_SCRIPT).update(LOADED_AT_START.join()).digest('hex');
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(cache, 'tizme', 'lab-devices', `${release}-${version.slice(0, 12)}`);
}

function imageIn(folder: string, kernelRelease: string): MachineImage {
  return {
    kernel: join(folder, 'vmlinux'),
    initialFiles: join(folder, 'initrd.cpio'),
    layer: join(folder, 'layer'),
    kernelRelease,
  };
}

/** Debian's other busybox wants libraries, which the machine does not have when it starts. */
function wantsLibraries(path: string): boolean {
  return path === BUSYBOX && readFileSync(path).subarray(0, 4_096).includes('/ld-linux');
}

/** The release behind Debian's linux-image-amd64. */
function newestKernel(): Result<string, string> {
  const shown = runProgram('apt-cache', ['depends', 'linux-image-amd64']);
  if (!shown.ok) return shown;
  const [, release] = /Depends: linux-image-([0-9][^\s]*)/.exec(shown.value.toString()) ?? [];
  return release === undefined
    ? err('apt knows no linux-image-amd64: run apt-get update first, on Debian')
    : ok(release);
}

async function build(folder: string, release: string): Promise<Result<void, string>> {
  const unpacked = join(folder, 'unpacked');
  const layer = join(folder, 'layer');
  for (const [target, packages] of [
    [unpacked, [`linux-image-${release}`]],
    [layer, LAYER_PACKAGES],
  ] as const) {
    const done = await downloadAndUnpack(packages, target);
    if (!done.ok) return done;
  }
  await mergeIntoUsr(layer);
  const kernel = unpackKernel(await readFile(join(unpacked, 'boot', `vmlinuz-${release}`)));
  if (!kernel.ok) return kernel;
  await writeFile(join(folder, 'vmlinux'), kernel.value);
  const packed = await packInitialFiles(join(folder, 'initial'), unpacked, release);
  if (!packed.ok) return packed;
  await writeFile(join(folder, 'initrd.cpio'), packed.value);
  await rm(unpacked, { recursive: true });
  await rm(join(folder, 'initial'), { recursive: true });
  return ok();
}

async function downloadAndUnpack(packages: readonly string[], target: string): Promise<Result<void, string>> {
  await mkdir(target, { recursive: true });
  const downloads = await mkdtemp(`${target}-downloads-`);
  const downloaded = runProgram('apt-get', ['download', '-qq', ...packages], { cwd: downloads });
  if (!downloaded.ok) return downloaded;
  for (const file of await readdir(downloads)) {
    const unpacked = runProgram('dpkg-deb', ['-x', join(downloads, file), target]);
    if (!unpacked.ok) return unpacked;
  }
  await rm(downloads, { recursive: true });
  return ok();
}

/** /lib is a link on a Debian of today: a real folder laid over it would hide all that is in it. */
async function mergeIntoUsr(layer: string): Promise<void> {
  for (const name of ['lib', 'bin', 'sbin']) {
    const folder = join(layer, name);
    if (!existsSync(folder)) continue;
    await cp(folder, join(layer, 'usr', name), { recursive: true, verbatimSymlinks: true });
    await rm(folder, { recursive: true });
  }
}

/**
 * The kernel inside a bzImage, which unpacks itself far too slowly on an emulated processor. Where it lies is in the
 * image's own header (Documentation/arch/x86/boot.rst: setup_sects, payload_offset, payload_length).
 */
function unpackKernel(image: Buffer): Result<Buffer, string> {
  const start = (image.readUInt8(0x1f1) + 1) * 512 + image.readUInt32LE(0x248);
  // Its last four bytes are the length of what comes out.
  const packed = image.subarray(start, start + image.readUInt32LE(0x24c) - 4);
  if (!packed.subarray(0, XZ_MAGIC.length).equals(XZ_MAGIC)) return err('this kernel is not packed by xz');
  const plain = runProgram('xz', ['--decompress', '--stdout'], { input: packed });
  if (!plain.ok) return plain;
  return plain.value.readUInt32BE(0) === ELF_MAGIC ? ok(plain.value) : err('the packed part is no ELF file');
}

/** A file system in a cpio archive: busybox, the modules in the order in which they are loaded, and `init`. */
async function packInitialFiles(
  folder: string,
  unpacked: string,
  release: string,
): Promise<Result<Buffer, string>> {
  const dependencies = runProgram('/sbin/depmod', ['-b', unpacked, release]);
  if (!dependencies.ok) return dependencies;
  for (const name of ['bin', 'modules', 'proc', 'sys', 'dev', 'host', 'layer', 'exchange', 'over', 'new']) {
    await mkdir(join(folder, name), { recursive: true });
  }
  await copyFile(BUSYBOX, join(folder, 'bin', 'busybox'));
  const modules = join(unpacked, 'lib', 'modules', release);
  const order = inLoadingOrder(await readFile(join(modules, 'modules.dep'), 'utf8'));
  if (!order.ok) return order;
  for (const path of order.value)
    await copyFile(join(modules, path), join(folder, 'modules', basename(path)));
  await writeFile(
    join(folder, 'modules', 'order'),
    order.value.map((path) => `${basename(path)}\n`).join(''),
  );
  await writeFile(join(folder, 'init'), INIT_SCRIPT);
  await chmod(join(folder, 'init'), 0o755);
  const listed = runProgram('find', ['.'], { cwd: folder });
  if (!listed.ok) return listed;
  return runProgram('cpio', ['--create', '--format=newc', '--quiet'], { cwd: folder, input: listed.value });
}

/** Each module behind those that it needs. `dependencies` is modules.dep: the nearest need stands first. */
export function inLoadingOrder(
  dependencies: string,
  wanted: readonly string[] = LOADED_AT_START,
): Result<readonly string[], string> {
  const needs = new Map<string, { readonly path: string; readonly before: readonly string[] }>();
  for (const line of dependencies.split('\n')) {
    const [path, before = ''] = line.split(':');
    if (path === undefined || path === '') continue;
    needs.set(basename(path, '.ko'), { path, before: before.split(' ').filter((each) => each !== '') });
  }
  const order: string[] = [];
  for (const name of wanted) {
    const module = needs.get(name);
    if (module === undefined) return err(`this kernel has no module ${name}`);
    for (const path of [...module.before.toReversed(), module.path])
      if (!order.includes(path)) order.push(path);
  }
  return ok(order);
}

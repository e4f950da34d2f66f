/** What a file system refused, as a code for JSON and one sentence for whoever typed the command. */
export interface FileFault {
  readonly code: 'disk-full' | 'disk-failed' | 'no-access' | 'no-folder' | 'is-there-already';
  readonly sentence: string;
}

const NO_SPACE = ['ENOSPC', 'EDQUOT', 'EFBIG'];
const NO_ACCESS = ['EACCES', 'EPERM', 'EROFS'];
const NO_PLACE = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP'];
const FAILED = ['EIO', 'ENXIO', 'ENODEV', 'EBUSY', 'EMFILE', 'ENFILE'];

/** Null where it is nothing that a file system says: a bug, which goes on being thrown. */
export function fileFaultOf(cause: unknown): FileFault | null {
  if (!(cause instanceof Error && 'syscall' in cause && 'code' in cause)) return null;
  const code = String(cause.code);
  // Writing into a file that is open already names no path; of a copy it is the end that takes no more.
  const named = [fieldOf(cause, 'dest'), fieldOf(cause, 'path')].find((path) => path !== null);
  const place = named === undefined ? '' : `${named}: `;
  if (NO_SPACE.includes(code))
    return {
      code: 'disk-full',
      sentence: `${place}the disk is full. Make room, and run the same command again.`,
    };
  // Whatever stands in the way of a folder, Node calls it one of two things.
  if (cause.syscall === 'mkdir' && (code === 'ENOENT' || code === 'EEXIST'))
    return {
      code: 'no-folder',
      sentence: `${place}the folder can not be made: check the name, whether a file is in its place, and whether the medium takes anything.`,
    };
  if (NO_ACCESS.includes(code))
    return {
      code: 'no-access',
      sentence: `${place}it can not be read or written by this user, or the medium is write-protected (${code}).`,
    };
  if (NO_PLACE.includes(code))
    return {
      code: 'no-folder',
      sentence: `${place}there is no such file or folder, or one stands where the other is needed (${code}). Check the name.`,
    };
  if (code === 'EEXIST')
    return { code: 'is-there-already', sentence: `${place}it is there already; nothing was changed.` };
  if (FAILED.includes(code))
    return {
      code: 'disk-failed',
      sentence: `${place}the disk or the stick failed (${code}). Check it, or use another one.`,
    };
  return null;
}

function fieldOf(cause: Error, name: string): string | null {
  const value: unknown = Object.getOwnPropertyDescriptor(cause, name)?.value;
  return typeof value === 'string' ? value : null;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { err, ok, unwrap } from '../../domain/result.ts';
import { hasProgram } from '../../store/testing/has-program.ts';
import { writeDeviceSecret } from './device-secret.ts';
import { chooseKeeper, keepShare, readShare } from './device-share.ts';

const SHARE = Uint8Array.from({ length: 32 }, (_, index) => 200 - index);

let folder: string;
let laptop: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-share-'));
  laptop = join(folder, 'laptop');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('on a stick', () => {
  const keep = () => {
    const stick = join(folder, 'stick');
    mkdirSync(stick);
    return keepShare(laptop, { kind: 'stick', folder: stick }, 'laptop-1', SHARE);
  };

  it('the share is there with the stick, not on the laptop, and a named fault without it', () => {
    unwrap(keep());
    expect(readShare(laptop)).toEqual(ok(SHARE));
    for (const name of readdirSync(laptop)) {
      const text = readFileSync(join(laptop, name), 'latin1');
      expect(text).not.toContain(Buffer.from(SHARE).toString('hex'));
    }
    rmSync(join(folder, 'stick'), { recursive: true });
    expect(readShare(laptop)).toEqual(err('stick-share-missing'));
  });

  it('nothing is made where no stick is, and a second laptop’s share never replaces the first one’s', () => {
    expect(keepShare(laptop, { kind: 'stick', folder: join(folder, 'nowhere') }, 'laptop-1', SHARE)).toEqual(
      err('stick-share-missing'),
    );
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
    unwrap(keep());
    const again = keepShare(laptop, { kind: 'stick', folder: join(folder, 'stick') }, 'laptop-1', SHARE);
    expect(again).toEqual(err('stick-unwritable'));
  });

  it('a share file that was cut short or overwritten opens nothing', () => {
    unwrap(keep());
    const [name = ''] = readdirSync(join(folder, 'stick'));
    for (const text of ['', 'ab', 'z'.repeat(64)]) {
      writeFileSync(join(folder, 'stick', name), text);
      expect(readShare(laptop)).toEqual(err('stick-share-missing'));
    }
  });
});

it('a laptop with neither a TPM nor a stick is told so, never given something weaker', () => {
  const before = process.env.TPM2TOOLS_TCTI;
  process.env.TPM2TOOLS_TCTI = 'device:/dev/tizme-no-such-tpm';
  try {
    expect(chooseKeeper(null)).toEqual(err('no-keeper'));
  } finally {
    if (before === undefined) delete process.env.TPM2TOOLS_TCTI;
    else process.env.TPM2TOOLS_TCTI = before;
  }
  expect(chooseKeeper('/media/stick')).toEqual(ok({ kind: 'stick', folder: '/media/stick' }));
});

it('a training laptop keeps its share in a file, as before', () => {
  mkdirSync(laptop);
  const secret = writeDeviceSecret(laptop);
  expect(readShare(laptop)).toEqual(ok(secret));
  writeFileSync(join(laptop, 'device-share.json'), '{"version":1,"keeper":"cloud"}');
  expect(readShare(laptop)).toEqual(err('share-record-damaged'));
});

/** A TPM 2.0 in software (https://github.com/stefanberger/swtpm) behind the very tools that a laptop's has. */
describe.runIf(hasProgram('swtpm') && hasProgram('tpm2_createprimary'))('in a TPM', () => {
  let tpm: ChildProcess;
  const before = process.env.TPM2TOOLS_TCTI;

  async function startTpm(state: string): Promise<void> {
    mkdirSync(state, { recursive: true });
    const socket = join(state, 'socket');
    tpm = spawn('swtpm', [
      ...['socket', '--tpm2', '--tpmstate', `dir=${state}`, '--flags', 'startup-clear,not-need-init'],
      ...['--server', `type=unixio,path=${socket}`, '--ctrl', `type=unixio,path=${socket}.ctrl`],
    ]);
    // A name in the folder may be that of the one before, or of one that doesn't listen yet.
    while (tpm.exitCode === null && !(await listensAt(socket))) await new Promise(setImmediate);
    process.env.TPM2TOOLS_TCTI = `swtpm:path=${socket}`;
  }

  async function stopTpm(): Promise<void> {
    if (tpm.exitCode !== null) return;
    tpm.kill();
    await once(tpm, 'exit');
  }

  afterEach(async () => {
    await stopTpm();
    if (before === undefined) delete process.env.TPM2TOOLS_TCTI;
    else process.env.TPM2TOOLS_TCTI = before;
  });

  it('the share comes back from that TPM, after a restart too, and from no other', async () => {
    await startTpm(join(folder, 'tpm'));
    expect(chooseKeeper(null)).toEqual(ok({ kind: 'tpm' }));
    unwrap(keepShare(laptop, { kind: 'tpm' }, 'laptop-1', SHARE));
    expect(readShare(laptop)).toEqual(ok(SHARE));
    await stopTpm();
    await startTpm(join(folder, 'tpm'));
    expect(readShare(laptop)).toEqual(ok(SHARE));
    // The disk in another laptop: everything that lies on it, and another TPM.
    const copied = join(folder, 'copied-disk');
    cpSync(laptop, copied, { recursive: true });
    await stopTpm();
    await startTpm(join(folder, 'other-tpm'));
    expect(readShare(copied)).toEqual(err('tpm-refuses'));
  });
});

function listensAt(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => socket.end(() => resolve(true)));
    socket.once('error', () => resolve(false));
  });
}

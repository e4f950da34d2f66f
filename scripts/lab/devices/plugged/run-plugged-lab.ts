import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandIo } from '../../../command-io.ts';
import { parseOnce } from '../../../usage.ts';
import { bundlePrograms, removeBundle } from '../machine/bundle-program.ts';
import { prepareMachine } from '../machine/machine-image.ts';
import { runInMachine } from '../machine/run-in-machine.ts';
import { PLAYED, type PlayedName } from '../played/played-devices.ts';
import type { PluggedMessage } from './plugged-message.ts';

/** One of each kind. */
const A_DESK = [
  'futronic',
  'ccid-tpdu-t1',
  'hid-reader',
  'usb-printer',
] as const satisfies readonly PlayedName[];

const USAGE = [
  'usage: tizme lab plugged [--plug NAME,...] [--json] "COMMAND" ...',
  "  runs commands of `tizme devices`, or `readiness`, each in quotes, on emulated devices at the USB of Debian's kernel",
  '  in a virtual machine: a card lies in the reader, a finger on the glass, paper is in the printer; while `watch` runs,',
  '  the first device is pulled out and plugged in again. Files that a command writes come into this folder; files to',
  '  print lie in it',
  `  --plug   ${PLAYED.join(', ')}`,
  `           (${A_DESK.join(',')})`,
  '  for instance: tizme lab plugged list test "apdu 00a4040c07a0000002471001" "watch --seconds 15" "capture --out finger.png"',
];

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** `tizme lab plugged`: exit code 0 only where every command's is. */
export async function runPluggedLab(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseOnce({
    args: [...args],
    options: {
      plug: { type: 'string', default: A_DESK.join(',') },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const commands = positionals.map((text) => text.trim().split(/\s+/));
  const known = values.plug.split(',').every((name) => PLAYED.some((each) => each === name));
  if (values.help || !known || commands.length === 0) {
    for (const line of USAGE) values.help ? io.out(line) : io.progress(line);
    return values.help ? 0 : 2;
  }
  const image = await prepareMachine((line) => io.progress(line));
  if (!image.ok) {
    io.progress(image.error);
    return 1;
  }
  io.progress(`starting Debian's kernel ${image.value.kernelRelease} in a virtual machine`);
  const show = (line: string) => (values.json ? io.progress(line) : io.out(line));
  const codes: number[] = [];
  const files: { readonly name: string; readonly bytes: Buffer }[] = [];
  let finished = false;
  const take = (message: PluggedMessage) => {
    switch (message.type) {
      case 'command':
        return show(
          `$ tizme ${message.command[0] === 'readiness' ? '' : 'devices '}${message.command.join(' ')}`,
        );
      case 'line':
        return show(message.line);
      case 'hand':
        return show(`  (${message.what})`);
      case 'ended':
        codes.push(message.code);
        return show(`  (exit code ${message.code})`);
      case 'file':
        files.push({ name: basename(message.name), bytes: Buffer.from(message.bytes, 'base64') });
        return;
      case 'done':
        finished = true;
    }
  };
  const bundle = await bundlePrograms();
  try {
    const run = await runInMachine(image.value, {
      command: [
        ...[process.execPath, `${bundle}/plugged-main.js`],
        ...['--plug', values.plug, '--commands', JSON.stringify(commands), '--program', ROOT],
      ],
      folder: process.cwd(),
      onLine: (line) => take(JSON.parse(line) as PluggedMessage),
      onComplaint: (line) => io.progress(line),
    });
    if (!run.ok) {
      io.progress(run.error);
      return 1;
    }
  } finally {
    await removeBundle(bundle);
  }
  let kept = true;
  for (const { name, bytes } of files) {
    // A finger is nobody else's to read.
    const written = await writeFile(name, bytes, { flag: 'wx', mode: 0o600 }).then(
      () => true,
      () => false,
    );
    kept &&= written;
    show(written ? `${name}: ${bytes.length} bytes` : `${name}: cannot be written, or is there already`);
  }
  const good = finished && kept && codes.length === commands.length && codes.every((code) => code === 0);
  if (values.json) io.out(JSON.stringify({ good, codes, files: files.map(({ name }) => name) }));
  return good ? 0 : 1;
}

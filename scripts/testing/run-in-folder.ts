import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTizme } from '../run-tizme.ts';

export interface RanCommand {
  readonly code: number;
  readonly out: readonly string[];
  /** Standard error, a line each. */
  readonly said: readonly string[];
  /** What the command left in the folder or among this laptop's data. */
  readonly left: readonly string[];
}

/**
 * A folder for command lines that can't be carried out: `folder`, `empty`, `empty.json`, and of this laptop no data. The
 * process works in it until `remove`.
 */
export function createCommandFolder() {
  const before = { directory: process.cwd(), data: process.env.TIZME_DATA };
  const root = mkdtempSync(join(tmpdir(), 'tizme-command-'));
  const data = join(root, 'data');
  for (const name of ['folder', 'data']) mkdirSync(join(root, name));
  for (const name of ['empty', 'empty.json', 'empty.tizme']) writeFileSync(join(root, name), '');
  process.chdir(root);
  process.env.TIZME_DATA = data;
  const listed = (): string[] => readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return {
    root,
    async run(line: string): Promise<RanCommand> {
      const [out, said]: [string[], string[]] = [[], []];
      const there = listed();
      const io = { out: (text: string) => out.push(text), progress: (text: string) => said.push(text) };
      const code = await runTizme(line.split(' '), io);
      return { code, out, said, left: listed().filter((name) => !there.includes(name)) };
    },
    remove(): void {
      process.chdir(before.directory);
      if (before.data === undefined) delete process.env.TIZME_DATA;
      else process.env.TIZME_DATA = before.data;
      rmSync(root, { recursive: true, force: true });
    },
  };
}

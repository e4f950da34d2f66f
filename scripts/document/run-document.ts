import { runDocument } from '../commands/document.ts';
import type { FindCardReaders } from './card-readers.ts';

/** Runs `tizme document ...` for a test, on a day of its own, and gives what it said. */
export function run(...args: string[]) {
  return runWith(undefined, ...args);
}

export async function runWith(find: FindCardReaders | undefined, ...args: string[]) {
  const out: string[] = [];
  const progress: string[] = [];
  const io = { out: (line: string) => out.push(line), progress: (text: string) => progress.push(text) };
  const code = await runDocument([...args, '--today', '2026-11-22'], io, find);
  return { code, out, progress, json: JSON.parse(args.includes('--json') ? (out.at(-1) ?? '') : 'null') };
}

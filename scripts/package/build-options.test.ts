import { expect, it } from 'vitest';
import { sayWhatVisitorsMeet } from './build-options.ts';

it('a build from one station’s register says that voters of other stations are sent home, and only then', () => {
  const said: string[] = [];
  const io = { progress: (line: string) => said.push(line) };
  sayWhatVisitorsMeet({ anyPrecinct: true }, true, io);
  sayWhatVisitorsMeet({ anyPrecinct: false }, false, io);
  expect(said).toEqual([]);
  sayWhatVisitorsMeet({ anyPrecinct: true }, false, io);
  expect(said).toEqual([expect.stringMatching(/one station’s.*get a slip.*national register/)]);
});

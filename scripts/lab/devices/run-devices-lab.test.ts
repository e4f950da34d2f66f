import { expect, test } from 'vitest';
import { runDevicesLab } from './run-devices-lab.ts';

test('a name that stands in no table is refused before anything starts: nothing checked is nothing that holds', async () => {
  for (const only of ['nothing', 'futronic,nothing', 'futronic,', 'Futronic']) {
    const said: string[] = [];
    const io = { out: (line: string) => said.push(line), progress: (line: string) => said.push(line) };
    expect(await runDevicesLab(['--only', only, '--rounds', '1'], io)).toBe(2);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('--only: there is no "');
    expect(said[0]).toContain('futronic, digitalpersona');
  }
});

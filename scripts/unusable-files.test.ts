import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCommandFolder } from './testing/run-in-folder.ts';

let place: ReturnType<typeof createCommandFolder>;
beforeAll(async () => {
  place = createCommandFolder();
  writeFileSync(join(place.root, 'words'), 'one long word\ntwo long words\nthree long words\n');
  const members = '--member first --member second --member third';
  const keys = await place.run(`package keys --out keys --origin a ${members} --passphrase-file words`);
  expect(keys.code).toBe(0);
});
afterAll(() => place.remove());

const TRUST = '--trust keys/commission.json';
const PEOPLE = '--person a --person b';
const KEYS = '--passphrase-file words';

/** FILE stands where the file that can't be used goes. */
const COMMANDS = [
  'provision enrol --trust FILE --out o.json --station 1 --lane 1 --share-on folder',
  'provision spare --stick FILE --trust t --member a --lane 1 --last-receipt 0',
  `provision admit FILE ${PEOPLE}`,
  'provision labels FILE --out l.pdf',
  `package keys --out k --origin a --member a --member b --member c --passphrase-file FILE`,
  `package sign FILE ${TRUST} --key keys/member-first.key.json ${KEYS}`,
  `package sign empty.tizme ${TRUST} --key FILE ${KEYS}`,
  `package show FILE ${TRUST}`,
  'package show empty.tizme --trust FILE',
  `package open FILE ${TRUST} --recover keys/member-first.key.json --recover keys/member-second.key.json ${KEYS}`,
  `package diff FILE empty.tizme ${TRUST}`,
  `package changes FILE --package empty.tizme --out folder ${TRUST} --key a --key b`,
  'package letters --packages folder --out l.pdf --station 1 --election FILE',
  `package build --out b --enrolments folder ${TRUST} --election FILE`,
  `package visitors --out b --register r --register-keys FILE --procedure p --plan l`,
  'package forget FILE',
  'register import FILE --register r.db --keys k.json --election e',
  'register import FILE --register r.db --keys k.json --election e --stations empty',
  'register search a --register r.db --keys FILE',
  'register index --register r.db --keys FILE --index-key i --out o',
  'register apply d --register r.db --keys k --authority FILE',
  'register delta FILE --register r.db --keys k --sign s --out o',
  'document show --dg 1=FILE',
  'document mrz X --series FILE',
  'document verify --sod folder/none --trust FILE',
  'devices print FILE',
  'fingerprint extract FILE',
  'fingerprint evaluate FILE',
  'ledger verify FILE',
  'ledger verify folder --checkpoint FILE/none',
  'ledger station FILE',
  'readiness --collect FILE',
  'mock --prints FILE',
  'collector --devices FILE --store sqlite:c.db --port 0',
];

/** The last is there and can't be read, for nobody: root reads whatever has the wrong owner. */
const FILES = ['not-there', 'folder', 'empty', ...(process.platform === 'linux' ? ['/proc/self/mem'] : [])];

describe.each(FILES)('where %s stands for a file', (file) => {
  it.each(COMMANDS)(
    '"%s" says so, without a stack, with exit code 1, and leaves nothing behind',
    async (line) => {
      const { code, out, said, left } = await place.run(line.replace('FILE', file));
      expect({ code, left }).toEqual({ code: 1, left: [] });
      const lines = [...out, ...said];
      expect(lines.join('\n')).not.toMatch(/\n\s+at |undefined|\[object|NaN/);
      // A log is evidence, beside which stands what to do with it; of a chip's file its size is said, too.
      const most = /^ledger verify FILE|^document show/.test(line) ? 2 : 1;
      expect(lines.length).toBeLessThanOrEqual(most);
      for (const one of lines) expect(one).toMatch(/^[^\n]{10,400}$/);
    },
  );
});

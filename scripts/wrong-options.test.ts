import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCommandFolder } from './testing/run-in-folder.ts';

let place: ReturnType<typeof createCommandFolder>;
beforeAll(() => {
  place = createCommandFolder();
});
afterAll(() => place.remove());

const ENROL = 'provision enrol --trust empty.json --out o.json --station 1 --lane 1';
const SPARE = 'provision spare --stick folder --trust t --member a --lane 1';
const ERASE = 'provision erase --person a --person b --out c.pdf';
const IMPORT = 'register import empty --register r.db --keys k.json --election e';
const INPUTS = '--register r --register-keys k --procedure p --plan l';

describe('a command line that can not be understood', () => {
  it.each([
    // What is missing.
    ['provision enrol', '--trust and --out'],
    ['provision spare', '--stick, --trust and --member'],
    [SPARE, '--last-receipt is needed'],
    ['provision admit', 'two --person'],
    ['provision admit --person a --person b', 'the file of the spare is needed, or --lan'],
    ['provision admit --lan --person a --person b', '--lane takes 1 to 10'],
    ['provision delta d', 'two --person'],
    ['provision update p', 'two --person'],
    ['provision pin', '--for'],
    ['provision pin --for a --person b', 'two --person'],
    ['provision erase', '--out names the certificate'],
    ['provision erase --out c.pdf', 'two --person'],
    ['provision labels folder', '--out names the PDF'],
    ['package letters', '--packages, and one of --printer and --out'],
    ['package letters --packages folder --out l.pdf', '--station'],
    ['package sign p.tizme --trust t', '--key'],
    ['package changes c.json --package p --out o --trust t --key one', 'two are needed'],
    ['register lookup --register r --keys k', 'one of --personal-number'],
    ['devices apdu', 'at least four bytes'],
    ['devices capture', '--out FILE.png'],
    ['devices print', 'one picture'],
    ['document mrz', 'the lines of a zone'],
    ['document show', '--dg N=FILE'],
    ['document verify', '--sod FILE'],
    ['document read', '--mrz'],
    ['fingerprint extract', 'one image'],
    ['fingerprint match one', 'two images'],
    ['fingerprint identify one', '--in a folder'],
    ['fingerprint evaluate', 'one folder or more'],
    ['fingerprint show one', '--out'],
    ['fingerprint generate', '--out and a folder'],
    // What nobody means.
    ['provision enrol --trust t --out o --station x --lane 1', '--station'],
    ['provision enrol --trust t --out o --station 1 --lane 11', '--lane takes 1 to 10'],
    [`${ENROL} --address nonsense`, '--address takes HOST:PORT'],
    [`${ENROL} --address laptop:65536`, '--address takes HOST:PORT'],
    [`${ENROL} --seal=`, '--seal is empty'],
    ['provision lane p --day 2027-02-30', '--day takes a day'],
    [`${SPARE} --last-receipt abc`, '--last-receipt takes a number'],
    [`${SPARE} --last-receipt 2-0001`, 'a receipt of table 2, not of table 1'],
    ['provision admit --lan --lane 1 --listen nonsense --person a --person b', '--listen takes ADDRESS:PORT'],
    ['provision admit --lan --lane 1 --listen 1.1.1.1:99999 --person a --person b', '--listen takes'],
    ['provision admit spare.json --lan --lane 1 --person a --person b', 'either the file of the spare'],
    ['provision admit spare.json --lane 1 --person a --person b', '--lane and --listen belong to --lan'],
    ['provision update p --person a --person a', 'named twice'],
    ['provision pin --for c --person a --person a', 'named twice'],
    [`${ERASE} --gone x`, '--gone takes the number of a table'],
    [`${ERASE} --language fr`, '--language takes ky, ru or en'],
    ['package letters --packages folder --out l.pdf --printer p', 'one of --printer and --out'],
    ['package letters --packages folder --out l.pdf --station 1 --envelopes 9', '--envelopes takes 0 to 4'],
    [
      'package letters --packages folder --out l.pdf --station 1 --language fr',
      '--language takes ky, ru or en',
    ],
    ['package show p.tizme --trust nothere --station x', '--station takes a number'],
    ['package keys --out k --origin a+b --member a --member b --member c', '--origin'],
    ['register lookup --register r --keys k --id 1 --station 5', '--station belongs to --list-number'],
    ['devices apdu 00a4', '"00a4" is none'],
    ['devices apdu 00a4040', '"00a4040" is none'],
    ['devices apdu 00a40400 00a4zz00', '"00a4zz00" is none'],
    ['devices watch --seconds soon', '--seconds'],
    ['document mrz X --today 2027-02-30', '--today wants a day of the calendar'],
    ['document read --emulated --kind x', '--kind wants one of'],
    ['document play --fault x', '--fault wants one of'],
    ['election generate --voters 60 --date 2027-02-30', '--date: takes a day of the calendar'],
    ['start --collector nonsense', '--collector wants an address'],
    ['mock --packages --stations 2', '--packages: one station'],
    ['readiness --collect folder --out x', '--collect joins reports'],
    // Too much of it.
    ['provision lane a b', 'one name'],
    ['register lookup extra --register r --keys k --id 1', 'it takes no name'],
    ['register index extra --register r --keys k --index-key i --out o', 'it takes no name'],
    [`${IMPORT} --register q.db`, '--register is given twice'],
    [`${ENROL} --out b.json`, '--out is given twice'],
    [`package visitors --out o ${INPUTS} --plan m`, '--plan is given twice'],
    ['election generate --voters 60 --voters 70', '--voters is given twice'],
    ['mock --seed 1 --seed 2', '--seed is given twice'],
    ['start --voters 30 --voters 40', '--voters is given twice'],
    ['collector --port 1 --port 2', '--port is given twice'],
    ['bench desk --voters 30 --voters 40', '--voters is given twice'],
    ['lab desk --voters 1 --voters 2', '--voters is given twice'],
    ['devices list extra', '"extra"'],
    ['devices rules extra', '"extra"'],
    ['devices print a b', 'one picture'],
  ])(
    '"%s" is answered with one line that says "%s", exit code 2, and nothing was done',
    async (line, fault) => {
      const { code, out, said, left } = await place.run(line);
      expect({ code, out, left }).toEqual({ code: 2, out: [], left: [] });
      expect(said).toEqual([expect.stringMatching(/^tizme [^\n]+ explains it\)$/)]);
      expect(said[0]).toContain(fault);
    },
  );
});

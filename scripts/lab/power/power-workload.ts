import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { unwrap } from '../../../src/domain/result.ts';
import { deviceKeyFromSeed } from '../../../src/ledger/device-key.ts';
import { fileHeadMark } from '../../../src/ledger/head-mark.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { systemClock } from '../../../src/store/clock.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { countEntries } from './block-log.ts';
import { type Arm, LAB_IDENTITY, LAB_SEED, LAB_STORE_KEY } from './lab-ledger.ts';

/**
 * Commits until it is killed, and after each commit that was confirmed says its number and how many writes had
 * reached the disk by then. Whatever is cut off after that many writes must still have the commit.
 */
const [arm, folder = '', logFile = '', migrations = ''] = process.argv.slice(2) as [
  Arm,
  string,
  string,
  string,
];
const log = openSync(logFile, 'r');
const superblock = Buffer.alloc(512);

function confirm(seq: number): void {
  readSync(log, superblock, 0, superblock.length, 0);
  writeSync(1, `${seq} ${countEntries(superblock)}\n`);
}

function commitToLedger(): never {
  const store = unwrap(openStore({ file: join(folder, 'ledger.db'), key: LAB_STORE_KEY, migrations }));
  const ledger = unwrap(
    Ledger.open(store, {
      ...LAB_IDENTITY,
      key: deviceKeyFromSeed(LAB_SEED),
      clock: systemClock(),
      mark: fileHeadMark(join(folder, 'ledger.head')),
    }),
  );
  for (let i = 1; ; i += 1) {
    const committed = ledger.commit(
      [{ kind: 'identification', period: 1, centre: { type: 'identified' }, private: { voter: `v-${i}` } }],
      (within) => {
        within.run('INSERT INTO day_state (key, value) VALUES (?, ?)', [`act-${i}`, String(i)]);
      },
    );
    confirm(unwrap(committed)[0]?.public.seq ?? 0);
    // The log is emptied now and then, as at a report: a cut in the middle of that has to be survived, too.
    if (i % 40 === 0) store.checkpoint();
  }
}

/** The control arm: the same kind of commits as better-sqlite3 opens a database by itself. */
function commitBare(): never {
  const database = new Database(join(folder, 'bare.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma('wal_autocheckpoint = 50');
  database.exec('CREATE TABLE IF NOT EXISTS act (seq INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT');
  const insert = database.prepare('INSERT INTO act (content) VALUES (?)');
  for (;;) confirm(Number(insert.run(Buffer.alloc(600, 7)).lastInsertRowid));
}

try {
  if (arm === 'ledger') commitToLedger();
  else commitBare();
} finally {
  closeSync(log);
}

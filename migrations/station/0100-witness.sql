-- As a witness of other devices' logs: the newest checkpoint of each that was countersigned. A later one is
-- countersigned only if it extends this one (https://c2sp.org/tlog-witness).
CREATE TABLE ledger_witnessed (
  origin TEXT PRIMARY KEY,
  note TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Of the own log: the newest checkpoint that others countersigned, with their lines.
CREATE TABLE ledger_cosigned (
  epoch INTEGER PRIMARY KEY REFERENCES ledger_epoch (epoch),
  size INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT;

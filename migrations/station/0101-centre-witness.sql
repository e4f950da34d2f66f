-- Of the own log: the newest checkpoint that the centre countersigned, with its line.
CREATE TABLE ledger_centre_cosigned (
  epoch INTEGER PRIMARY KEY REFERENCES ledger_epoch (epoch),
  size INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT;

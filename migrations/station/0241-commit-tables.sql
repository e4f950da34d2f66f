-- Each commit writes one row here and one there. Without a rowid it changes one page of each instead of two, and every
-- page is encrypted and brought to the disk before anybody is told. Signatures and places stay as they are.

CREATE TABLE ledger_head_smaller (
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  first_seq INTEGER NOT NULL CHECK (first_seq <= seq),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  PRIMARY KEY (epoch, seq),
  FOREIGN KEY (epoch, seq) REFERENCES ledger_event (epoch, seq)
) STRICT, WITHOUT ROWID;

INSERT INTO ledger_head_smaller (epoch, seq, first_seq, hash, signature)
  SELECT epoch, seq, first_seq, hash, signature FROM ledger_head ORDER BY epoch, seq;

-- The rows of the outbox refer to the heads, which are exchanged beneath them.
CREATE TABLE ledger_outbox_rows AS SELECT epoch, first_seq, last_seq FROM ledger_outbox;
DROP TABLE ledger_outbox;
DROP TABLE ledger_head;
ALTER TABLE ledger_head_smaller RENAME TO ledger_head;

CREATE TRIGGER ledger_head_is_never_changed BEFORE UPDATE ON ledger_head
BEGIN SELECT RAISE (ABORT, 'a signed head is never changed'); END;

CREATE TRIGGER ledger_head_is_never_deleted BEFORE DELETE ON ledger_head
BEGIN SELECT RAISE (ABORT, 'a signed head is never deleted'); END;

CREATE TABLE ledger_outbox (
  epoch INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  PRIMARY KEY (epoch, last_seq),
  FOREIGN KEY (epoch, last_seq) REFERENCES ledger_head (epoch, seq)
) STRICT, WITHOUT ROWID;

INSERT INTO ledger_outbox (epoch, first_seq, last_seq)
  SELECT epoch, first_seq, last_seq FROM ledger_outbox_rows ORDER BY epoch, last_seq;
DROP TABLE ledger_outbox_rows;

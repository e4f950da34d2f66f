-- An act waits for every page that it changes: each is encrypted and brought to the disk before anybody is told. So an
-- event is one row on one page now. Its place in the log is the table's own order, where an index beside it was a page
-- more; the signature over the head stands in the last event of its commit, where it was a table of its own; and what
-- the centre has not acknowledged is counted from the receipts, where each commit wrote a row to be deleted again.
-- Bytes that are hashed or signed stay as they are.

CREATE TABLE ledger_event_whole (
  -- The order of the log as one number, so that no index is needed: epoch * 2^31 + seq.
  place INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL REFERENCES ledger_epoch (epoch) CHECK (epoch < 4294967296),
  seq INTEGER NOT NULL CHECK (seq >= 1 AND seq < 2147483648),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  -- Deterministic CBOR; every other column of meaning is inside it.
  public_bytes BLOB NOT NULL,
  -- AES-256-GCM over 32 bytes of salt and the part's CBOR bytes.
  centre_key INTEGER NOT NULL REFERENCES ledger_part_key (id),
  centre_sealed BLOB NOT NULL,
  private_key INTEGER NOT NULL REFERENCES ledger_part_key (id),
  private_sealed BLOB NOT NULL,
  -- In the last event of a commit only: the commit's first event, and the device's signature over the chain's head here.
  first_seq INTEGER CHECK (first_seq BETWEEN 1 AND seq),
  signature BLOB CHECK (length(signature) = 64),
  CHECK (place = epoch * 2147483648 + seq),
  CHECK ((first_seq IS NULL) = (signature IS NULL))
) STRICT;

INSERT INTO ledger_event_whole
  (place, epoch, seq, hash, public_bytes, centre_key, centre_sealed, private_key, private_sealed, first_seq, signature)
  SELECT e.epoch * 2147483648 + e.seq, e.epoch, e.seq, e.hash, e.public_bytes, e.centre_key, e.centre_sealed,
    e.private_key, e.private_sealed, h.first_seq, h.signature
  FROM ledger_event AS e LEFT JOIN ledger_head AS h ON h.epoch = e.epoch AND h.seq = e.seq
  ORDER BY e.epoch, e.seq;

DROP TABLE ledger_outbox;
DROP TABLE ledger_head;
DROP TABLE ledger_event;
ALTER TABLE ledger_event_whole RENAME TO ledger_event;

CREATE TRIGGER ledger_event_is_never_changed BEFORE UPDATE ON ledger_event
BEGIN SELECT RAISE (ABORT, 'an event is never changed'); END;

CREATE TRIGGER ledger_event_is_never_deleted BEFORE DELETE ON ledger_event
BEGIN SELECT RAISE (ABORT, 'an event is never deleted'); END;

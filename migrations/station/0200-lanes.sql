-- What this lane has of the other lanes' logs, and of its own where its disk had lost it. Bytes that were hashed
-- and signed stay as they came. Two histories under the same numbers are both kept, so the hash is the key.

CREATE TABLE lane_event (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  lane INTEGER NOT NULL CHECK (lane >= 1),
  epoch INTEGER NOT NULL CHECK (epoch >= 1),
  seq INTEGER NOT NULL CHECK (seq >= 1),
  prev BLOB NOT NULL CHECK (length(prev) = 32),
  public_bytes BLOB NOT NULL,
  -- Sealed under the erasable keys of the ledger's own parts (0001-ledger.sql).
  centre_key INTEGER NOT NULL REFERENCES ledger_part_key (id),
  centre_sealed BLOB NOT NULL,
  private_key INTEGER NOT NULL REFERENCES ledger_part_key (id),
  private_sealed BLOB NOT NULL
) STRICT;
CREATE INDEX lane_event_in_order ON lane_event (lane, epoch, seq);

-- The signed heads that vouched for them: a range ends at one.
CREATE TABLE lane_head (
  hash BLOB PRIMARY KEY REFERENCES lane_event (hash),
  signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;

CREATE TRIGGER lane_event_is_never_changed BEFORE UPDATE ON lane_event
BEGIN SELECT RAISE (ABORT, 'an event is never changed'); END;

CREATE TRIGGER lane_event_is_never_deleted BEFORE DELETE ON lane_event
BEGIN SELECT RAISE (ABORT, 'an event is never deleted'); END;

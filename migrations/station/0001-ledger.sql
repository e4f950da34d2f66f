-- The ledger of one device: what happened, in order, and what vouches for it.
-- Bytes that are hashed or signed are stored as they are and never written again.

-- One row: whose ledger this is. A database of another election, station or device is refused.
CREATE TABLE ledger_identity (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  election TEXT NOT NULL,
  station TEXT NOT NULL,
  device TEXT NOT NULL,
  public_key BLOB NOT NULL CHECK (length(public_key) = 32),
  mock INTEGER NOT NULL CHECK (mock IN (0, 1))
) STRICT;

-- Keys of the centre parts and the private parts. Erasing a key (NULL) erases every part sealed under it;
-- the chain, which covers commitments only, still verifies.
CREATE TABLE ledger_part_key (
  id INTEGER PRIMARY KEY,
  part TEXT NOT NULL CHECK (part IN ('centre', 'private')),
  key BLOB CHECK (key IS NULL OR length(key) = 32)
) STRICT;

-- A blank or restored database would give sequence numbers out again, so it begins a new epoch.
CREATE TABLE ledger_epoch (
  epoch INTEGER PRIMARY KEY CHECK (epoch >= 1),
  reason TEXT NOT NULL CHECK (reason IN ('blank', 'restored', 'requested')),
  opened_wall_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE ledger_event (
  epoch INTEGER NOT NULL REFERENCES ledger_epoch (epoch),
  seq INTEGER NOT NULL CHECK (seq >= 1),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  -- Deterministic CBOR; every other column of meaning is inside it.
  public_bytes BLOB NOT NULL,
  -- AES-256-GCM over 32 bytes of salt and the part's CBOR bytes.
  centre_key INTEGER NOT NULL REFERENCES ledger_part_key (id),
  centre_sealed BLOB NOT NULL,
  private_key INTEGER NOT NULL REFERENCES ledger_part_key (id),
  private_sealed BLOB NOT NULL,
  PRIMARY KEY (epoch, seq)
) STRICT;

-- One row a commit: the device's signature over the chain's head after it.
CREATE TABLE ledger_head (
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  first_seq INTEGER NOT NULL CHECK (first_seq <= seq),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  PRIMARY KEY (epoch, seq),
  FOREIGN KEY (epoch, seq) REFERENCES ledger_event (epoch, seq)
) STRICT;

-- Commits that the centre has not acknowledged yet.
CREATE TABLE ledger_outbox (
  epoch INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  PRIMARY KEY (epoch, last_seq),
  FOREIGN KEY (epoch, last_seq) REFERENCES ledger_head (epoch, seq)
) STRICT;

-- What the centre signed for what it has; kept for good.
CREATE TABLE ledger_receipt (
  epoch INTEGER NOT NULL,
  through_seq INTEGER NOT NULL,
  receipt BLOB NOT NULL,
  received_wall_ms INTEGER NOT NULL,
  PRIMARY KEY (epoch, through_seq)
) STRICT;

CREATE TRIGGER ledger_event_is_never_changed BEFORE UPDATE ON ledger_event
BEGIN SELECT RAISE (ABORT, 'an event is never changed'); END;

CREATE TRIGGER ledger_event_is_never_deleted BEFORE DELETE ON ledger_event
BEGIN SELECT RAISE (ABORT, 'an event is never deleted'); END;

CREATE TRIGGER ledger_head_is_never_changed BEFORE UPDATE ON ledger_head
BEGIN SELECT RAISE (ABORT, 'a signed head is never changed'); END;

CREATE TRIGGER ledger_head_is_never_deleted BEFORE DELETE ON ledger_head
BEGIN SELECT RAISE (ABORT, 'a signed head is never deleted'); END;

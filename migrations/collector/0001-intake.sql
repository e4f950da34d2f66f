-- What the collector took in. Keys are led by the device and nothing is numbered globally, so that the same
-- tables can be spread over machines by device.
-- Bytes that are hashed or signed are stored as they came and never written again.

-- One row: whose collector this is. A file of a mock election is never taken for a real one's, nor the reverse.
CREATE TABLE collector_identity (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- NULL: a mock collector that takes any mock election.
  election TEXT,
  mock INTEGER NOT NULL CHECK (mock IN (0, 1)),
  -- Signs the receipts.
  public_key BLOB NOT NULL CHECK (length(public_key) = 32)
) STRICT;

CREATE TABLE device (
  device TEXT PRIMARY KEY,
  election TEXT NOT NULL,
  station TEXT NOT NULL,
  mock INTEGER NOT NULL CHECK (mock IN (0, 1)),
  public_key BLOB NOT NULL CHECK (length(public_key) = 32),
  -- provisioned: from the registration file; first-use: believed when it was first heard (mock only).
  origin TEXT NOT NULL CHECK (origin IN ('provisioned', 'first-use')),
  CHECK (origin = 'provisioned' OR mock = 1)
) STRICT, WITHOUT ROWID;

-- The last event of each epoch of each device; written in the transaction of the events themselves.
CREATE TABLE chain_head (
  device TEXT NOT NULL REFERENCES device (device),
  epoch INTEGER NOT NULL CHECK (epoch >= 1),
  seq INTEGER NOT NULL CHECK (seq >= 1),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  heard_wall_ms INTEGER NOT NULL,
  PRIMARY KEY (device, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  device TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL CHECK (seq >= 1),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  public_bytes BLOB NOT NULL,
  -- Both NULL where the device had erased its centre parts before it could send them.
  centre_salt BLOB,
  centre_bytes BLOB,
  PRIMARY KEY (device, epoch, seq),
  CHECK ((centre_salt IS NULL) = (centre_bytes IS NULL))
) STRICT, WITHOUT ROWID;

-- The device's signatures, one a range: they vouch for every event up to them.
CREATE TABLE signed_head (
  device TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  received_wall_ms INTEGER NOT NULL,
  PRIMARY KEY (device, epoch, seq)
) STRICT, WITHOUT ROWID;

-- One-way counts; a projection of the events, written with them.
CREATE TABLE turnout_count (
  device TEXT NOT NULL,
  property TEXT NOT NULL CHECK (property IN ('kind', 'hour', 'sex', 'age-group', 'method')),
  value TEXT NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 0),
  PRIMARY KEY (device, property, value)
) STRICT, WITHOUT ROWID;

-- Ranges that are not what the device signed, or contradict what it signed before: kept as they came, for people.
CREATE TABLE quarantined_range (
  device TEXT NOT NULL,
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  epoch INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  -- JSON array of fault codes.
  faults TEXT NOT NULL,
  body BLOB NOT NULL,
  received_wall_ms INTEGER NOT NULL,
  PRIMARY KEY (device, sha256)
) STRICT;

CREATE TABLE alarm (
  device TEXT NOT NULL,
  code TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  -- The first event that it is about.
  seq INTEGER NOT NULL,
  first_wall_ms INTEGER NOT NULL,
  last_wall_ms INTEGER NOT NULL,
  times INTEGER NOT NULL,
  PRIMARY KEY (device, code, epoch, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE (ABORT, 'an event is never changed'); END;

CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE (ABORT, 'an event is never deleted'); END;

CREATE TRIGGER signed_head_is_never_changed BEFORE UPDATE ON signed_head
BEGIN SELECT RAISE (ABORT, 'a signed head is never changed'); END;

CREATE TRIGGER signed_head_is_never_deleted BEFORE DELETE ON signed_head
BEGIN SELECT RAISE (ABORT, 'a signed head is never deleted'); END;

-- Events are stored as they came, a range a row: a row an event costs the database more than verifying the event does.
-- That ranges follow one another without gap or overlap is kept by chain_head, which moves with each of them.
CREATE TABLE event_range (
  device TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  first_seq INTEGER NOT NULL CHECK (first_seq >= 1),
  last_seq INTEGER NOT NULL CHECK (last_seq >= first_seq),
  -- Of identifications and undos that have a token, 20 bytes each: the event's number times two, plus one for an
  -- undo, big-endian in four bytes; then the token.
  tokens BLOB NOT NULL CHECK (length(tokens) % 20 = 0),
  -- 32 bytes an event.
  hashes BLOB NOT NULL CHECK (length(hashes) = 32 * (last_seq - first_seq + 1)),
  -- Of each event: the length of its public bytes in four bytes, these bytes; the length of salt and centre bytes
  -- together in four bytes, zero where there are none, and these.
  records BLOB NOT NULL,
  PRIMARY KEY (device, epoch, first_seq)
) STRICT;

INSERT INTO event_range (device, epoch, first_seq, last_seq, tokens, hashes, records)
  SELECT device, epoch, seq, seq, x'', hash,
    CAST(unhex(printf('%08x', length(public_bytes))) || public_bytes
      || unhex(printf('%08x', coalesce(32 + length(centre_bytes), 0)))
      || coalesce(centre_salt, x'') || coalesce(centre_bytes, x'') AS BLOB)
  FROM event ORDER BY device, epoch, seq;
DROP TABLE event;

CREATE TRIGGER event_range_is_never_changed BEFORE UPDATE ON event_range
BEGIN SELECT RAISE (ABORT, 'an event is never changed'); END;

CREATE TRIGGER event_range_is_never_deleted BEFORE DELETE ON event_range
BEGIN SELECT RAISE (ABORT, 'an event is never deleted'); END;

-- Every identification and undo of a voter who was identified more than once, as they were found. Nothing is merged,
-- and nothing is taken out again: whether a voter still counts twice follows from the rows.
CREATE TABLE double_participation (
  token BLOB NOT NULL CHECK (length(token) = 16),
  device TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  undo INTEGER NOT NULL CHECK (undo IN (0, 1)),
  found_wall_ms INTEGER NOT NULL,
  PRIMARY KEY (token, device, epoch, seq)
) STRICT, WITHOUT ROWID;

-- What the centre knows of a station beside its lanes; any of it may be unknown.
CREATE TABLE station (
  station TEXT PRIMARY KEY,
  district TEXT,
  voters INTEGER CHECK (voters >= 0),
  -- Degrees, WGS 84.
  latitude REAL,
  longitude REAL
) STRICT, WITHOUT ROWID;

-- Events are stored as they came, a range a row: a row an event costs the server more than verifying the event does.
-- That ranges follow one another without gap or overlap is kept by chain_head, which moves with each of them.
CREATE TABLE event_range (
  device text NOT NULL,
  epoch bigint NOT NULL,
  first_seq bigint NOT NULL CHECK (first_seq >= 1),
  last_seq bigint NOT NULL CHECK (last_seq >= first_seq),
  -- Of identifications and undos that have a token, 20 bytes each: the event's number times two, plus one for an
  -- undo, big-endian in four bytes; then the token.
  tokens bytea NOT NULL CHECK (length(tokens) % 20 = 0),
  -- 32 bytes an event.
  hashes bytea NOT NULL CHECK (length(hashes) = 32 * (last_seq - first_seq + 1)),
  -- Of each event: the length of its public bytes in four bytes, these bytes; the length of salt and centre bytes
  -- together in four bytes, zero where there are none, and these.
  records bytea NOT NULL,
  PRIMARY KEY (device, epoch, first_seq)
);
-- Hashes and salts don't compress: trying costs more than storing.
ALTER TABLE event_range ALTER COLUMN tokens SET STORAGE EXTERNAL;
ALTER TABLE event_range ALTER COLUMN hashes SET STORAGE EXTERNAL;
ALTER TABLE event_range ALTER COLUMN records SET STORAGE EXTERNAL;

INSERT INTO event_range (device, epoch, first_seq, last_seq, tokens, hashes, records)
  SELECT device, epoch, seq, seq, ''::bytea, hash,
    int4send(length(public_bytes)) || public_bytes || int4send(coalesce(32 + length(centre_bytes), 0))
      || coalesce(centre_salt, ''::bytea) || coalesce(centre_bytes, ''::bytea)
  FROM event ORDER BY device, epoch, seq;
DROP TABLE event;

CREATE TRIGGER event_range_is_never_changed BEFORE UPDATE OR DELETE ON event_range
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Every identification and undo of a voter who was identified more than once, as they were found. Nothing is merged,
-- and nothing is taken out again: whether a voter still counts twice follows from the rows.
CREATE TABLE double_participation (
  token bytea NOT NULL CHECK (length(token) = 16),
  device text NOT NULL,
  epoch bigint NOT NULL,
  seq bigint NOT NULL,
  undo boolean NOT NULL,
  found_wall_ms bigint NOT NULL,
  PRIMARY KEY (token, device, epoch, seq)
);

-- What the centre knows of a station beside its lanes; any of it may be unknown.
CREATE TABLE station (
  station text PRIMARY KEY,
  district text,
  voters bigint CHECK (voters >= 0),
  -- Degrees, WGS 84.
  latitude double precision,
  longitude double precision
);

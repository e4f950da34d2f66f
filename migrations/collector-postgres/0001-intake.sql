-- The same tables as in migrations/collector, for several collectors on one PostgreSQL. Every table of the intake is
-- keyed by the device first and nothing is numbered globally, so that they can be spread over machines by device
-- (Citus: create_distributed_table(..., 'device'); YugabyteDB: hash of the first key column).
-- Bytes that are hashed or signed are stored as they came and never written again.

CREATE TABLE collector_identity (
  id integer PRIMARY KEY CHECK (id = 1),
  -- NULL: mock collectors that take any mock election.
  election text,
  mock boolean NOT NULL,
  -- Signs the receipts: all collectors on this database hold the same key.
  public_key bytea NOT NULL CHECK (length(public_key) = 32)
);

CREATE TABLE device (
  device text PRIMARY KEY,
  election text NOT NULL,
  station text NOT NULL,
  mock boolean NOT NULL,
  public_key bytea NOT NULL CHECK (length(public_key) = 32),
  origin text NOT NULL CHECK (origin IN ('provisioned', 'first-use')),
  CHECK (origin = 'provisioned' OR mock)
);

CREATE TABLE chain_head (
  device text NOT NULL,
  epoch bigint NOT NULL CHECK (epoch >= 1),
  seq bigint NOT NULL CHECK (seq >= 1),
  hash bytea NOT NULL CHECK (length(hash) = 32),
  heard_wall_ms bigint NOT NULL,
  PRIMARY KEY (device, epoch)
);

CREATE TABLE event (
  device text NOT NULL,
  epoch bigint NOT NULL,
  seq bigint NOT NULL CHECK (seq >= 1),
  hash bytea NOT NULL CHECK (length(hash) = 32),
  public_bytes bytea NOT NULL,
  centre_salt bytea,
  centre_bytes bytea,
  PRIMARY KEY (device, epoch, seq),
  CHECK ((centre_salt IS NULL) = (centre_bytes IS NULL))
);

CREATE TABLE signed_head (
  device text NOT NULL,
  epoch bigint NOT NULL,
  seq bigint NOT NULL,
  hash bytea NOT NULL CHECK (length(hash) = 32),
  signature bytea NOT NULL CHECK (length(signature) = 64),
  received_wall_ms bigint NOT NULL,
  PRIMARY KEY (device, epoch, seq)
);

CREATE TABLE turnout_count (
  device text NOT NULL,
  property text NOT NULL,
  value text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (device, property, value)
);

-- Over all devices. The shard lets collectors count at the same time without waiting for one another's row.
CREATE TABLE turnout_total (
  shard integer NOT NULL,
  property text NOT NULL,
  value text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (shard, property, value)
);

CREATE TABLE device_total (
  device text PRIMARY KEY,
  events bigint NOT NULL,
  identified bigint NOT NULL,
  undone bigint NOT NULL,
  by_commission bigint NOT NULL,
  incidents bigint NOT NULL,
  heard_wall_ms bigint NOT NULL
);

CREATE TABLE quarantined_range (
  device text NOT NULL,
  sha256 bytea NOT NULL CHECK (length(sha256) = 32),
  epoch bigint NOT NULL,
  first_seq bigint NOT NULL,
  last_seq bigint NOT NULL,
  -- JSON array of fault codes.
  faults text NOT NULL,
  body bytea NOT NULL,
  received_wall_ms bigint NOT NULL,
  PRIMARY KEY (device, sha256)
);

CREATE TABLE alarm (
  device text NOT NULL,
  code text NOT NULL,
  epoch bigint NOT NULL,
  seq bigint NOT NULL,
  first_wall_ms bigint NOT NULL,
  last_wall_ms bigint NOT NULL,
  times bigint NOT NULL,
  PRIMARY KEY (device, code, epoch, seq)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'what was signed is never changed'; END $$;
CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE ON event
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER signed_head_is_never_changed BEFORE UPDATE OR DELETE ON signed_head
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What this lane was provisioned with. The file is encrypted under the key that two people unlock.

CREATE TABLE person_pin (
  person_id TEXT PRIMARY KEY,
  -- Argon2id, encoded with its own salt and cost.
  hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE lane_secret (
  name TEXT PRIMARY KEY
    CHECK (name IN ('device-seed', 'register-database', 'register-templates', 'receipt-codes')),
  value BLOB NOT NULL CHECK (length(value) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE lane_procedure (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- JSON of the procedure as it was provisioned; parsed with its schema at every start.
  content TEXT NOT NULL
) STRICT;

-- Changes of the list after it was made: signed, in order, each applied once (src/register/deltas/).

-- The content hash that the register was made with; `register_info.content_hash` goes on with each delta.
ALTER TABLE register_info ADD COLUMN package_hash TEXT NOT NULL DEFAULT '';
UPDATE register_info SET package_hash = content_hash;

CREATE TABLE list_delta (
  sequence INTEGER PRIMARY KEY CHECK (sequence >= 1),
  -- SHA-256 of the delta's signed bytes; the next delta names it.
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  -- The delta itself, as it was signed, so that the list can be accounted for.
  signed BLOB NOT NULL,
  content_hash TEXT NOT NULL CHECK (length(content_hash) = 64)
) STRICT;

-- The newest request that each voter's record carries out: an older one that comes later changes nothing.
CREATE TABLE voter_request (
  personal_number TEXT PRIMARY KEY,
  request INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

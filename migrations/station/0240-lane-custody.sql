-- What this lane needs for a newer package and for changes of its list, once two people have unlocked it. It goes with
-- the list: the erasure destroys it.
CREATE TABLE lane_custody (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- commission.json, as the laptop was enrolled with it: whose signatures count on packages and changes.
  commission TEXT NOT NULL,
  -- Who may change the list, as the signed package says it (JSON, src/register/deltas/signed-delta.ts).
  authority TEXT NOT NULL,
  -- The members whose signatures the package has: JSON, a list of ids.
  signed_by TEXT NOT NULL,
  -- JSON, drawn at enrolment: what opens the packages that are sealed to this laptop, and what it shows other lanes.
  keys TEXT NOT NULL
) STRICT;

-- Shares of the key that nobody has yet, for a person whom a newer package names.
CREATE TABLE spare_share (
  number INTEGER PRIMARY KEY,
  share BLOB NOT NULL
) STRICT;

-- Who has another PIN on this laptop than the letter says: a newer package leaves it.
CREATE TABLE own_pin (
  person_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Voters of other stations who were identified here, or begun to be: no list of this station has them. A projection of
-- the ledger, like the tables of 0010. Holds no template, no photo and no personal number.

CREATE TABLE visitors (
  -- What they are known by here: a keyed hash, the same at every table.
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL CHECK (source IN ('centre', 'chip')),
  -- What screens and papers say of them, as JSON.
  person TEXT NOT NULL,
  -- For the centre's comparison: the token of their record, or the claim of a visit without one.
  token TEXT,
  claim TEXT
) STRICT;

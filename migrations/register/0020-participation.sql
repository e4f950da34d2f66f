-- What the centre compares instead of a voter: 16 bytes of chance, drawn for one election when the packages were built,
-- each sealed by itself under a key that is not this database's.
CREATE TABLE voter_participation (
  voter_key INTEGER PRIMARY KEY REFERENCES voter (voter_key),
  sealed BLOB NOT NULL
) STRICT;

-- Comparisons that did not match, of voters who are not identified: neither a restart nor a second visit gives
-- the attempts anew. Goes with the identification; a projection like those of 0010.
CREATE TABLE finger_mismatches (
  voter_id TEXT NOT NULL,
  -- ISO/IEC 19794-2 finger position.
  position INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (voter_id, position)
) STRICT, WITHOUT ROWID;

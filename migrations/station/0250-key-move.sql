-- Members of the commission, and envelopes, whom a newer package names no longer. While one stands here, the next
-- unlocking by two who are named draws the key of this file and everybody's share anew (src/station/lane/move-keys.ts).
CREATE TABLE key_move (
  person_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

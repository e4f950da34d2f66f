-- Each member's share of the commission secret once more, for whoever has unlocked this file together: when somebody's
-- PIN is forgotten, two others let that share be sealed under a new one. It opens nothing that isn't open by then.
CREATE TABLE member_share (
  person_id TEXT PRIMARY KEY,
  share BLOB NOT NULL
) STRICT, WITHOUT ROWID;

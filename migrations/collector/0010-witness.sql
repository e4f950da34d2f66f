-- The centre as a witness: the newest checkpoint of each log that it countersigned. A later one is countersigned only
-- if it extends this one (https://c2sp.org/tlog-witness).
CREATE TABLE witnessed_checkpoint (
  device TEXT NOT NULL,
  epoch INTEGER NOT NULL CHECK (epoch >= 1),
  note TEXT NOT NULL,
  PRIMARY KEY (device, epoch)
) STRICT, WITHOUT ROWID;

-- Checkpoints that a device signed and that don't extend what it had signed before: both sides, as they came.
CREATE TABLE checkpoint_conflict (
  device TEXT NOT NULL,
  -- Of the request.
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  epoch INTEGER NOT NULL,
  -- The note that was countersigned before.
  remembered TEXT NOT NULL,
  -- The body that was refused: where its proof starts, the proof, the note.
  request TEXT NOT NULL,
  -- The device's over the request, where it came from the device itself.
  signature BLOB CHECK (length(signature) = 64),
  received_wall_ms INTEGER NOT NULL,
  PRIMARY KEY (device, sha256)
) STRICT;

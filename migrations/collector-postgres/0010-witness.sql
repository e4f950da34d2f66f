-- The centre as a witness: the newest checkpoint of each log that it countersigned. A later one is countersigned only
-- if it extends this one (https://c2sp.org/tlog-witness).
CREATE TABLE witnessed_checkpoint (
  device text NOT NULL,
  epoch bigint NOT NULL CHECK (epoch >= 1),
  note text NOT NULL,
  PRIMARY KEY (device, epoch)
);

-- Checkpoints that a device signed and that don't extend what it had signed before: both sides, as they came.
CREATE TABLE checkpoint_conflict (
  device text NOT NULL,
  -- Of the request.
  sha256 bytea NOT NULL CHECK (length(sha256) = 32),
  epoch bigint NOT NULL,
  -- The note that was countersigned before.
  remembered text NOT NULL,
  -- The body that was refused: where its proof starts, the proof, the note.
  request text NOT NULL,
  -- The device's over the request, where it came from the device itself.
  signature bytea CHECK (length(signature) = 64),
  received_wall_ms bigint NOT NULL,
  PRIMARY KEY (device, sha256)
);

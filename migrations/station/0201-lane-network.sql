-- How this lane shows the others who it is, and whom it knows; absent where the station has one lane.
CREATE TABLE lane_network (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- JSON: every lane with its public keys and its share of the list, as the package has it.
  roster TEXT NOT NULL,
  certificate TEXT NOT NULL,
  private_key TEXT NOT NULL,
  code_seed BLOB NOT NULL CHECK (length(code_seed) = 32)
) STRICT;

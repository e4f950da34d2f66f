-- The package that this lane was provisioned from.
CREATE TABLE lane_package (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- As the commission signed it.
  manifest TEXT NOT NULL,
  version INTEGER NOT NULL,
  build TEXT NOT NULL,
  expires TEXT NOT NULL,
  -- An age identity: opens the parts of the package, so that a spare can be let in.
  package_key TEXT NOT NULL
) STRICT;

-- Paper mode: two people declared it, the commission went on in numbered lines on paper, and two entered them later.
-- Projections of the ledger, like the tables of 0010.

CREATE TABLE paper_lines (
  -- The number that is printed on the line of the paper form.
  line INTEGER PRIMARY KEY CHECK (line >= 1),
  list_number INTEGER NOT NULL,
  -- The register's id; NULL where the list has no such number.
  voter_id TEXT,
  receipts INTEGER NOT NULL,
  -- Why the line is raised, and by which record; settled once two people have said what happened.
  double_of TEXT CHECK (double_of IN ('identification', 'paper-line', 'unknown-number')),
  double_ref TEXT,
  settled INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1))
) STRICT;

CREATE INDEX paper_lines_by_voter ON paper_lines (voter_id);

-- Projections of the ledger: what the screens and the reports ask for. Every row here can be made again from
-- the events, and is written in the same transaction as its event.

CREATE TABLE day_state (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE handovers (
  id TEXT PRIMARY KEY,
  -- The register's opaque id. Names and numbers stay in the register, which can be erased alone.
  voter_id TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('found', 'verified', 'receipt', 'ballot', 'signed', 'released', 'undone')),
  lookup TEXT NOT NULL,
  receipts_due INTEGER NOT NULL,
  receipts_printed TEXT NOT NULL DEFAULT '[]',
  -- The reason for which the commission was asked, while it has not decided.
  commission_reason TEXT,
  method TEXT,
  exception TEXT,
  sex TEXT,
  age_group TEXT,
  hour INTEGER,
  begun_at_ms INTEGER NOT NULL,
  changed_at_ms INTEGER NOT NULL,
  sequence INTEGER NOT NULL
) STRICT;

-- Once only, by the database itself: no second effective identification of a voter in this ledger.
CREATE UNIQUE INDEX handovers_one_effective ON handovers (voter_id)
  WHERE state IN ('verified', 'receipt', 'ballot', 'signed');
CREATE INDEX handovers_open ON handovers (sequence)
  WHERE state IN ('found', 'verified', 'receipt', 'ballot');
CREATE INDEX handovers_by_voter ON handovers (voter_id);

CREATE TABLE receipts (
  number TEXT PRIMARY KEY,
  handover_id TEXT NOT NULL REFERENCES handovers (id),
  receipt_index INTEGER NOT NULL,
  -- started: sent to the printer, not known to be whole (a crash or torn paper); printed: whole on paper.
  state TEXT NOT NULL CHECK (state IN ('started', 'printed')),
  copies INTEGER NOT NULL DEFAULT 1,
  reprints INTEGER NOT NULL DEFAULT 0,
  UNIQUE (handover_id, receipt_index)
) STRICT;

CREATE TABLE stops (
  outcome TEXT PRIMARY KEY,
  count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

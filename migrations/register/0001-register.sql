-- The voter register of one station. Read-only in use: rows are written once, by an import, all or nothing.

CREATE TABLE register_info (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  election_id TEXT NOT NULL CHECK (election_id <> ''),
  mock INTEGER NOT NULL CHECK (mock IN (0, 1)),
  station_number INTEGER NOT NULL,
  district_number INTEGER NOT NULL,
  station_name_ky TEXT NOT NULL,
  station_name_ru TEXT NOT NULL,
  station_name_en TEXT NOT NULL,
  voters INTEGER NOT NULL,
  women INTEGER NOT NULL,
  men INTEGER NOT NULL,
  -- SHA-256 over the canonical rows, hexadecimal; see src/register/content-hash.ts.
  content_hash TEXT NOT NULL CHECK (length(content_hash) = 64)
) STRICT;

CREATE TABLE voter (
  voter_key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  list_number INTEGER NOT NULL UNIQUE CHECK (list_number >= 1),
  personal_number TEXT NOT NULL UNIQUE CHECK (length(personal_number) = 14),
  surname TEXT,
  given TEXT NOT NULL CHECK (given <> ''),
  patronymic TEXT,
  birth_date TEXT NOT NULL CHECK (birth_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  sex TEXT NOT NULL CHECK (sex IN ('female', 'male')),
  address TEXT NOT NULL,
  station_number INTEGER NOT NULL,
  district_number INTEGER NOT NULL,
  standing TEXT NOT NULL CHECK (standing IN ('active', 'struck-off', 'moved', 'voted-at-home')),
  -- JSON arrays of text.
  ballot_styles TEXT NOT NULL CHECK (json_type(ballot_styles) = 'array'),
  changes TEXT NOT NULL CHECK (json_type(changes) = 'array'),
  has_fingerprints INTEGER NOT NULL CHECK (has_fingerprints IN (0, 1))
) STRICT;

CREATE TABLE voter_document (
  number TEXT PRIMARY KEY,
  voter_key INTEGER NOT NULL REFERENCES voter (voter_key),
  -- Order in the voter's record.
  place INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('id-card', 'passport')),
  expires TEXT NOT NULL,
  current INTEGER NOT NULL CHECK (current IN (0, 1)),
  UNIQUE (voter_key, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE voter_photo (
  voter_key INTEGER PRIMARY KEY REFERENCES voter (voter_key),
  jpeg BLOB NOT NULL
) STRICT;

-- ISO/IEC 19794-2:2005 records, each sealed by itself under a key that is not this database's.
CREATE TABLE voter_template (
  voter_key INTEGER NOT NULL REFERENCES voter (voter_key),
  position INTEGER NOT NULL CHECK (position BETWEEN 0 AND 10),
  -- Where the minutiae come from: 'enrolled' from people, the others only in mock elections.
  source TEXT NOT NULL CHECK (source IN ('enrolled', 'drawn', 'generated', 'scanned')),
  -- SHA-256 of the record before sealing.
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  sealed BLOB NOT NULL,
  PRIMARY KEY (voter_key, position)
) STRICT, WITHOUT ROWID;

-- Name search: each different word of a name once, with the letter pairs of both its forms.
CREATE TABLE name_word (
  word_key INTEGER PRIMARY KEY,
  folded TEXT NOT NULL,
  skeleton TEXT NOT NULL,
  UNIQUE (folded, skeleton)
) STRICT;
CREATE INDEX name_word_skeleton ON name_word (skeleton);

CREATE TABLE name_pair (
  pair TEXT NOT NULL,
  -- Letters of the form that has the pair: a near word is nearly as long.
  letters INTEGER NOT NULL,
  word_key INTEGER NOT NULL REFERENCES name_word (word_key),
  PRIMARY KEY (pair, letters, word_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE voter_word (
  word_key INTEGER NOT NULL REFERENCES name_word (word_key),
  voter_key INTEGER NOT NULL REFERENCES voter (voter_key),
  PRIMARY KEY (word_key, voter_key)
) STRICT, WITHOUT ROWID;

-- Voters of other stations: no name and no number, only a keyed hash of personal number and document number.
CREATE TABLE elsewhere_station (
  station_number INTEGER PRIMARY KEY,
  district_number INTEGER NOT NULL,
  address TEXT NOT NULL
) STRICT;

CREATE TABLE elsewhere_voter (
  token BLOB PRIMARY KEY CHECK (length(token) = 16),
  station_number INTEGER NOT NULL REFERENCES elsewhere_station (station_number)
) STRICT, WITHOUT ROWID;

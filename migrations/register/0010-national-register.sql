-- One schema for the register of a station and for that of the whole country (station_number 0), fast to fill and
-- to search at 4.3 million voters. Rows of an older register are kept.

-- Stations by number, as a national register has them.
CREATE TABLE station (
  station_number INTEGER PRIMARY KEY,
  district_number INTEGER NOT NULL,
  name_ky TEXT NOT NULL,
  name_ru TEXT NOT NULL,
  name_en TEXT NOT NULL,
  address TEXT NOT NULL
) STRICT;

-- Uniqueness stands in indexes of their own, which an import takes away while it fills the tables.
CREATE TABLE new_voter (
  voter_key INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  -- Whose list the number stands in: the register's own station, or in a national register the voter's.
  list_station INTEGER NOT NULL,
  list_number INTEGER NOT NULL CHECK (list_number >= 1),
  personal_number TEXT NOT NULL CHECK (length(personal_number) = 14),
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
INSERT INTO new_voter
  SELECT voter_key, id, (SELECT station_number FROM register_info), list_number, personal_number, surname, given,
         patronymic, birth_date, sex, address, station_number, district_number, standing, ballot_styles, changes,
         has_fingerprints
    FROM voter;

CREATE TABLE new_voter_document (
  voter_key INTEGER NOT NULL REFERENCES new_voter (voter_key),
  -- Order in the voter's record.
  place INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('id-card', 'passport')),
  number TEXT NOT NULL,
  expires TEXT NOT NULL,
  current INTEGER NOT NULL CHECK (current IN (0, 1)),
  PRIMARY KEY (voter_key, place)
) STRICT, WITHOUT ROWID;
INSERT INTO new_voter_document
  SELECT voter_key, place, kind, number, expires, current FROM voter_document;

CREATE TABLE new_voter_photo (
  voter_key INTEGER PRIMARY KEY REFERENCES new_voter (voter_key),
  jpeg BLOB NOT NULL
) STRICT;
INSERT INTO new_voter_photo SELECT voter_key, jpeg FROM voter_photo;

CREATE TABLE new_voter_template (
  voter_key INTEGER NOT NULL REFERENCES new_voter (voter_key),
  position INTEGER NOT NULL CHECK (position BETWEEN 0 AND 10),
  source TEXT NOT NULL CHECK (source IN ('enrolled', 'drawn', 'generated', 'scanned')),
  -- SHA-256 of the record before sealing.
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  sealed BLOB NOT NULL,
  PRIMARY KEY (voter_key, position)
) STRICT, WITHOUT ROWID;
INSERT INTO new_voter_template SELECT voter_key, position, source, sha256, sealed FROM voter_template;

DROP TABLE voter_word;
DROP TABLE voter_document;
DROP TABLE voter_photo;
DROP TABLE voter_template;
DROP TABLE voter;
ALTER TABLE new_voter RENAME TO voter;
ALTER TABLE new_voter_document RENAME TO voter_document;
ALTER TABLE new_voter_photo RENAME TO voter_photo;
ALTER TABLE new_voter_template RENAME TO voter_template;

CREATE UNIQUE INDEX voter_id ON voter (id);
CREATE UNIQUE INDEX voter_list ON voter (list_station, list_number);
CREATE UNIQUE INDEX voter_personal_number ON voter (personal_number);
CREATE UNIQUE INDEX voter_document_number ON voter_document (number);

-- Name search: each different word of a name once, lower-case, NFC, with the voters who have it: their keys in
-- ascending order as differences in LEB128 (src/register/voter-list.ts). An older register had its words folded:
-- they are made again from the names when it is opened for writing (src/register/deltas/change-name-index.ts).
DROP TABLE name_pair;
DROP TABLE name_word;
CREATE TABLE name_word (
  word_key INTEGER PRIMARY KEY,
  word TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE name_word_voters (
  word_key INTEGER PRIMARY KEY REFERENCES name_word (word_key),
  voters BLOB NOT NULL
) STRICT;

-- Voters of other stations stand in the national index, a file of its own that all stations share
-- (src/register/national-index/): its SHA-256, and the key that opens one entry at a time.
DROP TABLE elsewhere_voter;
DROP TABLE elsewhere_station;
CREATE TABLE national_index (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  key BLOB NOT NULL CHECK (length(key) = 32)
) STRICT;

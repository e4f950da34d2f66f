-- Two people at a station have looked into so many records of a voter; 0 for a record itself. The column tokens of
-- event_range has it in the four bits above an event's number.
ALTER TABLE double_participation ADD COLUMN settles INTEGER NOT NULL DEFAULT 0 CHECK (settles BETWEEN 0 AND 15);

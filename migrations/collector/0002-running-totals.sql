-- What is read all day is counted as it comes in, not summed over all rows: sums of a device and of the whole.

-- Written anew: an undo subtracts from the cells that its identification was counted in, and where it was made at
-- another lane, that lane's own cell lies under zero; only the sum over lanes says anything.
CREATE TABLE turnout_count_2 (
  device TEXT NOT NULL,
  property TEXT NOT NULL CHECK (property IN ('kind', 'hour', 'sex', 'age-group', 'method', 'incident')),
  value TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (device, property, value)
) STRICT, WITHOUT ROWID;
INSERT INTO turnout_count_2 SELECT device, property, value, count FROM turnout_count;
DROP TABLE turnout_count;
ALTER TABLE turnout_count_2 RENAME TO turnout_count;

-- Over all devices. The shard lets several writers count without waiting for one another's row.
CREATE TABLE turnout_total (
  shard INTEGER NOT NULL,
  property TEXT NOT NULL,
  value TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (shard, property, value)
) STRICT, WITHOUT ROWID;
INSERT INTO turnout_total SELECT 0, property, value, sum(count) FROM turnout_count GROUP BY property, value;

-- What the table of stations shows of each device.
CREATE TABLE device_total (
  device TEXT PRIMARY KEY REFERENCES device (device),
  events INTEGER NOT NULL,
  identified INTEGER NOT NULL,
  undone INTEGER NOT NULL,
  -- Identified by a decision of the commission, net of what was undone.
  by_commission INTEGER NOT NULL,
  incidents INTEGER NOT NULL,
  heard_wall_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO device_total
  SELECT h.device, sum(h.seq),
    coalesce((SELECT count FROM turnout_count AS c
      WHERE c.device = h.device AND property = 'kind' AND value = 'identification'), 0),
    coalesce((SELECT count FROM turnout_count AS c
      WHERE c.device = h.device AND property = 'kind' AND value = 'undo'), 0),
    coalesce((SELECT count FROM turnout_count AS c
      WHERE c.device = h.device AND property = 'method' AND value = 'commission'), 0),
    0, max(h.heard_wall_ms)
  FROM chain_head AS h GROUP BY h.device;

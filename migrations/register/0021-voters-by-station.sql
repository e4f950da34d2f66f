-- A national register is read station by station when packages are built of it.
CREATE INDEX voter_station ON voter (station_number, list_number);

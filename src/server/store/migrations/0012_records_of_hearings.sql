-- Who took part asks for the minutes of their hearing, not for those of the court.
CREATE INDEX records_by_hearing ON records (hearing, sitting);

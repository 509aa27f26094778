-- Which version of an invitation was given out last: its number counts up when what is read has changed.
CREATE TABLE calendars (
    hearing    TEXT NOT NULL REFERENCES hearings (id),
    subject    TEXT NOT NULL,
    sequence   INTEGER NOT NULL,
    content    BLOB NOT NULL,
    changed_ms INTEGER NOT NULL,
    PRIMARY KEY (hearing, subject)
) STRICT, WITHOUT ROWID;

-- What is written down before a hearing, as JSON: checklist, days, tasks. The revision counts up at each change, so that
-- two who write at the same time do not undo each other's.
CREATE TABLE preparations (
    hearing  TEXT PRIMARY KEY REFERENCES hearings (id),
    revision INTEGER NOT NULL,
    data     TEXT NOT NULL
) STRICT;

-- Readiness tests of points: what was measured, when, and by which device or member of staff.
CREATE TABLE readiness (
    id       TEXT PRIMARY KEY,
    point    TEXT NOT NULL REFERENCES points (id),
    at_ms    INTEGER NOT NULL,
    device   TEXT REFERENCES devices (id),
    account  TEXT REFERENCES accounts (name),
    measured TEXT NOT NULL
) STRICT;
CREATE INDEX readiness_by_point ON readiness (point, at_ms);

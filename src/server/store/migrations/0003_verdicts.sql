-- What a verification found, of which state of the files, and when. The files themselves are the truth: a verdict whose
-- fingerprint is not theirs any more counts for nothing.
CREATE TABLE verdicts (
    record      TEXT PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    checked_ms  INTEGER NOT NULL,
    report      TEXT NOT NULL
) STRICT;

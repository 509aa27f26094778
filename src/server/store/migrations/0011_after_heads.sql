-- How far the log of what was asked, ruled and agreed after a record's close was written: one that ends before has lost its
-- end. Not part of the catalogue, which can be made again.
CREATE TABLE after_heads (
    record TEXT PRIMARY KEY,
    n      INTEGER NOT NULL,
    hash   TEXT NOT NULL
) STRICT;

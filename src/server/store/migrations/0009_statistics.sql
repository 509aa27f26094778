-- Figures of sittings, from their ledgers: rebuilt with the catalogue by `assize catalogue rebuild`.
CREATE TABLE statistics (
    record  TEXT PRIMARY KEY,
    court   TEXT NOT NULL,
    day     TEXT NOT NULL,
    figures TEXT NOT NULL
) STRICT;
CREATE INDEX statistics_by_day ON statistics (court, day);

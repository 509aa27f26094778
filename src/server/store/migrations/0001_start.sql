-- What must be found. The hearing itself, media and events, is in its record folder.
-- Times are milliseconds since 1970-01-01 UTC; secrets are stored as SHA-256 or a keyed MAC, never clear.

CREATE TABLE courts (
    id   TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    zone TEXT NOT NULL
) STRICT;

CREATE TABLE points (
    id    TEXT PRIMARY KEY,
    court TEXT NOT NULL REFERENCES courts (id),
    name  TEXT NOT NULL,
    kind  TEXT NOT NULL,
    UNIQUE (court, name)
) STRICT;

CREATE TABLE devices (
    id          TEXT PRIMARY KEY,
    point       TEXT NOT NULL REFERENCES points (id),
    credential  BLOB NOT NULL UNIQUE,
    enrolled_ms INTEGER NOT NULL,
    seen_ms     INTEGER,
    revoked_ms  INTEGER
) STRICT;

CREATE TABLE enrolments (
    token      BLOB PRIMARY KEY,
    point      TEXT NOT NULL REFERENCES points (id),
    expires_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE accounts (
    name       TEXT PRIMARY KEY,
    display    TEXT NOT NULL,
    court      TEXT NOT NULL REFERENCES courts (id),
    role       TEXT NOT NULL,
    password   TEXT NOT NULL,
    disabled   INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    token      BLOB PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES accounts (name),
    created_ms INTEGER NOT NULL,
    seen_ms    INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_account ON sessions (account);

CREATE TABLE hearings (
    id         TEXT PRIMARY KEY,
    court      TEXT NOT NULL REFERENCES courts (id),
    starts_ms  INTEGER NOT NULL,
    day        TEXT NOT NULL,
    state      TEXT NOT NULL,
    search     TEXT NOT NULL,
    plan       TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX hearings_by_day ON hearings (court, day);
CREATE INDEX hearings_by_state ON hearings (state);

CREATE TABLE hearing_points (
    hearing TEXT NOT NULL REFERENCES hearings (id),
    point   TEXT NOT NULL REFERENCES points (id),
    PRIMARY KEY (point, hearing)
) STRICT, WITHOUT ROWID;

CREATE TABLE codes (
    mac        BLOB PRIMARY KEY,
    hearing    TEXT NOT NULL REFERENCES hearings (id),
    person     TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    UNIQUE (hearing, person)
) STRICT;

-- One entrance to one seat: what a ticket or a resume token stands for.
CREATE TABLE links (
    id         TEXT PRIMARY KEY,
    hearing    TEXT NOT NULL REFERENCES hearings (id),
    entrant    TEXT NOT NULL,
    account    TEXT REFERENCES accounts (name),
    device     TEXT REFERENCES devices (id),
    person     TEXT,
    current    BLOB NOT NULL,
    pending    BLOB,
    created_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX links_by_current ON links (current);
CREATE UNIQUE INDEX links_by_pending ON links (pending);
CREATE INDEX links_by_hearing ON links (hearing);

CREATE TABLE tickets (
    token      BLOB PRIMARY KEY,
    link       TEXT NOT NULL REFERENCES links (id) ON DELETE CASCADE,
    expires_ms INTEGER NOT NULL
) STRICT;

-- The catalogue: rebuilt from the record folders by `assize catalogue rebuild`.
CREATE TABLE records (
    id         TEXT PRIMARY KEY,
    hearing    TEXT NOT NULL,
    court      TEXT NOT NULL,
    sitting    INTEGER NOT NULL,
    folder     TEXT NOT NULL UNIQUE,
    case_no    TEXT NOT NULL,
    title      TEXT NOT NULL,
    day        TEXT NOT NULL,
    from_ms    INTEGER NOT NULL,
    to_ms      INTEGER NOT NULL,
    sealed_ms  INTEGER,
    result     TEXT,
    people     TEXT NOT NULL,
    search     TEXT NOT NULL
) STRICT;
CREATE INDEX records_by_day ON records (court, day);

CREATE TABLE audit (
    n       INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms   INTEGER NOT NULL,
    who     TEXT NOT NULL,
    act     TEXT NOT NULL,
    subject TEXT,
    source  TEXT,
    detail  TEXT
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject, act);

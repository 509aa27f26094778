-- A link that staff made ends with the session it was made in, and keeps that session in use while it lives.
-- No foreign key: a session that has run out ends no link.
ALTER TABLE links ADD COLUMN session BLOB;
CREATE INDEX links_by_session ON links (session);

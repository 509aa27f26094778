-- Why the record of a hearing that is over is not sealed yet. Gone once it is.
ALTER TABLE hearings ADD COLUMN seal_fault TEXT;

-- Why the sealed record of a hearing that is over is not in the catalogue yet. Gone once it is.
ALTER TABLE hearings ADD COLUMN shelf_fault TEXT;

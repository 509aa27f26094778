-- When a hearing was closed: those who took part read its minutes for hours from then on, however long it lasted.
ALTER TABLE hearings ADD COLUMN closed_ms INTEGER;

-- Records of rehearsals are marked in the list.
ALTER TABLE records ADD COLUMN rehearsal INTEGER NOT NULL DEFAULT 0;

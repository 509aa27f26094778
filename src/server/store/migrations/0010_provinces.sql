-- Where points are, as far as somebody said: hearings across provinces are counted by it.
ALTER TABLE points ADD COLUMN province TEXT;

-- Contract: the version before still reads it.
ALTER TABLE matches DROP COLUMN title;

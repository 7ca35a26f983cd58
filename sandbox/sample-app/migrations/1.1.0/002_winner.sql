-- Expand: the version before knows nothing of it and writes no value.
ALTER TABLE matches ADD COLUMN winner text;

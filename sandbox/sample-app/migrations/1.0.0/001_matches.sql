CREATE TABLE matches (id bigint PRIMARY KEY, title text NOT NULL);

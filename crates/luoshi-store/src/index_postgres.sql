ALTER TABLE sought ADD COLUMN pieces TSVECTOR
    GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED;
CREATE INDEX sought_index ON sought USING gin (pieces);

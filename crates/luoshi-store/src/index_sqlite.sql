CREATE VIRTUAL TABLE sought_index USING fts5(
    words, content = 'sought', content_rowid = 'id', detail = none, columnsize = 0, tokenize = 'ascii'
);
CREATE TRIGGER sought_in AFTER INSERT ON sought BEGIN
    INSERT INTO sought_index (rowid, words) VALUES (new.id, new.words);
END;
CREATE TRIGGER sought_out AFTER DELETE ON sought BEGIN
    INSERT INTO sought_index (sought_index, rowid, words) VALUES ('delete', old.id, old.words);
END;
CREATE TRIGGER sought_on AFTER UPDATE ON sought WHEN old.words <> new.words BEGIN
    INSERT INTO sought_index (sought_index, rowid, words) VALUES ('delete', old.id, old.words);
    INSERT INTO sought_index (rowid, words) VALUES (new.id, new.words);
END;

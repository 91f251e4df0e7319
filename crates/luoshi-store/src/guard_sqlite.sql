CREATE TRIGGER event_unchanged BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'event: kept as it was written'); END;
CREATE TRIGGER event_undeleted BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'event: kept as it was written'); END;

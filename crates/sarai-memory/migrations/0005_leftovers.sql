-- Parts of messages that say something which no rule understood, for a slower reader: where they
-- stand, and never their words.
--
-- A row goes when it was read, when its message is forgotten or a sentence is cut out of it, and
-- when newer ones need its place.

CREATE TABLE leftover (
    utterance INTEGER NOT NULL,
    person INTEGER NOT NULL,
    -- A half-open span of bytes.
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL CHECK (span_end > span_start),
    noted_ms INTEGER NOT NULL,
    -- How often the reader failed at it.
    failures INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (utterance, span_start),
    FOREIGN KEY (utterance, person) REFERENCES utterance (id, person) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX leftover_of_person ON leftover (person, utterance, span_start);

-- The spans of a message that changes are those of other words.
CREATE TRIGGER leftover_cut AFTER UPDATE OF text ON utterance BEGIN
    DELETE FROM leftover WHERE utterance = new.id;
END;

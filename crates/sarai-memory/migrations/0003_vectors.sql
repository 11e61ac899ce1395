-- Vectors of what was said, so that it is found by what it means.
--
-- They are made after an utterance is kept and can be made again at any time: an utterance without
-- a vector of the present model is waiting for one. A vector goes with its utterance, and when the
-- words it was made of change.

CREATE TABLE embedding_model (
    key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (name <> '')
) STRICT;

CREATE TABLE utterance_vector (
    -- Grows with time and is never used twice: whoever holds the vectors in memory reads the rest.
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    utterance INTEGER NOT NULL UNIQUE,
    person INTEGER NOT NULL,
    model INTEGER NOT NULL REFERENCES embedding_model (key),
    -- The question it answers, whose words are in the vector too.
    context INTEGER REFERENCES utterance (id) ON DELETE CASCADE,
    -- Each number is a signed byte times the scale.
    scale REAL NOT NULL,
    numbers BLOB NOT NULL,
    FOREIGN KEY (utterance, person) REFERENCES utterance (id, person) ON DELETE CASCADE
) STRICT;

CREATE INDEX utterance_vector_of_person ON utterance_vector (person, model, key);
CREATE INDEX utterance_vector_of_context ON utterance_vector (context);

CREATE TRIGGER utterance_reworded AFTER UPDATE OF text ON utterance WHEN new.text <> old.text BEGIN
    DELETE FROM utterance_vector WHERE utterance = old.id OR context = old.id;
END;

-- How many vectors were deleted: whoever holds some in memory learns that they must be read again.
CREATE TABLE vector_loss (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    vectors INTEGER NOT NULL
) STRICT;
INSERT INTO vector_loss VALUES (1, 0);

CREATE TRIGGER vector_lost AFTER DELETE ON utterance_vector BEGIN
    UPDATE vector_loss SET vectors = vectors + 1;
END;

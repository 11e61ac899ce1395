-- How far the journal beside this file has come: the number of the last batch of changes that is
-- also in here. On opening, the two are compared and whichever lacks something is brought up.

CREATE TABLE journal (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    -- Tells whose journal it is.
    memory TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    -- Whether words were forgotten that the journal may still hold.
    forgotten INTEGER NOT NULL CHECK (forgotten IN (0, 1))
) STRICT;

INSERT INTO journal (only, memory, sequence, forgotten) VALUES (1, lower(hex(randomblob(8))), 0, 0);

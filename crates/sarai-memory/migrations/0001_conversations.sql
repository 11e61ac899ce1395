-- People, their conversations, and what was said in them.
--
-- `utterance` is the evidence. What is learned later points to it: a fact, an entity's mention or
-- a promise names `utterance.id` and a half-open span of characters in `utterance.text`, with
-- ON DELETE CASCADE, so that forgetting a conversation forgets what was learned from it. A vector
-- is one row per utterance. Documents bring tables of their own; a fact names either an utterance
-- or a part of a document. Keys of turns and utterances are never used twice (AUTOINCREMENT), so a
-- stale pointer can dangle but never lie.
--
-- Every table of a person's things carries `person`, and composite foreign keys keep a row from
-- naming a parent of somebody else.

CREATE TABLE person (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE CHECK (id <> ''),
    display_name TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE conversation (
    key INTEGER PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES person (key) ON DELETE CASCADE,
    -- Chosen by clients, hence unique for a person only.
    id TEXT NOT NULL CHECK (id <> ''),
    title TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    UNIQUE (person, id),
    UNIQUE (key, person)
) STRICT;

CREATE INDEX conversation_by_use ON conversation (person, updated_ms DESC, key DESC);

CREATE TABLE turn (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    id TEXT NOT NULL CHECK (id <> ''),
    asked_ms INTEGER NOT NULL,
    stopped INTEGER NOT NULL CHECK (stopped IN (0, 1)),
    model TEXT NOT NULL,
    trace TEXT NOT NULL CHECK (json_valid(trace)),
    -- Digest of the history with this turn at its end. A client that resends its history names its
    -- conversation with it; kept for every turn, so that one who asks an earlier question again
    -- stays in the same conversation.
    history_digest TEXT,
    UNIQUE (person, id),
    UNIQUE (key, person),
    FOREIGN KEY (conversation, person) REFERENCES conversation (key, person) ON DELETE CASCADE
) STRICT;

CREATE INDEX turn_by_conversation ON turn (conversation, key);
CREATE INDEX turn_by_digest ON turn (person, history_digest, key) WHERE history_digest IS NOT NULL;

CREATE TABLE utterance (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant', 'tool', 'client')),
    origin TEXT NOT NULL,
    text TEXT NOT NULL,
    -- The words of `text` without endings and accents, in Spanish and in English, for recall.
    stems TEXT NOT NULL,
    -- `es`, `en` or NULL: not looked at yet.
    language TEXT,
    UNIQUE (turn, position),
    FOREIGN KEY (turn, person) REFERENCES turn (key, person) ON DELETE CASCADE
) STRICT;

CREATE VIRTUAL TABLE utterance_index USING fts5 (
    text, stems,
    content = 'utterance', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2',
    prefix = '2 3'
);
-- A deleted word leaves the index at once and not at its next merge.
INSERT INTO utterance_index (utterance_index, rank) VALUES ('secure-delete', 1);
CREATE VIRTUAL TABLE utterance_vocabulary USING fts5vocab (utterance_index, 'col');

CREATE TRIGGER utterance_inserted AFTER INSERT ON utterance BEGIN
    INSERT INTO utterance_index (rowid, text, stems) VALUES (new.id, new.text, new.stems);
END;
CREATE TRIGGER utterance_deleted AFTER DELETE ON utterance BEGIN
    INSERT INTO utterance_index (utterance_index, rowid, text, stems)
    VALUES ('delete', old.id, old.text, old.stems);
END;
CREATE TRIGGER utterance_updated AFTER UPDATE OF text, stems ON utterance BEGIN
    INSERT INTO utterance_index (utterance_index, rowid, text, stems)
    VALUES ('delete', old.id, old.text, old.stems);
    INSERT INTO utterance_index (rowid, text, stems) VALUES (new.id, new.text, new.stems);
END;

CREATE VIRTUAL TABLE title_index USING fts5 (
    title,
    content = 'conversation', content_rowid = 'key',
    tokenize = 'unicode61 remove_diacritics 2',
    prefix = '2 3'
);
INSERT INTO title_index (title_index, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER conversation_inserted AFTER INSERT ON conversation BEGIN
    INSERT INTO title_index (rowid, title) VALUES (new.key, new.title);
END;
CREATE TRIGGER conversation_deleted AFTER DELETE ON conversation BEGIN
    INSERT INTO title_index (title_index, rowid, title) VALUES ('delete', old.key, old.title);
END;
CREATE TRIGGER conversation_renamed AFTER UPDATE OF title ON conversation BEGIN
    INSERT INTO title_index (title_index, rowid, title) VALUES ('delete', old.key, old.title);
    INSERT INTO title_index (rowid, title) VALUES (new.key, new.title);
END;

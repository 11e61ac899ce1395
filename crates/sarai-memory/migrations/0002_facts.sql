-- Facts: what was told, as subject, relation and object, each with the utterances that tell it.
--
-- A fact lives as long as one utterance that tells it, unless it was entered by hand; a name, a
-- relation and an entity live as long as a fact needs them. Triggers see to it, so that whatever
-- deletes an utterance deletes what was learned from it.
--
-- Small numbers stand for words: `status`, `source` and `extractor` are places in the lists `ALL`
-- of the types `FactStatus`, `FactSource` and `Extractor`, which only ever grow at their ends.
--
-- Facts are found by any of subject, relation and object, newest first: every index ends with
-- `believed` and, implicitly, with the key, which grows with time. History is the merge of what is
-- believed and what no longer is. These are whole indexes and not partial ones because foreign keys
-- cannot use partial ones: without them each deleted entity would read every fact there is.

CREATE UNIQUE INDEX utterance_of_person ON utterance (id, person);

CREATE TABLE entity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL REFERENCES person (key) ON DELETE CASCADE,
    -- The name it was first called by, and the best one to show, made of all its names.
    name TEXT NOT NULL CHECK (name <> ''),
    shown TEXT NOT NULL CHECK (shown <> ''),
    -- A value is nobody to speak of again, such as `2580`: it is found as an object, by its name,
    -- and never shared by two writings of it.
    is_value INTEGER NOT NULL CHECK (is_value IN (0, 1)),
    kind TEXT NOT NULL,
    gender TEXT,
    number TEXT,
    UNIQUE (id, person)
) STRICT;

CREATE INDEX entity_of_person ON entity (person, id);

-- Every name of an entity, the first included, and at place -1 the shown one where it is none of
-- them. Several entities may share one.
CREATE TABLE alias (
    person INTEGER NOT NULL,
    folded TEXT NOT NULL CHECK (folded <> ''),
    entity INTEGER NOT NULL,
    -- As written, and where it stands among the names of its entity.
    name TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (person, folded, entity),
    FOREIGN KEY (entity, person) REFERENCES entity (id, person) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX alias_of_entity ON alias (entity, person, place);

-- The folded words of the names.
CREATE TABLE entity_word (
    person INTEGER NOT NULL,
    word TEXT NOT NULL,
    entity INTEGER NOT NULL,
    PRIMARY KEY (person, word, entity),
    FOREIGN KEY (entity, person) REFERENCES entity (id, person) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX entity_word_of_entity ON entity_word (entity, person);

-- The relations in use. `verb` is the part before `_`, folded.
CREATE TABLE relation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL REFERENCES person (key) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (name <> ''),
    folded TEXT NOT NULL,
    verb TEXT NOT NULL,
    UNIQUE (person, name),
    UNIQUE (id, person)
) STRICT;

CREATE INDEX relation_of_verb ON relation (person, verb, folded);

CREATE TABLE fact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    relation INTEGER NOT NULL,
    object INTEGER NOT NULL,
    negated INTEGER NOT NULL CHECK (negated IN (0, 1)),
    -- As told: current, past or planned. Superseded is what is no longer believed.
    status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 2),
    -- Beginnings of ISO dates.
    told_when TEXT,
    valid_from TEXT,
    valid_to TEXT,
    learned_ms INTEGER NOT NULL,
    expired_ms INTEGER,
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    mentions INTEGER NOT NULL CHECK (mentions >= 0),
    source INTEGER NOT NULL,
    extractor INTEGER NOT NULL,
    -- Entered by hand: needs no utterance to live.
    by_hand INTEGER NOT NULL CHECK (by_hand IN (0, 1)),
    -- What took its place. Cleared by a trigger.
    superseded_by INTEGER,
    -- For the indexes. Not a generated column: no index covers a query of one.
    believed INTEGER NOT NULL DEFAULT 1 CHECK (believed = (expired_ms IS NULL)),
    UNIQUE (id, person),
    FOREIGN KEY (subject, person) REFERENCES entity (id, person) ON DELETE CASCADE,
    FOREIGN KEY (object, person) REFERENCES entity (id, person) ON DELETE CASCADE,
    FOREIGN KEY (relation, person) REFERENCES relation (id, person) ON DELETE CASCADE
) STRICT;

CREATE INDEX fact_any ON fact (person, believed);
CREATE INDEX fact_s ON fact (subject, believed);
CREATE INDEX fact_v ON fact (relation, believed);
CREATE INDEX fact_o ON fact (object, believed);
CREATE INDEX fact_sv ON fact (subject, relation, believed);
CREATE INDEX fact_so ON fact (subject, object, believed);
CREATE INDEX fact_vo ON fact (relation, object, believed);
CREATE INDEX fact_svo ON fact (subject, relation, object, believed);
CREATE INDEX fact_of_successor ON fact (superseded_by) WHERE superseded_by IS NOT NULL;

-- Which utterance tells a fact, and where: half-open spans of bytes.
CREATE TABLE fact_mention (
    fact INTEGER NOT NULL,
    utterance INTEGER NOT NULL,
    person INTEGER NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL CHECK (span_end >= span_start),
    subject_start INTEGER,
    subject_end INTEGER,
    object_start INTEGER,
    object_end INTEGER,
    PRIMARY KEY (fact, utterance),
    FOREIGN KEY (fact, person) REFERENCES fact (id, person) ON DELETE CASCADE,
    FOREIGN KEY (utterance, person) REFERENCES utterance (id, person) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX fact_mention_by_utterance ON fact_mention (utterance, person);

-- What was closed or edited, so that it can be undone. The newest of a person comes first.
CREATE TABLE fact_change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    fact INTEGER NOT NULL,
    -- Its `valid_to` before the change.
    valid_to TEXT,
    FOREIGN KEY (fact, person) REFERENCES fact (id, person) ON DELETE CASCADE
) STRICT;

CREATE INDEX fact_change_of_person ON fact_change (person, id);
CREATE INDEX fact_change_of_fact ON fact_change (fact, person);

CREATE TRIGGER fact_mention_deleted AFTER DELETE ON fact_mention BEGIN
    DELETE FROM fact WHERE id = old.fact AND NOT by_hand
        AND NOT EXISTS (SELECT 1 FROM fact_mention WHERE fact = old.fact);
    UPDATE fact SET mentions = max(mentions - 1, 1) WHERE id = old.fact;
END;

CREATE TRIGGER fact_deleted AFTER DELETE ON fact BEGIN
    UPDATE fact SET superseded_by = NULL WHERE superseded_by = old.id;
    DELETE FROM entity WHERE id IN (old.subject, old.object)
        AND NOT EXISTS (SELECT 1 FROM fact WHERE subject = entity.id)
        AND NOT EXISTS (SELECT 1 FROM fact WHERE object = entity.id);
    DELETE FROM relation WHERE id = old.relation
        AND NOT EXISTS (SELECT 1 FROM fact WHERE relation = old.relation);
END;

-- Current facts with the columns that other programs know.
CREATE VIEW entity_memory (id, subject, verb, object, timestamp, confidence, source) AS
SELECT fact.id, subject.shown,
    CASE fact.negated WHEN 1 THEN 'no ' ELSE '' END || relation.name, object.shown,
    fact.learned_ms, fact.confidence,
    CASE fact.source WHEN 0 THEN 'user_input' WHEN 1 THEN 'rag' WHEN 2 THEN 'skill' ELSE 'assistant' END
FROM fact
JOIN entity AS subject ON subject.id = fact.subject
JOIN entity AS object ON object.id = fact.object
JOIN relation ON relation.id = fact.relation
WHERE fact.believed = 1;

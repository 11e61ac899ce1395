//! The grammars that come with it.

use sarai_core::language::Language;
use sarai_grammar::{named, named_all, parse, recognises};

use crate::agreement::{engine_recognises, factory, matcher};

#[track_caller]
fn check(name: &str, whole: &[&str], others: &[&str]) {
    let gbnf = parse(named(name).unwrap().text).unwrap();
    let matcher = matcher(&factory(), &gbnf);
    for (texts, expected) in [(whole, true), (others, false)] {
        for text in texts {
            assert_eq!(recognises(&gbnf, text), expected, "{text}");
            assert_eq!(engine_recognises(matcher.clone(), text), expected, "the engine: {text}");
        }
    }
}

#[test]
fn every_one_is_a_grammar_without_warnings() {
    for named in named_all() {
        let gbnf = parse(named.text).unwrap_or_else(|problem| panic!("{}: {problem}", named.name));
        assert_eq!(gbnf.warnings(), [], "{}", named.name);
        assert_ne!(named.about(Language::Spanish), named.about(Language::English));
    }
    assert_eq!(named("perl"), None);
}

#[test]
fn json_is_json() {
    check(
        "json",
        &["{}", "[1, -2.5e-3, true, null]", r#"{"a":{"b": [ "é\n\u00e9\ud83d\ude00" ] } }"#],
        &["", "{", "[1,]", "01", r#""\ud83d""#, "{'a': 1}", "[1,  2]", "\"\n\""],
    );
}

#[test]
fn markdown_closes_what_it_opens() {
    check(
        "markdown",
        &[
            "# Título\n\nUn párrafo **importante** con `code`.\n\n- uno\n- dos",
            "```python\ndef a():\n    pass\n\n```",
            "> dicho\n> y hecho\n\n1. primero\n\n---\n",
        ],
        &["", "**abierto", "```\ncode", "#sin espacio", "uno\n\n\ndos", "`x"],
    );
}

#[test]
fn sql_is_one_query_that_reads() {
    check(
        "sql",
        &[
            "SELECT * FROM users",
            "SELECT name, COUNT(*) AS total FROM users u JOIN orders ON u.id = orders.user_id\nWHERE \
             age >= 18 AND city LIKE 'S%' GROUP BY name HAVING COUNT(*) > 1 ORDER BY total DESC LIMIT 5",
            "SELECT (SELECT max(a) FROM t) FROM \"from\" WHERE x IN (1, 2) OR NOT y IS NULL",
            "SELECT CASE WHEN a = 'it''s' THEN 1 ELSE -2 END FROM b",
            "SELECT a FROM b UNION SELECT c FROM d ORDER BY 1 DESC LIMIT 3",
            "SELECT * FROM b EXCEPT SELECT * FROM c",
            "SELECT a, b FROM c UNION ALL SELECT 1, 2 INTERSECT SELECT d, e FROM f WHERE g IS NULL",
            "SELECT a FROM (SELECT b, c FROM d UNION SELECT 1, 2) AS e WHERE a IN (SELECT 1 UNION SELECT 2)",
            "WITH big AS (SELECT * FROM orders WHERE total > 9) SELECT COUNT(*) FROM big",
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 10) SELECT x FROM n",
            "WITH a AS (SELECT 1 AS x), b(y, z) AS (SELECT x, 2 FROM a) SELECT y FROM b UNION SELECT 3",
        ],
        &[
            "SELECT * FROM users;",
            "DELETE FROM users",
            "SELECT a FROM b -- why",
            "SELECT a FROM from",
            "SELECT (a FROM b",
            "SELECT a FROM b WHERE c = 'x;y'",
            "SELECT * FROM",
            "SELECT *",
            "SELECT a FROM b UNION SELECT c, d FROM e",
            "SELECT a FROM b ORDER BY a UNION SELECT c FROM d",
            "SELECT a FROM b UNION SELECT c FROM d ORDER BY 2",
            "SELECT a FROM b UNION",
            "WITH a AS (SELECT 1) DELETE FROM b",
            "WITH a AS (DELETE FROM b) SELECT 1",
            "WITH a(x) AS (SELECT 1, 2) SELECT x FROM a",
            "WITH a AS (SELECT 1)",
        ],
    );
}

/// What is in the grammar is what SQLite reads, and runs.
#[test]
fn queries_with_tables_are_run() {
    let database = rusqlite::Connection::open_in_memory().unwrap();
    database
        .execute_batch("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (2, 'y')")
        .unwrap();
    let gbnf = parse(named("sql").unwrap().text).unwrap();
    for (query, expected) in [
        (
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 4) SELECT SUM(x) FROM n",
            10,
        ),
        ("SELECT COUNT(*) FROM (SELECT a FROM t UNION SELECT 2 UNION ALL SELECT 2) AS u", 3),
        ("SELECT a FROM t INTERSECT SELECT 2", 2),
        ("SELECT a FROM t EXCEPT SELECT 2 ORDER BY 1 LIMIT 1", 1),
        (
            "WITH u(x, y) AS (SELECT a, b FROM t), v AS (SELECT x FROM u WHERE y = 'y') SELECT x FROM v",
            2,
        ),
    ] {
        assert!(recognises(&gbnf, query), "{query}");
        let mut statement = database.prepare(query).unwrap();
        assert!(statement.readonly(), "{query}");
        let found: i64 = statement.query_row([], |row| row.get(0)).unwrap();
        assert_eq!(found, expected, "{query}");
    }
}

#[test]
fn python_is_functions_and_classes() {
    check(
        "python",
        &[
            "def suma(a: int, b=2, *args, **kwargs) -> int:\n    return a + b\n",
            "class Perro(Animal):\n    \"\"\"Un perro.\"\"\"\n\n    def habla(self):\n        if \
             self.edad > 3 and not self.triste:\n            print(f\"guau {self.nombre}\")\n        \
             else:\n            return [x ** 2 for x in range(10) if x % 2 == 0]\n",
        ],
        &[
            "x = 1\n",
            "def f():\n",
            "def f():\nreturn 1\n",
            "def class():\n    pass\n",
            "def f(a=1, b):\n    pass\n",
            "def f():\n    return 'a\n",
        ],
    );
}

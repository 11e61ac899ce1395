//! What is told about a text that is no grammar.

use expect_test::{Expect, expect};
use sarai_core::explain::{Explain as _, FailureKind};
use sarai_core::language::Language;
use sarai_grammar::{Fault, parse};

#[track_caller]
fn check(text: &str, expected: &Expect) {
    let problem = parse(text).unwrap_err();
    assert_eq!(problem.kind(), FailureKind::Invalid);
    let spanish = problem.explain(Language::Spanish).message;
    let english = problem.explain(Language::English).message;
    assert_eq!(problem.to_string(), english);
    expected.assert_eq(&format!("{spanish}\n{english}\n{}\n", problem.excerpt(text)));
}

#[test]
fn what_begins_and_does_not_end_is_shown_where_it_begins() {
    let texts = [
        "root = \"a\"",
        "root ::= \"a\n",
        "root ::= \"a",
        "root ::= [a-z",
        "root ::= [a-",
        "root ::= []",
        "root ::= [z-a]",
        "root ::= (\"a\"",
        "root ::= (\"a\" ]",
    ];
    expect![[r#"
        line 1, column 6: `::=` must stand here / aquí tiene que ir `::=`
        root = "a"
             ^
        line 1, column 10: these quotes are not closed / estas comillas no se cierran
        root ::= "a
                 ^
        line 1, column 10: these quotes are not closed / estas comillas no se cierran
        root ::= "a
                 ^
        line 1, column 10: this bracket is not closed / este corchete no se cierra
        root ::= [a-z
                 ^
        line 1, column 10: this bracket is not closed / este corchete no se cierra
        root ::= [a-
                 ^
        line 1, column 10: this class has no character / esta clase no admite ningún carácter
        root ::= []
                 ^
        line 1, column 11: this range is the wrong way round: 'z' comes after 'a' / este intervalo está al revés: 'z' va detrás de 'a'
        root ::= [z-a]
                  ^
        line 1, column 10: this parenthesis is not closed / este paréntesis no se cierra
        root ::= ("a"
                 ^
        line 1, column 15: ']' cannot stand here / aquí no puede ir ']'
        root ::= ("a" ]
                      ^
    "#]].assert_eq(&texts.map(told).concat());
}

#[test]
fn signs_that_mean_nothing_are_shown_where_they_stand() {
    let texts = [
        "root ::= \"a\" ) \"b\"",
        "root ::= \"\\q\"",
        "root ::= \"\\x4\"",
        "root ::= [\\uD800]",
        "root ::= \"á\\Uzzzzzzzz\"",
        "root ::= \"a\"{x}",
        "root ::= \"a\"{,3}",
        "root ::= \"a\"{3,2}",
    ];
    expect![[r#"
        line 1, column 14: ')' cannot stand here / aquí no puede ir ')'
        root ::= "a" ) "b"
                     ^
        line 1, column 11: this character with a backslash is not known / no se conoce este carácter con barra invertida
        root ::= "\q"
                  ^
        line 1, column 11: this character with a backslash is not known / no se conoce este carácter con barra invertida
        root ::= "\x4"
                  ^
        line 1, column 11: this character with a backslash is not known / no se conoce este carácter con barra invertida
        root ::= [\uD800]
                  ^
        line 1, column 12: this character with a backslash is not known / no se conoce este carácter con barra invertida
        root ::= "á\Uzzzzzzzz"
                   ^
        line 1, column 13: repetitions are written `{2}`, `{2,}` or `{2,5}` / las repeticiones se escriben `{2}`, `{2,}` o `{2,5}`
        root ::= "a"{x}
                    ^
        line 1, column 13: repetitions are written `{2}`, `{2,}` or `{2,5}` / las repeticiones se escriben `{2}`, `{2,}` o `{2,5}`
        root ::= "a"{,3}
                    ^
        line 1, column 13: the most is less than the least / el máximo es menor que el mínimo
        root ::= "a"{3,2}
                    ^
    "#]].assert_eq(&texts.map(told).concat());
}

#[test]
fn repetitions_and_names_that_mean_nothing_are_shown() {
    let texts = [
        "root ::= \"a\"{1 2}",
        "root ::= \"a\"{2001}",
        "root ::= * \"a\"",
        "root ::= | ?",
        "root ::= <think> \"a\"",
        "root ::= \"a\"\n::= \"b\"",
        "root ::= \"a\" \\ \"b\"",
        "# only words\n",
        "",
    ];
    expect![[r#"
        line 1, column 13: repetitions are written `{2}`, `{2,}` or `{2,5}` / las repeticiones se escriben `{2}`, `{2,}` o `{2,5}`
        root ::= "a"{1 2}
                    ^
        line 1, column 13: at most 2000 repetitions fit / caben 2000 repeticiones como mucho
        root ::= "a"{2001}
                    ^
        line 1, column 10: there is nothing before it to repeat / delante no hay nada que repetir
        root ::= * "a"
                 ^
        line 1, column 12: there is nothing before it to repeat / delante no hay nada que repetir
        root ::= | ?
                   ^
        line 1, column 10: a grammar cannot name tokens of a model / una gramática no puede nombrar fichas de un modelo
        root ::= <think> "a"
                 ^
        line 2, column 1: the name of a rule must stand here / aquí tiene que ir el nombre de una regla
        ::= "b"
        ^
        line 1, column 14: '\\' cannot stand here / aquí no puede ir '\\'
        root ::= "a" \ "b"
                     ^
        line 1, column 1: the rule `root`, where it begins, is missing / falta la regla `root`, por la que se empieza
        # only words
        ^
        line 1, column 1: the rule `root`, where it begins, is missing / falta la regla `root`, por la que se empieza

        ^
    "#]].assert_eq(&texts.map(told).concat());
}

fn told(text: &str) -> String {
    let problem = parse(text).unwrap_err();
    let spanish = problem.what(Language::Spanish);
    format!("{problem} / {spanish}\n{}\n", problem.excerpt(text))
}

#[test]
fn what_does_not_hold_together_is_told() {
    check(
        "root ::= \"a\" other",
        &expect![[r#"
        línea 1, columna 14: la regla `other` no está definida
        line 1, column 14: the rule `other` is not defined
        root ::= "a" other
                     ^
    "#]],
    );
    check(
        "other ::= \"a\"",
        &expect![[r#"
        línea 1, columna 1: falta la regla `root`, por la que se empieza
        line 1, column 1: the rule `root`, where it begins, is missing
        other ::= "a"
        ^
    "#]],
    );
    check(
        "root ::= \"a\"\n\nroot ::= \"b\"",
        &expect![[r#"
        línea 3, columna 1: la regla `root` ya está definida en la línea 1
        line 3, column 1: the rule `root` is already defined in line 1
        root ::= "b"
        ^
    "#]],
    );
    check(
        "root ::= one\n# Never.\none ::= \"a\" two\ntwo ::= one \"b\"",
        &expect![[r#"
        línea 3, columna 1: la regla `one` no puede acabar nunca
        line 3, column 1: the rule `one` can never end
        one ::= "a" two
        ^
    "#]],
    );
    check(
        "root ::= one \"x\"\n\tone ::= two? one two* | \"y\"\ntwo ::= \"z\"",
        &expect![[r#"
        línea 2, columna 2: la regla `one` puede ser ella misma sin avanzar
        line 2, column 2: the rule `one` can be itself without going on
        	one ::= two? one two* | "y"
        	^
    "#]],
    );
    check(
        "root ::= root | \"a\"",
        &expect![[r#"
        línea 1, columna 1: la regla `root` puede ser ella misma sin avanzar
        line 1, column 1: the rule `root` can be itself without going on
        root ::= root | "a"
        ^
    "#]],
    );
}

#[test]
fn too_much_is_refused() {
    let fault = |text: &str| parse(text).unwrap_err().what;
    let deep = format!("root ::= {}\"a\"{}", "(".repeat(100), ")".repeat(100));
    assert_eq!(fault(&deep), Fault::TooDeep);
    assert_eq!(fault(&format!("root ::= \"a\"{}", "?".repeat(100_000))), Fault::TooDeep);
    let doubling = |root: &str| {
        let rules = (1..60).map(|rule| format!("r{rule} ::= r{0} r{0}", rule - 1));
        let rules: Vec<String> = rules.collect();
        format!("root ::= {root}\nr0 ::= \"a\"\n{}", rules.join("\n"))
    };
    assert_eq!(fault(&doubling("r59")), Fault::TooLarge);
    assert_eq!(fault(&doubling("\"b\" | \"c\" r59")), Fault::TooLarge);
    assert_eq!(fault("root ::= ((\"a\"{2000}){2000}){2000}"), Fault::TooLarge);
    assert_eq!(fault(&format!("root ::= \"a\" # {}", "a".repeat(300_000))), Fault::TooLarge);
}

#[test]
fn a_rule_that_nothing_uses_is_a_warning() {
    let gbnf = parse("root ::= \"a\"\nidle ::= other\nother ::= \"b\"").unwrap();
    let told: Vec<String> = gbnf.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "line 2, column 1: nothing uses the rule `idle`",
            "line 3, column 1: nothing uses the rule `other`"
        ]
    );
    assert_eq!(gbnf.rule_count(), 3);
}

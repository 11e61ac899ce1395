//! Grammars, from the command line.

use expect_test::expect;
use sarai_grammar::named_all;

use crate::house::House;

#[test]
fn a_mistake_is_told_with_its_line_and_a_caret() {
    let house = House::new();
    let path = house.file("broken.gbnf", b"root ::= word\nword ::= [a-z]+ (\"!\" | \"?\"\n");
    let told = |ran: String| ran.replace(&path, "FILE");
    let ran = house.run(&["grammar", "check", &path]).failed(2);
    expect![[r#"
        error: FILE:2:17: este paréntesis no se cierra
        word ::= [a-z]+ ("!" | "?"
                        ^
    "#]]
    .assert_eq(&told(ran.stderr));
    let house = house.with("SARAI_LANG", "en");
    let ran = house.run(&["grammar", "check", &path]).failed(2);
    expect![[r#"
        error: FILE:2:17: this parenthesis is not closed
        word ::= [a-z]+ ("!" | "?"
                        ^
    "#]]
    .assert_eq(&told(ran.stderr));
    let refused = house.run(&["chat", "--grammar", &path, "hello"]).failed(2);
    assert_eq!(told(refused.stderr), told(house.run(&["grammar", "check", &path]).stderr));
}

#[test]
fn a_good_one_is_told_with_its_warnings_and_tries_a_text() {
    let house = House::new();
    let path = house.file("good.gbnf", b"root ::= \"s\xc3\xad\" | \"no\"\nidle ::= \"x\"\n");
    let ran = house.run(&["grammar", "check", &path]).succeeded();
    expect![[r#"
        aviso: FILE:2:1: nada usa la regla `idle`
        idle ::= "x"
        ^
        la gramática está bien, reglas: 2
    "#]]
    .assert_eq(&ran.stderr.replace(&path, "FILE"));
    house.run(&["grammar", "check", &path, "--text", "sí"]).succeeded();
    let ran = house.run(&["grammar", "check", &path, "--text", "quizá"]).failed(2);
    assert!(ran.stderr.contains("el texto no es de la gramática"), "{ran:?}");
    house.run(&["grammar", "check", "sql", "--text", "SELECT 1"]).succeeded();
    let ran = house.run(&["grammar", "check", "sql", "--text", "DROP TABLE a"]).failed(2);
    assert!(ran.stderr.contains("el texto no es de la gramática"), "{ran:?}");
}

#[test]
fn those_with_a_name_are_listed_and_shown() {
    let house = House::new();
    let listed = house.run(&["grammar", "list", "--json"]).succeeded().json();
    let names: Vec<&str> =
        listed.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["json", "markdown", "python", "sql"]);
    for name in names {
        let shown = house.run(&["grammar", "show", name]).succeeded();
        assert!(shown.stdout.contains("root "), "{shown:?}");
        house.run(&["grammar", "check", name]).succeeded();
    }
    assert!(house.run(&["grammar", "list"]).succeeded().stdout.contains("sql"));
    expect![[r#"
        error: no hay ninguna gramática llamada `perl`, ni un archivo
        consejo: `sarai grammar list` muestra las que hay
    "#]]
    .assert_eq(&house.run(&["grammar", "show", "perl"]).failed(4).stderr);
    house.run(&["grammar", "check", "perl"]).failed(4);
}

/// The examples of the pages are written as the pages write them, and tried.
#[test]
fn the_examples_of_the_pages_are_as_they_say() {
    let pages = [
        (include_str!("../../../../docs/grammars.md"), "visit.gbnf", "Friday at 10:30, Marta"),
        (
            include_str!("../../../../docs/gramaticas.md"),
            "visita.gbnf",
            "viernes a las 10:30, Íñigo",
        ),
    ];
    for (page, name, text) in pages {
        assert!(page.contains(&format!("sarai grammar check {name} --text \"{text}\"")), "{name}");
        let (_, example) = page.split_once(&format!("cat > {name} <<'")).unwrap();
        let (end, example) = example.split_once("'\n").unwrap();
        let (example, _) = example.split_once(&format!("\n{end}\n")).unwrap();
        let house = House::new();
        let path = house.file(name, example.as_bytes());
        let ran = house.run(&["grammar", "check", &path]).succeeded();
        assert!(!ran.stderr.contains("aviso"), "{ran:?}");
        house.run(&["grammar", "check", &path, "--text", text]).succeeded();
        house.run(&["grammar", "check", &path, "--text", "quizá"]).failed(2);
        for grammar in named_all() {
            assert!(page.contains(&format!("\n| `{}` |", grammar.name)), "{}", grammar.name);
        }
    }
}

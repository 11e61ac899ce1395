//! Which texts a grammar has, and how one that was begun is completed.

use sarai_grammar::{Gbnf, parse, recognises, shortest_completion};

#[track_caller]
fn check(grammar: &str, whole: &[&str], others: &[&str]) {
    let gbnf = parse(grammar).unwrap();
    for text in whole {
        assert!(recognises(&gbnf, text), "{text:?} is in {grammar}");
    }
    for text in others {
        assert!(!recognises(&gbnf, text), "{text:?} is not in {grammar}");
    }
}

#[test]
fn every_sign_of_the_notation_means_what_it_says() {
    check("root ::= \"a\" \"b\" | \"c\" |", &["ab", "c", ""], &["a", "abc"]);
    check("root ::= [a-c] [^a-c] .", &["ax\n", "cé😀"], &["aax", "ax"]);
    check("root ::= [-a] [a-] [\\]\\[^]", &["--]", "aa["], &["bb]", "-a-"]);
    check("root ::= \"a\"* \"b\"+ \"c\"?", &["b", "aabbc"], &["", "ac", "bcc"]);
    check(
        "root ::= \"ab\"{2} [x]{1,} [y]{0,2} [z]{0}",
        &["ababx", "ababxxyy"],
        &["abx", "ababxyyy"],
    );
    check(
        r#"root ::= "\n\t\r\\\"" "\x41\u00e9\U0001F600" [\x30-\u0039]"#,
        &["\n\t\r\\\"Aé😀5"],
        &["\n\t\r\\\"Aé😀a"],
    );
    check("root ::= \"a\" (\"b\" |\n # a word\n  \"c\"\n)\n | \"d\"", &["ab", "ac", "d"], &["a"]);
    check("\u{FEFF}# Begins so.\r\nroot ::=\r\n  A-1_b\r\nA-1_b ::= \"x\" # end", &["x"], &["y"]);
    check("root ::= \"\"", &[""], &["a"]);
    check("root ::= \"a\"{2}{2} \"b\" ? *", &["aaaa", "aaaabb"], &["aaa"]);
}

#[test]
fn recursion_on_either_side_is_followed() {
    check("root ::= root \"+\" one | one\none ::= [0-9]", &["1", "1+2+3"], &["", "1+"]);
    check("root ::= \"(\" root? \")\" root?", &["()", "(())()"], &["", "(", "())"]);
    check("root ::= (\"a\"? \"b\"?)*", &["", "ab", "ba", "bbaa"], &["c"]);
    check("root ::= one one\none ::= \"a\"?", &["", "a", "aa"], &["aaa"]);
}

#[track_caller]
fn completed(gbnf: &Gbnf, begun: &[u8]) -> String {
    let rest = shortest_completion(gbnf, begun).unwrap();
    let whole = String::from_utf8([begun, &rest].concat()).unwrap();
    assert!(recognises(gbnf, &whole), "{whole}");
    String::from_utf8_lossy(&rest).into_owned()
}

#[test]
fn what_was_begun_is_completed_in_the_shortest_way() {
    let json = parse(sarai_grammar::named("json").unwrap().text).unwrap();
    assert_eq!(completed(&json, b""), "0");
    assert_eq!(completed(&json, br#"{"a": [1, "x"#), "\"]}");
    assert_eq!(completed(&json, br#"{"a"#), "\":0}");
    assert_eq!(completed(&json, br#"["\u12"#), "aa\"]");
    assert_eq!(completed(&json, b"[]"), "");
    assert_eq!(completed(&json, b"nu"), "ll");
    assert_eq!(shortest_completion(&json, b"nx"), None);
    assert_eq!(shortest_completion(&json, b"\"\xFF"), None);
}

#[test]
fn half_a_character_is_completed_to_one_that_fits() {
    let gbnf = parse("root ::= [ñÿ] \"!\" | \"\u{1F600}\"").unwrap();
    assert_eq!(shortest_completion(&gbnf, &[0xC3]).unwrap(), [0xB1, b'!']);
    assert_eq!(shortest_completion(&gbnf, &[0xF0, 0x9F]).unwrap(), [0x98, 0x80]);
    assert_eq!(shortest_completion(&gbnf, &[0xE2]), None);
}

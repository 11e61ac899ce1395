//! The engine's parser reads a translated grammar as we read the grammar.

use std::sync::Arc;

use llguidance::api::TopLevelGrammar;
use llguidance::toktrie::{ApproximateTokEnv, InferenceCapabilities, TokEnv, TokRxInfo, TokTrie};
use llguidance::{Matcher, ParserFactory};
use proptest::prelude::*;
use sarai_grammar::{Gbnf, parse, recognises, shortest_completion, to_lark};

/// A vocabulary of all bytes and the end.
pub(crate) fn factory() -> ParserFactory {
    let mut words: Vec<Vec<u8>> = (0..=255).map(|byte| vec![byte]).collect();
    words.push(b"\xFF<end>".to_vec());
    let trie = TokTrie::from(&TokRxInfo::new(257, 256), &words);
    let environment: TokEnv = Arc::new(ApproximateTokEnv::new(trie));
    let slices = llguidance::earley::SlicedBiasComputer::json_slices();
    let capabilities = InferenceCapabilities::default();
    let mut factory = ParserFactory::new(&environment, capabilities, &slices).unwrap();
    factory.quiet();
    factory
}

#[track_caller]
pub(crate) fn matcher(factory: &ParserFactory, gbnf: &Gbnf) -> Matcher {
    let lark = to_lark(gbnf);
    let text = lark.chars().take(2000).collect::<String>();
    let matcher = Matcher::new(factory.create_parser(TopLevelGrammar::from_lark(lark.clone())));
    assert!(matcher.get_error().is_none(), "the engine refuses\n{text}");
    matcher
}

pub(crate) fn engine_recognises(mut matcher: Matcher, text: &str) -> bool {
    let tokens: Vec<u32> = text.bytes().map(u32::from).collect();
    let read = matcher.validate_tokens(&tokens).unwrap();
    if read < tokens.len() {
        return false;
    }
    if matcher.is_stopped() {
        return tokens.is_empty() && matcher.get_error().is_none();
    }
    matcher.consume_tokens(&tokens).unwrap();
    matcher.is_accepting().unwrap()
}

#[track_caller]
fn check(factory: &ParserFactory, text: &str, samples: &[String]) {
    let gbnf = parse(text).unwrap();
    let matcher = matcher(factory, &gbnf);
    for sample in samples {
        let expected = recognises(&gbnf, sample);
        let told = engine_recognises(matcher.clone(), sample);
        assert_eq!(told, expected, "{sample:?} in\n{text}\n{}", to_lark(&gbnf));
        // What is begun and can be completed is whole then.
        let Some(rest) = shortest_completion(&gbnf, sample.as_bytes()) else { continue };
        let whole = format!("{sample}{}", String::from_utf8(rest).unwrap());
        assert!(recognises(&gbnf, &whole), "{whole:?} in\n{text}");
    }
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        3 => prop::sample::select(vec!["\"a\"", "\"ab\"", "\"b\"", "\"é\"", "\"ba\"", "\"\"", "\"aba\""])
            .prop_map(str::to_owned),
        3 => prop::sample::select(vec!["[ab]", "[^a]", "[a-c]", "[éè]", "[^b\\n]", "."]).prop_map(str::to_owned),
        2 => prop::sample::select(vec!["one", "two", "root"]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        let times = prop::sample::select(vec!["*", "+", "?", "{2}", "{1,3}", "{2,}", "*"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.join(" ")),
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(|ways| format!("({})", ways.join(" | "))),
            (inner, times).prop_map(|(inner, times)| format!("({inner}){times}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases * 2,
        max_global_rejects: 10_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_engine_reads_what_we_read(
        bodies in [expression(), expression(), expression()],
        samples in prop::collection::vec("[abcé]{0,8}", 24),
    ) {
        let [root, one, two] = bodies;
        let text = format!("root ::= {root}\none ::= {one}\ntwo ::= {two}\n");
        // Rules that never end, or turn in circles, are refused and say nothing here.
        prop_assume!(parse(&text).is_ok());
        thread_local! {
            static FACTORY: ParserFactory = factory();
        }
        FACTORY.with(|factory| check(factory, &text, &samples));
    }
}

#[test]
fn words_that_hide_one_another_are_all_read() {
    let factory = factory();
    let own = |samples: &[&str]| samples.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    let all = own(&["", "a", "ab", "abc", "aab", "é", "éa", "aé", "aaaa", "b", "ba", "aabb"]);
    for text in [
        r#"root ::= "a" "b" | "ab" "c""#,
        r#"root ::= "a"* "ab""#,
        r#"root ::= "a"+ "a" "b"?"#,
        r#"root ::= [a]* [é]+ | "aé""#,
        "root ::= [aé]* [è]*",
        "root ::= word* \nword ::= [a-z]+ ",
        r#"root ::= root "a" | "b"*"#,
        r#"root ::= ("a" | "a" "b")* "b""#,
    ] {
        check(&factory, text, &all);
    }
}

#[test]
fn a_loop_over_rules_that_double_is_not_written_out() {
    let rules: Vec<String> =
        (1..60).map(|rule| format!("r{rule} ::= r{0} r{0}", rule - 1)).collect();
    let text = format!("root ::= \"b\" r59*\nr0 ::= \"a\"?\n{}", rules.join("\n"));
    assert!(to_lark(&parse(&text).unwrap()).contains("r59"));
}

//! Our drafting beside that of llama-server, which is tried with several of its settings.
//!
//! For each setting the two answer the same prompts in turns. The peer's figure for a kind of task is
//! that of the setting with which it was best there.

use std::path::Path;

use sarai_core::engine::{Completion, Constraint, Finish, Generation};
use sarai_core::language::Language;
use sarai_engine::LocalEngine;
use serde_json::{Value, json};

use super::answer;
use crate::commands::bench::Bench;
use crate::commands::bench::peer::{Answer, Peer, Question};
use crate::commands::bench::statistics::{median, median_interval};
use crate::commands::bench::tasks::Task;
use crate::commands::bench::turns::start;
use crate::output;
use crate::trouble::{Exit, Outcome, Trouble};

/// A way to start the peer.
pub(super) struct Setting {
    name: &'static str,
    options: Vec<String>,
}

/// A prompt that both answered.
pub(super) struct Pair {
    kind: String,
    setting: &'static str,
    /// Milliseconds of a token after the first. One of ours counts as much text as the peer's mean
    /// token: where a form leaves no choice, the same text may be split into more of them.
    ours_ms: f64,
    peer_ms: f64,
    guessed: u32,
    accepted: u32,
}

/// Returns the settings to try.
pub(super) fn settings(draft: Option<&Path>) -> Vec<Setting> {
    let of = |name, options: &[&str]| Setting {
        name,
        options: options.iter().map(|option| (*option).to_owned()).collect(),
    };
    let ngram = ["--spec-type", "ngram-simple", "--spec-ngram-simple-size-n", "4"];
    let mut settings = vec![
        of("plain", &[]),
        of("ngram-simple 3", &[&ngram[..], &["--spec-ngram-simple-size-m", "3"]].concat()),
        of("ngram-simple 12", &[&ngram[..], &["--spec-ngram-simple-size-m", "12"]].concat()),
        of("ngram-mod", &["--spec-type", "ngram-mod"]),
    ];
    if let Some(draft) = draft {
        let model = draft.display().to_string();
        let draft = ["--spec-type", "draft-simple", "--spec-draft-model", &model];
        let limits = ["--spec-draft-n-max", "3", "--spec-draft-p-min", "0.75"];
        settings.push(of("draft-simple", &[draft, limits].concat()));
    }
    settings
}

/// Asks everything of our engine and of the peer, one setting after another.
pub(super) fn compare(
    bench: &Bench<'_>,
    program: &Path,
    settings: &[Setting],
    (tasks, tokens): (&[Task], u32),
    engine: &LocalEngine,
) -> Outcome<Vec<Pair>> {
    let mut pairs = Vec::new();
    for setting in settings {
        let mut peer = start(bench, program, &setting.options)?;
        if let Some(task) = tasks.first() {
            // Its first answer is warming up.
            theirs(bench, engine, &mut peer, &task.generation(tokens, bench.language())?)?;
        }
        for (number, task) in tasks.iter().enumerate() {
            output::status(&format!("{} · {}/{}", setting.name, number + 1, tasks.len()));
            let request = task.generation(tokens, bench.language())?;
            // Each goes first as often as the other.
            let (ours, theirs) = if number.is_multiple_of(2) {
                let ours = answer(bench, engine, &request)?;
                (ours, theirs(bench, engine, &mut peer, &request)?)
            } else {
                let theirs = theirs(bench, engine, &mut peer, &request)?;
                (answer(bench, engine, &request)?, theirs)
            };
            pairs.extend(Pair::new(task, setting.name, &ours, &theirs, tokens));
        }
    }
    output::status("");
    Ok(pairs)
}

fn theirs(
    bench: &Bench<'_>,
    engine: &LocalEngine,
    peer: &mut Peer,
    request: &Generation,
) -> Outcome<Answer> {
    let prompt = engine.rendered(request).map_err(|error| bench.trouble(&error))?;
    let schema = match &request.constraint {
        Constraint::JsonSchema(schema) => Some(
            serde_json::from_str(schema)
                .map_err(|error| Trouble::new(Exit::Usage, error.to_string(), ""))?,
        ),
        Constraint::JsonObject => Some(json!({ "type": "object" })),
        Constraint::Free | Constraint::Gbnf(_) => None,
    };
    let tokens_max = request.tokens_max.unwrap_or(u32::MAX);
    peer.answer(&Question { prompt: &prompt, tokens_max, schema: schema.as_ref() })
        .map_err(|error| error.trouble(bench.language()))
}

impl Pair {
    /// Nothing where one said nothing after its first token, or did not finish what must have a form:
    /// we would close it, and the peer leaves it open.
    fn new(
        task: &Task,
        setting: &'static str,
        ours: &Completion,
        peer: &Answer,
        tokens_max: u32,
    ) -> Option<Pair> {
        let is_cut = ours.finish == Finish::Length || peer.tokens >= tokens_max;
        let says_something = ours.usage.completion_tokens > 1 && peer.tokens > 1;
        if !says_something || (task.schema.is_some() && is_cut) {
            return None;
        }
        let further = f64::from(peer.tokens - 1);
        let longer = length(&ours.text) / length(&peer.text);
        Some(Pair {
            kind: task.kind.clone(),
            setting,
            ours_ms: ours.decode_ms.max(0.001) / (further * longer),
            peer_ms: peer.decode_ms.max(0.001) / further,
            guessed: peer.guessed,
            accepted: peer.accepted,
        })
    }
}

/// Returns the bytes of a text, an empty one as one.
fn length(text: &str) -> f64 {
    f64::from(u32::try_from(text.len().max(1)).unwrap_or(u32::MAX))
}

/// Returns what the pairs come to, by kind and setting; the peer's best of each kind is marked.
pub(super) fn figures(pairs: &[Pair]) -> Vec<Value> {
    let mut groups: Vec<(&str, &str, Vec<&Pair>)> = Vec::new();
    for pair in pairs {
        match groups.iter_mut().find(|group| (group.0, group.1) == (&*pair.kind, pair.setting)) {
            Some(group) => group.2.push(pair),
            None => groups.push((&pair.kind, pair.setting, vec![pair])),
        }
    }
    groups.sort_by_key(|group| group.0);
    let mut figures: Vec<Value> =
        groups.iter().map(|(kind, setting, pairs)| of_group(kind, setting, pairs)).collect();
    for (kind, ..) in &groups {
        let of_kind = figures.iter_mut().filter(|one| one["kind"] == *kind);
        let speed = |one: &Value| one["ours_over_peer"].as_f64().unwrap_or(f64::INFINITY);
        if let Some(best) = of_kind.min_by(|one, other| speed(one).total_cmp(&speed(other))) {
            best["best"] = json!(true);
        }
    }
    figures
}

fn of_group(kind: &str, setting: &str, pairs: &[&Pair]) -> Value {
    let column = |pick: fn(&Pair) -> f64| pairs.iter().map(|pair| pick(pair)).collect::<Vec<_>>();
    let ratios = column(|pair| pair.peer_ms / pair.ours_ms);
    let (low, high) = median_interval(&ratios);
    let guessed: f64 = column(|pair| pair.guessed.into()).iter().sum();
    let accepted: f64 = column(|pair| pair.accepted.into()).iter().sum();
    json!({
        "kind": kind,
        "setting": setting,
        "prompts": pairs.len(),
        "ours_tok_s": 1000.0 / median(&column(|pair| pair.ours_ms)),
        "peer_tok_s": 1000.0 / median(&column(|pair| pair.peer_ms)),
        "ours_over_peer": median(&ratios),
        "interval_95": [low, high],
        "acceptance": (guessed > 0.0).then(|| accepted / guessed),
        "best": false,
    })
}

/// Returns the raw samples.
pub(super) fn samples(pairs: &[Pair]) -> Value {
    let sample = |pair: &Pair| {
        json!({
            "kind": pair.kind,
            "setting": pair.setting,
            "ours_token_ms": pair.ours_ms,
            "peer_token_ms": pair.peer_ms,
            "guessed": pair.guessed,
            "accepted": pair.accepted,
        })
    };
    pairs.iter().map(sample).collect()
}

pub(super) fn table(figures: &[Value], language: Language) -> String {
    let heading = language.pick(
        "Frente a llama-server, en parejas alternas: nuestra velocidad entre la suya; * es su mejor ajuste",
        "Beside llama-server, in interleaved pairs: our speed over its; * is its best setting",
    );
    let peer = language.pick("llama-server, fichas/s", "llama-server, tok/s");
    let names = match language {
        Language::Spanish => ["tarea", "ajuste", "parejas", peer, "SARAi, fichas/s", "razón"],
        Language::English => ["kind", "setting", "pairs", peer, "SARAi, tok/s", "ratio"],
    };
    let mut rows = vec![names.map(str::to_owned).to_vec()];
    for one in figures {
        let number = |pointer: &str| one.pointer(pointer).and_then(Value::as_f64).unwrap_or(0.0);
        let text = |key: &str| one[key].as_str().unwrap_or_default();
        let best = if one["best"] == true { " *" } else { "" };
        let (low, high) = (number("/interval_95/0"), number("/interval_95/1"));
        rows.push(vec![
            text("kind").to_owned(),
            format!("{}{best}", text("setting")),
            one["prompts"].to_string(),
            format!("{:.1}", number("/peer_tok_s")),
            format!("{:.1}", number("/ours_tok_s")),
            format!("{:.2} [{low:.2}, {high:.2}]", number("/ours_over_peer")),
        ]);
    }
    format!("{heading}\n{}", output::table(&rows))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use sarai_core::engine::{Completion, Finish, Usage};
    use sarai_core::id::ModelName;
    use sarai_core::language::Language;
    use serde_json::{Value, json};

    use super::{Pair, figures, settings, table};
    use crate::commands::bench::peer::Answer;
    use crate::commands::bench::tasks::Task;

    fn pair(kind: &str, setting: &'static str, ours_ms: f64, peer_ms: f64) -> Pair {
        Pair { kind: kind.to_owned(), setting, ours_ms, peer_ms, guessed: 4, accepted: 3 }
    }

    #[test]
    fn the_peer_is_judged_by_its_best_setting_of_each_kind() {
        let pairs = [
            pair("quote", "plain", 20.0, 40.0),
            pair("chat", "plain", 40.0, 40.0),
            pair("quote", "mod", 20.0, 30.0),
            pair("chat", "mod", 40.0, 50.0),
            pair("chat", "mod", 40.0, 60.0),
        ];
        let figures = figures(&pairs);
        let told: Vec<_> = figures
            .iter()
            .map(|one| {
                (
                    one["kind"].as_str().unwrap(),
                    one["setting"].as_str().unwrap(),
                    one["best"] == true,
                )
            })
            .collect();
        let expected = [
            ("chat", "plain", true),
            ("chat", "mod", false),
            ("quote", "plain", false),
            ("quote", "mod", true),
        ];
        assert_eq!(told, expected);
        assert_eq!(figures[1]["ours_over_peer"], 1.375);
        assert_eq!(figures[1]["acceptance"], 0.75);
        let table = table(&figures, Language::English);
        assert!(table.contains("mod *") && table.contains("1.50 [1.50, 1.50]"), "{table}");
    }

    fn task(kind: &str, schema: &Value) -> Task {
        let messages = json!([{ "role": "user", "content": "¿?" }]);
        serde_json::from_value(json!({ "kind": kind, "messages": messages, "schema": schema }))
            .unwrap()
    }

    fn ours(text: &str, tokens: u32, finish: Finish) -> Completion {
        Completion {
            model: ModelName::new("m").unwrap(),
            text: text.to_owned(),
            finish,
            usage: Usage { completion_tokens: tokens, ..Usage::default() },
            messages_dropped: 0,
            queued_ms: 0.0,
            prefill_ms: 0.0,
            decode_ms: 300.0,
            drafted: None,
            forced: 0,
            grammar_ms: 0.0,
        }
    }

    #[test]
    fn a_token_of_ours_counts_as_much_text_as_one_of_the_peer() {
        let peer = Answer {
            text: "abcd efgh".to_owned(),
            tokens: 4,
            decode_ms: 300.0,
            ..Answer::default()
        };
        let same = Pair::new(
            &task("chat", &Value::Null),
            "plain",
            &ours("abcd efgh", 9, Finish::End),
            &peer,
            9,
        );
        assert!((same.unwrap().ours_ms - 100.0).abs() < 1e-9);
        let longer = ours("abcd efgh ijkl mno", 4, Finish::Length);
        let longer = Pair::new(&task("chat", &Value::Null), "plain", &longer, &peer, 9);
        assert!((longer.unwrap().ours_ms - 50.0).abs() < 1e-9);
        let form = task("json", &json!({ "type": "object" }));
        let cut = ours("{}", 9, Finish::Length);
        assert!(Pair::new(&form, "plain", &cut, &peer, 9).is_none());
        assert!(Pair::new(&form, "plain", &ours("{}", 9, Finish::End), &peer, 4).is_none());
        assert!(Pair::new(&form, "plain", &ours("{}", 9, Finish::End), &peer, 9).is_some());
    }

    #[test]
    fn a_draft_model_is_one_setting_more() {
        let without = settings(None);
        let with = settings(Some(Path::new("/models/draft.gguf")));
        assert_eq!(with.len(), without.len() + 1);
        assert!(with.last().unwrap().options.iter().any(|option| option == "/models/draft.gguf"));
    }
}

//! What the turns come to: our time against the peer's, and where it goes.

use sarai_core::language::Language;
use serde_json::{Value, json};

use super::{Measured, Pair, TOKENS, Turn};
use crate::args::TurnsBench;
use crate::commands::bench::peer;
use crate::commands::bench::statistics::{median, median_interval};
use crate::commands::bench::{Bench, Report};
use crate::output;

/// What our time is meant to be of the peer's.
const TARGET: f64 = 0.75;
/// A machine whose own speed changes more than this between the first round and the last measures
/// nothing.
const DRIFT_MAX: f64 = 0.15;

pub(super) fn report(
    bench: &Bench<'_>,
    options: &TurnsBench,
    rounds: u32,
    measured: &Measured,
) -> Report {
    let peer_name = options.peer.as_deref().map(peer::name).unwrap_or_default();
    let mut results = figures(&measured.pairs, &peer_name);
    results["rounds"] = json!(rounds);
    results["answer_tokens"] = json!(TOKENS);
    results["load_average"] = json!(measured.load);
    let raw = measured.pairs.iter().map(|pair| {
        json!({
            "round": pair.round,
            "turn": pair.turn,
            "ours": raw(&pair.ours),
            "peer": pair.peer.as_ref().map(raw),
            "same_text": pair.same_text,
        })
    });
    let text = format!("{}:\n{}", bench.model, text(&results, bench.language()));
    let mut report = bench.report("turns", &raw.collect(), &results, text);
    if let Some(program) = &options.peer {
        let command = report.json["command"].as_str().unwrap_or_default();
        report.json["command"] = json!(format!("{command} --peer {}", program.display()));
    }
    report
}

fn raw(turn: &Turn) -> Value {
    json!({
        "whole_ms": turn.whole_ms,
        "prefill_ms": turn.prefill_ms,
        "decode_ms": turn.decode_ms,
        "prompt_tokens": turn.prompt_tokens,
        "cached_tokens": turn.cached_tokens,
        "tokens": turn.tokens,
    })
}

/// Returns the figures of the pairs. Where there is a peer, only those count in which both did the
/// same work.
fn figures(pairs: &[Pair], peer_name: &str) -> Value {
    let counted: Vec<&Pair> = pairs.iter().filter(|pair| pair.counts()).collect();
    let ours: Vec<&Turn> = counted.iter().map(|pair| &pair.ours).collect();
    let peer: Vec<&Turn> = counted.iter().filter_map(|pair| pair.peer.as_ref()).collect();
    let mut figures = json!({
        "pairs": counted.len(),
        "ours": side(&ours),
        "drift": drift(pairs),
    });
    if peer.is_empty() && !pairs.iter().any(|pair| pair.peer.is_some()) {
        return figures;
    }
    let ratios: Vec<f64> = counted.iter().filter_map(|pair| pair.ratio()).collect();
    let (low, high) = median_interval(&ratios);
    figures["peer"] = side(&peer);
    figures["peer_name"] = json!(peer_name);
    figures["discarded"] = json!(pairs.len() - counted.len());
    figures["same_text"] = json!(counted.iter().filter(|pair| pair.same_text).count());
    figures["ratios"] = json!(ratios);
    figures["turn_ratio"] = json!({ "median": median(&ratios), "interval_95": [low, high] });
    figures["total_ratio"] = json!(total(&ours) / total(&peer));
    figures["target"] = json!(TARGET);
    figures
}

impl Pair {
    /// Whether both computed the same prompt and as many tokens of answer.
    fn counts(&self) -> bool {
        self.peer.is_none_or(|peer| {
            peer.prompt_tokens == self.ours.prompt_tokens && peer.tokens == self.ours.tokens
        })
    }

    /// Our time over the peer's.
    fn ratio(&self) -> Option<f64> {
        self.peer.map(|peer| self.ours.whole_ms / peer.whole_ms.max(0.001))
    }
}

fn total(turns: &[&Turn]) -> f64 {
    turns.iter().map(|turn| turn.whole_ms).sum()
}

/// What is said of one side.
fn side(turns: &[&Turn]) -> Value {
    let sum = |pick: fn(&Turn) -> f64| turns.iter().map(|turn| pick(turn)).sum::<f64>();
    let read = sum(|turn| f64::from(turn.prompt_tokens.saturating_sub(turn.cached_tokens)));
    let prompts = sum(|turn| turn.prompt_tokens.into());
    // The first token comes with the end of the prompt.
    let further = sum(|turn| turn.tokens.saturating_sub(1).into());
    let (prefill_ms, decode_ms) = (sum(|turn| turn.prefill_ms), sum(|turn| turn.decode_ms));
    json!({
        "total_ms": total(turns),
        "turn_p50_ms": median(&turns.iter().map(|turn| turn.whole_ms).collect::<Vec<_>>()),
        "prefill_ms": prefill_ms,
        "prefill_tokens": read,
        "prefill_tok_s": read * 1000.0 / prefill_ms.max(0.001),
        "decode_ms": decode_ms,
        "decode_tok_s": further * 1000.0 / decode_ms.max(0.001),
        "reused_part": 1.0 - read / prompts.max(1.0),
    })
}

/// Returns how much slower a token of ours was in the last round than in the first; 0 of one round.
fn drift(pairs: &[Pair]) -> f64 {
    let last = pairs.iter().map(|pair| pair.round).max().unwrap_or(0);
    let of = |round: u32| {
        let of_round = pairs.iter().filter(|pair| pair.round == round);
        let each = of_round.map(|pair| pair.ours.decode_ms / f64::from(pair.ours.tokens.max(1)));
        median(&each.collect::<Vec<_>>())
    };
    of(last) / of(0).max(0.001) - 1.0
}

fn text(figures: &Value, language: Language) -> String {
    let mut lines = vec![output::table(&rows(figures, language))];
    let number = |pointer: &str| figures.pointer(pointer).and_then(Value::as_f64).unwrap_or(0.0);
    if figures["peer"].is_object() {
        let ratio = number("/total_ratio");
        let (low, high) =
            (number("/turn_ratio/interval_95/0"), number("/turn_ratio/interval_95/1"));
        let (middle, pairs) = (number("/turn_ratio/median"), &figures["pairs"]);
        let (same, discarded) = (&figures["same_text"], &figures["discarded"]);
        lines.push(match language {
            Language::Spanish => format!(
                "todo: {ratio:.2} (objetivo: {TARGET} o menos); por turno, mediana {middle:.2} e intervalo \
                 del 95 % [{low:.2}, {high:.2}]; {pairs} parejas alternas, {same} con el mismo texto, \
                 {discarded} descartadas por no ser el mismo trabajo"
            ),
            Language::English => format!(
                "all: {ratio:.2} (target: {TARGET} or less); by turn, median {middle:.2} and 95 % interval \
                 [{low:.2}, {high:.2}]; {pairs} interleaved pairs, {same} with the same text, {discarded} \
                 discarded for not being the same work"
            ),
        });
    }
    if let (Some(before), Some(after)) =
        (figures["load_average"][0].as_f64(), figures["load_average"][1].as_f64())
    {
        let load = language.pick("carga de la máquina", "load of the machine");
        lines.push(format!("{load}: {before:.1} → {after:.1}"));
    }
    let drift = number("/drift");
    if drift.abs() > DRIFT_MAX {
        let per_cent = drift * 100.0;
        lines.push(match language {
            Language::Spanish => format!(
                "ojo: entre la primera vuelta y la última, una ficha tarda un {per_cent:+.0} %; la máquina no estaba tranquila"
            ),
            Language::English => format!(
                "beware: from the first round to the last a token takes {per_cent:+.0} %; the machine was not quiet"
            ),
        });
    }
    lines.join("\n")
}

fn rows(figures: &Value, language: Language) -> Vec<Vec<String>> {
    let has_peer = figures["peer"].is_object();
    let number = |side: &str, key: &str, factor: f64| {
        figures[side][key].as_f64().map_or(f64::NAN, |value| value * factor)
    };
    let row = |spanish, english, key: &str, factor: f64, digits: usize| {
        let (ours, peer) = (number("ours", key, factor), number("peer", key, factor));
        let mut row = vec![language.pick(spanish, english).to_owned(), format!("{ours:.digits$}")];
        if has_peer {
            row.extend([format!("{peer:.digits$}"), format!("{:.2}", ours / peer)]);
        }
        row
    };
    let mut heading = vec![String::new(), "SARAi".to_owned()];
    if has_peer {
        let peer = figures["peer_name"].as_str().unwrap_or_default();
        heading.extend([peer.to_owned(), language.pick("razón", "ratio").to_owned()]);
    }
    vec![
        heading,
        row("todo, ms", "all, ms", "total_ms", 1.0, 0),
        row("turno, p50, ms", "turn, p50, ms", "turn_p50_ms", 1.0, 0),
        row("lectura, ms", "prefill, ms", "prefill_ms", 1.0, 0),
        row("lectura, fichas", "prefill, tokens", "prefill_tokens", 1.0, 0),
        row("lectura, fichas/s", "prefill, tok/s", "prefill_tok_s", 1.0, 1),
        row("generación, ms", "decode, ms", "decode_ms", 1.0, 0),
        row("generación, fichas/s", "decode, tok/s", "decode_tok_s", 1.0, 1),
        row("ya leído, %", "already read, %", "reused_part", 100.0, 0),
    ]
}

#[cfg(test)]
mod tests {
    use sarai_core::language::Language;

    use super::{Pair, Turn, figures, text};

    fn turn(whole_ms: f64, tokens: u32) -> Turn {
        Turn {
            whole_ms,
            prefill_ms: whole_ms / 4.0,
            decode_ms: whole_ms / 2.0,
            prompt_tokens: 100,
            cached_tokens: 75,
            tokens,
        }
    }

    fn pair(round: u32, ours: f64, peer: Option<f64>) -> Pair {
        let peer = peer.map(|ms| turn(ms, 65));
        Pair { round, turn: 0, ours: turn(ours, 65), peer, same_text: true }
    }

    #[test]
    fn our_time_over_theirs_is_by_pairs_and_of_the_sums() {
        let unequal = Pair { ours: turn(9.0, 64), ..pair(0, 1.0, Some(1.0)) };
        let pairs = [
            pair(0, 600.0, Some(1000.0)),
            unequal,
            pair(0, 900.0, Some(1000.0)),
            pair(0, 800.0, Some(2000.0)),
        ];
        let figures = figures(&pairs, "llama-server");
        assert_eq!(figures["ratios"], serde_json::json!([0.6, 0.9, 0.4]));
        assert_eq!(figures["turn_ratio"]["median"], 0.6);
        assert_eq!(figures["total_ratio"], 0.575);
        assert_eq!((&figures["pairs"], &figures["discarded"]), (&3.into(), &1.into()));
        let ours = &figures["ours"];
        assert_eq!((&ours["total_ms"], &ours["turn_p50_ms"]), (&2300.0.into(), &800.0.into()));
        // 3 × 25 tokens read in 575 ms, 3 × 64 decoded in 1150 ms.
        assert_eq!((&ours["prefill_ms"], &ours["prefill_tokens"]), (&575.0.into(), &75.0.into()));
        assert_eq!(ours["decode_tok_s"], 192.0 * 1000.0 / 1150.0);
        assert_eq!(
            (&ours["reused_part"], &figures["peer"]["total_ms"]),
            (&0.75.into(), &4000.0.into())
        );
        let english = text(&figures, Language::English);
        assert!(english.contains("all: 0.57 (target: 0.75 or less)"), "{english}");
        assert!(
            english.contains("3 interleaved pairs, 3 with the same text, 1 discarded"),
            "{english}"
        );
        assert!(english.contains("llama-server"), "{english}");
    }

    #[test]
    fn without_a_peer_only_ours_is_told() {
        let figures = figures(&[pair(0, 600.0, None), pair(1, 620.0, None)], "");
        assert!(figures["peer"].is_null() && figures["total_ratio"].is_null());
        let spanish = text(&figures, Language::Spanish);
        assert!(spanish.contains("1220") && !spanish.contains("razón"), "{spanish}");
        assert!(!spanish.contains("ojo"), "{spanish}");
    }

    #[test]
    fn a_machine_that_changes_its_speed_is_told() {
        let warned = |first, last| {
            let figures =
                figures(&[pair(0, first, None), pair(1, 500.0, None), pair(2, last, None)], "");
            text(&figures, Language::Spanish).contains("ojo: entre")
        };
        assert!(warned(500.0, 600.0) && warned(500.0, 400.0));
        assert!(!warned(500.0, 550.0));
    }
}

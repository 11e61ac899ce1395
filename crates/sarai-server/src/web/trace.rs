//! The trace of a turn in words.

use sarai_core::language::Language;
use sarai_core::trace::{Stage, TurnTrace};

use super::texts;

/// One stage in the table.
pub(super) struct StageView {
    pub(super) name: &'static str,
    pub(super) ms: String,
    pub(super) used: Vec<String>,
}

pub(super) fn stages(trace: &TurnTrace, language: Language) -> Vec<StageView> {
    trace
        .stages
        .iter()
        .map(|stage| StageView {
            name: stage_name(stage.stage, language),
            ms: decimal(stage.ms, language),
            used: stage.used.clone(),
        })
        .collect()
}

/// Returns what the answer lacks, one sentence for each stage that failed.
pub(super) fn degraded(trace: &TurnTrace, language: Language) -> Vec<String> {
    let pattern = texts::degraded(language);
    trace
        .degraded
        .iter()
        .map(|entry| {
            let stage = stage_name(entry.stage, language);
            pattern.replace("{stage}", stage).replace("{reason}", &entry.reason)
        })
        .collect()
}

/// Returns the time the turn took and the speed of the model, such as `4,2 s · 8,1 fichas/s`.
pub(super) fn brief(trace: &TurnTrace, language: Language) -> String {
    let total_ms: f64 = trace.stages.iter().map(|stage| stage.ms).sum();
    let time = format!("{} s", decimal(total_ms / 1000.0, language));
    match speed(trace, language) {
        Some(speed) => format!("{time} · {speed}"),
        None => time,
    }
}

pub(super) fn figures(trace: &TurnTrace, language: Language) -> Vec<(&'static str, String)> {
    let name = |figure: texts::Figure| figure.name(language);
    let ms = |value: f64| format!("{value:.0} ms");
    let usage = trace.usage;
    let mut figures = vec![
        (name(texts::MODEL), trace.model.as_str().to_owned()),
        (name(texts::TOKENS_READ), usage.prompt_tokens.to_string()),
        (name(texts::TOKENS_CACHED), usage.cached_tokens.to_string()),
        (name(texts::TOKENS_WRITTEN), usage.completion_tokens.to_string()),
    ];
    figures.extend(trace.drafted.map(|drafted| {
        let told = texts::drafted(language);
        let told = told.replace("{guessed}", &drafted.guessed.to_string());
        (name(texts::DRAFTED), told.replace("{accepted}", &drafted.accepted.to_string()))
    }));
    figures.extend((trace.forced > 0).then(|| (name(texts::FORCED), trace.forced.to_string())));
    figures.extend(speed(trace, language).map(|speed| (name(texts::RATE), speed)));
    figures.extend([
        (name(texts::QUEUED), ms(trace.queued_ms)),
        (name(texts::PREFILL), ms(trace.prefill_ms)),
        (name(texts::DECODE), ms(trace.decode_ms)),
        (name(texts::DROPPED), trace.messages_dropped.to_string()),
    ]);
    figures
}

fn speed(trace: &TurnTrace, language: Language) -> Option<String> {
    let rate = decimal(trace.tokens_per_second()?, language);
    Some(format!("{rate} {}", language.pick("fichas/s", "tokens/s")))
}

fn stage_name(stage: Stage, language: Language) -> &'static str {
    match stage {
        Stage::Recall => language.pick("Recordar", "Recall"),
        Stage::Route => language.pick("Elegir el camino", "Route"),
        Stage::Retrieve => language.pick("Reunir el contexto", "Retrieve"),
        Stage::Generate => language.pick("Redactar", "Generate"),
        Stage::Store => language.pick("Guardar", "Store"),
        Stage::Respond => language.pick("Responder", "Respond"),
    }
}

/// Returns the names that the script needs, as pairs of the stable name and the reader's.
pub(super) fn stage_names(
    language: Language,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    Stage::ALL.into_iter().map(move |stage| (stage.name(), stage_name(stage, language)))
}

/// Returns `value` with one decimal, as this language writes it.
fn decimal(value: f64, language: Language) -> String {
    let text = format!("{value:.1}");
    match language {
        Language::Spanish => text.replace('.', ","),
        Language::English => text,
    }
}

#[cfg(test)]
mod tests {
    use sarai_core::engine::{Drafted, Usage};
    use sarai_core::id::ModelName;
    use sarai_core::language::Language;
    use sarai_core::trace::TurnTrace;

    use super::{decimal, figures};

    #[test]
    fn what_was_guessed_and_given_stands_among_the_figures_where_there_was_any() {
        let plain = TurnTrace {
            stages: Vec::new(),
            degraded: Vec::new(),
            usage: Usage::default(),
            model: ModelName::new("m").unwrap(),
            messages_dropped: 0,
            queued_ms: 0.0,
            prefill_ms: 0.0,
            decode_ms: 0.0,
            drafted: None,
            forced: 0,
        };
        let drafted =
            Drafted { guessed: 15, accepted: 12, fell_back: false, ms: 1.0, plain_ms: 2.0 };
        let trace = TurnTrace { drafted: Some(drafted), forced: 7, ..plain.clone() };
        let more = |language| {
            let before = figures(&plain, language);
            figures(&trace, language)
                .into_iter()
                .filter(|row| !before.contains(row))
                .collect::<Vec<_>>()
        };
        let spanish = [
            ("Fichas adelantadas", "15, y acertadas 12".to_owned()),
            ("Fichas que da el formato", "7".to_owned()),
        ];
        assert_eq!(more(Language::Spanish), spanish);
        assert_eq!(more(Language::English)[0].1, "15, of them 12 right");
    }

    #[test]
    fn a_number_is_written_as_its_reader_does() {
        assert_eq!(decimal(8.25, Language::Spanish), "8,2");
        assert_eq!(decimal(0.06, Language::English), "0.1");
    }
}

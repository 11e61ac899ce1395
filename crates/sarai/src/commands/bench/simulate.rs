//! `sarai bench simulate`: what drafting comes to on machines that are not this one. The engine
//! simulates its own rule; here it is asked, and what it says is told.

use sarai_core::language::Language;
use serde::Deserialize;
use serde_json::{Value, json};

use super::machine;
use super::statistics::median;
use crate::args::SimulateBench;
use crate::commands::Context;
use crate::output;
use crate::owner::wiring::engine_executable;
use crate::spawn;
use crate::trouble::{Exit, Outcome, Trouble};

const SEEDS: u32 = 9;

/// A curve, as the engine tells it.
#[derive(Debug, Deserialize)]
struct Row {
    cores: u32,
    model: String,
    draft: String,
    origin: Origin,
    engine: Option<String>,
    machine: Option<Machine>,
    batch_ms: Vec<f64>,
    draft_step_ms: f64,
    kinds: Vec<Figures>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Origin {
    Measured,
    Computed,
}

#[derive(Debug, Deserialize)]
struct Machine {
    gb_s: f64,
    gflop_s: f64,
}

#[derive(Debug, Deserialize)]
struct Figures {
    kind: String,
    ours: Gain,
    recipe: Gain,
}

#[derive(Debug, Deserialize)]
struct Gain {
    speedups: Vec<f64>,
    guessed: f64,
    accepted: f64,
}

pub(super) fn run(context: &Context, options: &SimulateBench) -> Outcome {
    let seeds = options.rounds.unwrap_or(SEEDS);
    let failed = |error: String| Trouble::new(Exit::Failed, error, "sarai doctor");
    let executable = engine_executable(context)?;
    let told = spawn::output_of(&executable, &["simulate", "--seeds", &seeds.to_string()])
        .map_err(|error| failed(error.to_string()))?;
    let samples: Value = serde_json::from_str(&told).map_err(|error| failed(error.to_string()))?;
    let rows = Vec::<Row>::deserialize(&samples).map_err(|error| failed(error.to_string()))?;
    if options.json {
        let mut report = json!({
            "bench": "simulate",
            "command": format!("sarai bench simulate --rounds {seeds} --json"),
            "machine": machine(context),
            "models": [],
            "samples": samples,
        });
        report["curves"] = rows.iter().map(Row::json).collect();
        report["least"] = json!(least(&rows));
        report["most"] = json!(most(&rows));
        output::json(&report)
    } else {
        output::line(&text(&rows, seeds, context.language))
    }
}

fn ours(rows: &[Row]) -> impl Iterator<Item = f64> {
    let kinds = rows.iter().flat_map(|row| &row.kinds);
    kinds.flat_map(|figures| figures.ours.speedups.iter().copied())
}

fn least(rows: &[Row]) -> f64 {
    ours(rows).fold(f64::INFINITY, f64::min)
}

fn most(rows: &[Row]) -> f64 {
    ours(rows).fold(0.0, f64::max)
}

impl Gain {
    fn json(&self) -> Value {
        let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
        json!({
            "speedup": median(&self.speedups),
            "least": self.speedups.iter().copied().fold(f64::INFINITY, f64::min),
            "acceptance": share(self.accepted, self.guessed),
        })
    }
}

impl Row {
    fn json(&self) -> Value {
        let kinds = self.kinds.iter().map(
            |one| json!({ "kind": one.kind, "ours": one.ours.json(), "recipe": one.recipe.json() }),
        );
        json!({
            "cores": self.cores,
            "model": self.model,
            "draft": self.draft,
            "measured": matches!(self.origin, Origin::Measured),
            "engine": self.engine,
            "batch_ms": self.batch_ms,
            "draft_step_ms": self.draft_step_ms,
            "kinds": kinds.collect::<Vec<_>>(),
        })
    }

    fn cells(&self, language: Language) -> Vec<String> {
        let cores = language.pick("núcleos", "cores");
        let what = match (&self.engine, &self.machine) {
            (Some(engine), _) => engine.clone(),
            (None, Some(Machine { gb_s, gflop_s })) => format!("{gb_s} GB/s, {gflop_s} GFLOP/s"),
            (None, None) => String::new(),
        };
        let origin = match self.origin {
            Origin::Measured => language.pick("medida", "measured"),
            Origin::Computed => language.pick("calculada", "computed"),
        };
        let ratio = |at: usize| {
            let costs = self.batch_ms.get(at).zip(self.batch_ms.first());
            costs.map_or_else(String::new, |(ms, one)| format!("{:.1}", ms / one))
        };
        let mut cells = vec![
            format!("{} {cores}, {what}", self.cores),
            self.model.clone(),
            origin.to_owned(),
            ratio(2),
            ratio(4),
        ];
        cells.extend(self.kinds.iter().map(|one| {
            format!("{:.2} ({:.2})", median(&one.ours.speedups), median(&one.recipe.speedups))
        }));
        cells
    }
}

fn text(rows: &[Row], seeds: u32, language: Language) -> String {
    let mut table = vec![headings(rows, language)];
    table.extend(rows.iter().map(|row| row.cells(language)));
    let (least, most) = (least(rows), most(rows));
    let draft = rows.first().map_or("", |row| row.draft.as_str());
    let (heading, legend) = match language {
        Language::Spanish => (
            format!(
                "simulado, no medido: velocidad de este motor adelantando texto entre la de ir ficha \
                 a ficha, mediana de {seeds} simulaciones; entre paréntesis, la receta de dejar que \
                 `{draft}` adivine 2, 4 o 5 fichas según su acierto, hasta que baja de 0,6"
            ),
            format!(
                "V4 y V16: cuántas veces una ficha cuesta comprobar 4 y 16 a la vez. Lo peor de \
                 todas las simulaciones: {least:.3}; lo mejor: {most:.2}"
            ),
        ),
        Language::English => (
            format!(
                "simulated, not measured: speed of this engine guessing ahead over that of plain \
                 decoding, median of {seeds} simulations; in brackets, the recipe of having \
                 `{draft}` guess 2, 4 or 5 tokens by its share of right ones, until it falls below 0.6"
            ),
            format!(
                "V4 and V16: how many times one token it costs to check 4 and 16 at once. The worst \
                 of all simulations: {least:.3}; the best: {most:.2}"
            ),
        ),
    };
    [heading, output::table(&table), legend].join("\n")
}

fn headings(rows: &[Row], language: Language) -> Vec<String> {
    let kinds = rows.iter().take(1).flat_map(|row| &row.kinds);
    let fixed = [
        language.pick("máquina", "machine"),
        language.pick("modelo", "model"),
        language.pick("curva", "curve"),
        "V4",
        "V16",
    ];
    fixed.into_iter().chain(kinds.map(|one| name(&one.kind, language))).map(str::to_owned).collect()
}

fn name(kind: &str, language: Language) -> &str {
    match kind {
        "chat" => language.pick("charla", "chat"),
        "code" => language.pick("código", "code"),
        "json" => "JSON",
        "quote" => language.pick("citar", "quoting"),
        other => other,
    }
}

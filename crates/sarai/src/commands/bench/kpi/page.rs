//! The page that a bench writes: what was measured, how, and two plots.

use std::fs;
use std::io;
use std::path::Path;

use sarai_core::language::Language;
use serde_json::Value;

use crate::commands::bench::statistics::median;
use crate::output;

/// Writes the page to `path`, and its plots beside it.
pub(super) fn write(path: &Path, report: &Value, language: Language) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let stem = path.file_stem().map_or_else(|| "kpi".into(), |stem| stem.to_string_lossy());
    let mut plots = String::new();
    for (key, name, title) in [
        ("first_ms", "first-token", language.pick("Hasta la primera palabra", "To the first word")),
        ("whole_ms", "turn", language.pick("Turno entero", "Whole turn")),
    ] {
        let file = format!("{stem}-{name}.svg");
        let lines = [
            ("SARAi", by_turn(report, "ours", key)),
            (cold(language), by_turn(report, "cold", key)),
        ];
        fs::write(path.with_file_name(&file), plot(title, &lines))?;
        plots = plots + "\n![" + title + "](" + &file + ")\n";
    }
    fs::write(path, format!("{}{plots}", text(report, language)))
}

fn cold(language: Language) -> &'static str {
    language.pick("en frío", "cold")
}

fn text(report: &Value, language: Language) -> String {
    let machine = &report["machine"];
    let (cpu, cores) = (machine["cpu"].as_str().unwrap_or("?"), &machine["cores"]);
    let model = &report["models"][0];
    let (name, hash) =
        (model["name"].as_str().unwrap_or("?"), model["sha256"].as_str().unwrap_or("?"));
    let engine = report["engine"].as_str().unwrap_or("?");
    let command = report["command"].as_str().unwrap_or("?");
    let rounds = match (report["rounds"].as_u64().unwrap_or(0), language) {
        (1, Language::Spanish) => "1 vuelta".to_owned(),
        (1, Language::English) => "1 round".to_owned(),
        (rounds, Language::Spanish) => format!("{rounds} vueltas"),
        (rounds, Language::English) => format!("{rounds} rounds"),
    };
    let heading = match language {
        Language::Spanish => format!(
            "# Diez turnos con memoria\n\n`{command}`, {rounds}, en {cpu} con {cores} núcleos; \
             `{name}` (sha256 `{hash}`) en `{engine}`. «En frío» es el mismo modelo sin nada nuestro: lee toda la \
             conversación en cada turno. Los dos contestan por turnos, con respuestas de 64 fichas.\n"
        ),
        Language::English => format!(
            "# Ten turns with memory\n\n`{command}`, {rounds}, on {cpu} with {cores} cores; \
             `{name}` (sha256 `{hash}`) on `{engine}`. Cold is the same model with nothing of ours: it reads the whole \
             conversation at every turn. The two answer in turns, with answers of 64 tokens.\n"
        ),
    };
    let rows = rows(report, language);
    let mut lines = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        lines.push(format!("| {} |", row.join(" | ")));
        if number == 0 {
            lines.push(format!("|{}", "---|".repeat(row.len())));
        }
    }
    format!("{heading}\n{}\n", lines.join("\n"))
}

/// The figures as a table for the terminal.
pub(super) fn table(report: &Value, language: Language) -> String {
    output::table(&rows(report, language))
}

fn rows(report: &Value, language: Language) -> Vec<Vec<String>> {
    let number =
        |pointer: &str| report.pointer(pointer).and_then(Value::as_f64).unwrap_or(f64::NAN);
    let row = |spanish, english, pointer: &str, digits: usize| {
        let (ours, cold) = (number(&format!("/ours{pointer}")), number(&format!("/cold{pointer}")));
        vec![
            language.pick(spanish, english).to_owned(),
            format!("{ours:.digits$}"),
            format!("{cold:.digits$}"),
            format!("{:.2}", ours / cold),
        ]
    };
    let mib = |pointer: &str| format!("{:.0}", number(pointer) / f64::from(1 << 20));
    let none = String::new;
    vec![
        vec![
            none(),
            "SARAi".to_owned(),
            cold(language).to_owned(),
            language.pick("razón", "ratio").to_owned(),
        ],
        row("turno, p50, ms", "turn, p50, ms", "/turn_ms/p50", 0),
        row("turno, p95, ms", "turn, p95, ms", "/turn_ms/p95", 0),
        row("primera palabra, p50, ms", "first word, p50, ms", "/first_token_ms/p50", 0),
        row(
            "primera palabra del último turno, ms",
            "first word of the last turn, ms",
            "/last_turn_first_token_ms",
            0,
        ),
        row("generación, fichas/s", "decode, tok/s", "/tok_s", 1),
        row("todo, ms", "all, ms", "/total_ms", 0),
        vec![
            language.pick("RAM p50, MiB", "RAM p50, MiB").to_owned(),
            mib("/ram_bytes/p50"),
            none(),
            none(),
        ],
        vec![
            language.pick("RAM p99, MiB", "RAM p99, MiB").to_owned(),
            mib("/ram_bytes/p99"),
            none(),
            none(),
        ],
    ]
}

/// Returns the median of each turn over the rounds.
fn by_turn(report: &Value, side: &str, key: &str) -> Vec<f64> {
    let rounds: Vec<&Vec<Value>> =
        report["samples"].as_array().into_iter().flatten().filter_map(Value::as_array).collect();
    let turns = rounds.first().map_or(0, |round| round.len());
    let of = |turn: usize| {
        let found = rounds.iter().filter_map(|round| round.get(turn)?[side][key].as_f64());
        median(&found.collect::<Vec<_>>())
    };
    (0..turns).map(of).collect()
}

/// Draws lines over the turns, in seconds.
fn plot(title: &str, lines: &[(&str, Vec<f64>)]) -> String {
    const WIDTH: f64 = 640.0;
    const HEIGHT: f64 = 320.0;
    const MARGIN: f64 = 48.0;
    const COLOURS: [&str; 2] = ["#1b7f5c", "#b4532a"];
    let highest = lines.iter().flat_map(|(_, ms)| ms).fold(1.0_f64, |most, ms| most.max(*ms));
    let turns = lines.iter().map(|(_, ms)| ms.len()).max().unwrap_or(0);
    let along = |turn: usize| {
        let last = u32::try_from(turns.saturating_sub(1).max(1)).unwrap_or(1);
        let part = f64::from(u32::try_from(turn).unwrap_or(0)) / f64::from(last);
        MARGIN + part * (WIDTH - 2.0 * MARGIN)
    };
    let up = |ms: f64| HEIGHT - MARGIN - ms / highest * (HEIGHT - 2.0 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n\
         <text x=\"{MARGIN}\" y=\"24\" font-size=\"15\">{title} (s)</text>\n"
    );
    let right = WIDTH - MARGIN;
    svg.extend((0..=4_u32).map(|step| {
        let ms = highest * f64::from(step) / 4.0;
        let y = up(ms);
        format!(
            "<line x1=\"{MARGIN}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#dddddd\"/>\n\
             <text x=\"8\" y=\"{y:.1}\">{:.1}</text>\n",
            ms / 1000.0
        )
    }));
    svg.extend((0..turns).map(|turn| {
        let (x, y) = (along(turn), HEIGHT - MARGIN + 18.0);
        format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{}</text>\n", turn + 1)
    }));
    svg.extend((0_u32..).zip(lines).map(|(number, (name, ms))| {
        let colour = COLOURS[number as usize % COLOURS.len()];
        let points: Vec<String> = ms
            .iter()
            .enumerate()
            .map(|(turn, ms)| format!("{:.1},{:.1}", along(turn), up(*ms)))
            .collect();
        let x = WIDTH - MARGIN - 160.0 + 90.0 * f64::from(number);
        format!(
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{}\"/>\n\
             <text x=\"{x:.1}\" y=\"24\" fill=\"{colour}\">{name}</text>\n",
            points.join(" ")
        )
    }));
    svg + "</svg>\n"
}

#[cfg(test)]
mod tests {
    use super::{by_turn, write};
    use sarai_core::language::Language;
    use serde_json::json;

    #[test]
    fn the_page_names_the_command_and_the_machine_and_has_its_plots_beside_it() {
        let turn = |ms: f64| json!({ "first_ms": ms, "whole_ms": 2.0 * ms });
        let pair = |ours: f64, cold: f64| json!({ "ours": turn(ours), "cold": turn(cold) });
        let side =
            json!({ "turn_ms": { "p50": 10.0, "p95": 20.0 }, "first_token_ms": { "p50": 5.0 } });
        let mut report = json!({
            "command": "sarai bench kpi --json",
            "machine": { "cpu": "a & b", "cores": 2 },
            "models": [{ "name": "m", "sha256": "00" }],
            "samples": [[pair(1.0, 4.0), pair(2.0, 9.0)], [pair(3.0, 6.0), pair(2.0, 7.0)]],
            "ours": side, "cold": side, "rounds": 2,
            "ram_bytes": { "p50": 1_048_576.0, "p99": 2_097_152.0 },
        });
        assert_eq!(by_turn(&report, "cold", "first_ms"), [5.0, 8.0]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("docs/kpi.md");
        write(&path, &report, Language::English).unwrap();
        let page = std::fs::read_to_string(&path).unwrap();
        assert!(page.contains("--json`, 2 rounds, on a"), "{page}");
        assert!(page.contains("sarai bench kpi --json") && page.contains("2 cores"), "{page}");
        assert!(page.contains("| RAM p99, MiB | 2 |"), "{page}");
        for plot in ["kpi-first-token.svg", "kpi-turn.svg"] {
            assert!(page.contains(plot));
            let svg = std::fs::read_to_string(path.with_file_name(plot)).unwrap();
            assert_eq!(svg.matches("<polyline").count(), 2, "{svg}");
        }
        report["rounds"] = json!(1);
        write(&path, &report, Language::Spanish).unwrap();
        let page = std::fs::read_to_string(&path).unwrap();
        assert!(page.contains("--json`, 1 vuelta, en a"), "{page}");
    }
}

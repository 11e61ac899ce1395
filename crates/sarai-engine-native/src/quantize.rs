//! `quantize`: writes a model file anew with weights of another precision.
//!
//! Arguments, in any order: `--model FILE` and `--out FILE`, which must not be the same; `--to TYPE`,
//! one of [`Precision::ALL`]; `--threads N`: 0, the default, takes the physical cores; `--all true`
//! takes that precision for all weights, also for those that are better left more exact. Prints
//! `{"bytes": …}`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::topology;

/// How exact most weights are. The names are those of the files' makers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    Q2K,
    Q3KM,
    Q4_0,
    Q4KM,
    Q5KM,
    Q6K,
    Q8_0,
}

impl Precision {
    pub const ALL: [Precision; 7] = [
        Precision::Q2K,
        Precision::Q3KM,
        Precision::Q4_0,
        Precision::Q4KM,
        Precision::Q5KM,
        Precision::Q6K,
        Precision::Q8_0,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Precision::Q2K => "q2_k",
            Precision::Q3KM => "q3_k_m",
            Precision::Q4_0 => "q4_0",
            Precision::Q4KM => "q4_k_m",
            Precision::Q5KM => "q5_k_m",
            Precision::Q6K => "q6_k",
            Precision::Q8_0 => "q8_0",
        }
    }
}

/// What to write, and from what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantization {
    pub model: PathBuf,
    pub out: PathBuf,
    pub precision: Precision,
    /// Of all weights, not only of those that bear it well.
    pub all: bool,
    pub threads: u32,
}

/// Writes the file; the error is what the library says.
pub type Quantize = fn(&Quantization) -> Result<(), String>;

impl Quantization {
    /// Reads the arguments after `quantize`.
    pub(crate) fn parse(arguments: &[String]) -> Result<Quantization, String> {
        let (mut model, mut out, mut precision) = (None, None, None);
        let (mut all, mut threads) = (false, 0);
        for pair in arguments.chunks(2) {
            let [name, value] = pair else {
                return Err(format!("`{}` has no value", pair[0]));
            };
            match name.as_str() {
                "--model" => model = Some(PathBuf::from(value)),
                "--out" => out = Some(PathBuf::from(value)),
                "--to" => {
                    let found = Precision::ALL.into_iter().find(|one| one.name() == value);
                    precision = Some(found.ok_or_else(|| {
                        let known = Precision::ALL.map(Precision::name).join(", ");
                        format!("`{value}` is none of {known}")
                    })?);
                }
                "--threads" => {
                    threads =
                        value.parse().map_err(|_| format!("`{name} {value}` is not a number"))?;
                }
                "--all" => {
                    all = value
                        .parse()
                        .map_err(|_| format!("`{name} {value}` is not `true` or `false`"))?;
                }
                _ => return Err(format!("unknown argument `{name}`")),
            }
        }
        let missing = |name: &str| format!("`{name}` is missing");
        let quantization = Quantization {
            model: model.ok_or_else(|| missing("--model FILE"))?,
            out: out.ok_or_else(|| missing("--out FILE"))?,
            precision: precision.ok_or_else(|| missing("--to TYPE"))?,
            all,
            threads: if threads == 0 { topology::physical_cores() } else { threads },
        };
        if is_same(&quantization.model, &quantization.out) {
            return Err("a file cannot be written while it is read".to_owned());
        }
        Ok(quantization)
    }

    /// Writes the file and returns what came of it.
    pub(crate) fn run(&self, quantize: Quantize) -> Result<Value, String> {
        let told = |error: std::io::Error| format!("{}: {error}", self.model.display());
        std::fs::metadata(&self.model).map_err(told)?;
        quantize(self)?;
        let written = std::fs::metadata(&self.out);
        let written = written.map_err(|error| format!("{}: {error}", self.out.display()))?;
        Ok(json!({ "bytes": written.len() }))
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    real(one) == real(other)
}

#[cfg(test)]
mod tests {
    use super::{Precision, Quantization};

    #[track_caller]
    fn check(arguments: &str, expected: Result<Precision, &str>) {
        let arguments: Vec<String> = arguments.split_whitespace().map(str::to_owned).collect();
        let found = Quantization::parse(&arguments).map(|one| one.precision);
        assert_eq!(found, expected.map_err(str::to_owned));
    }

    #[test]
    fn arguments_come_in_any_order_and_wrong_ones_are_named() {
        check("--to q6_k --out b.gguf --model a.gguf", Ok(Precision::Q6K));
        check("--model a.gguf --out b.gguf", Err("`--to TYPE` is missing"));
        check("--out b.gguf --to q4_0", Err("`--model FILE` is missing"));
        check("--model", Err("`--model` has no value"));
        check("--model a.gguf --bits 4", Err("unknown argument `--bits`"));
        check("--all yes --to q4_0", Err("`--all yes` is not `true` or `false`"));
        check("--threads x --to q4_0", Err("`--threads x` is not a number"));
        check("--to q9", Err("`q9` is none of q2_k, q3_k_m, q4_0, q4_k_m, q5_k_m, q6_k, q8_0"));
        check(
            "--model a.gguf --out a.gguf --to q4_0",
            Err("a file cannot be written while it is read"),
        );
    }
}

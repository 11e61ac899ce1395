//! What batches cost on machines, measured or computed.
//!
//! All figures are in `curves.json`: what was measured, and what the rest is computed from. The
//! measured ones are what the engines recorded on two cores of an AMD EPYC (Zen 4, a virtual machine),
//! as `sarai bench engine` prints it; for the draft model, what they recorded of the 0.5B model there.
//!
//! A curve is computed from a model's size and two figures of a machine:
//!
//! ```text
//! V(n) = bytes / bandwidth + n · 2 · parameters / compute
//! ```
//!
//! Every step reads all weights once (`bytes` is the size of the file), and each of its tokens costs a
//! multiplication and an addition for each weight. The two are added: on the machine that was measured,
//! waiting for memory and computing hardly overlap in batches of up to 16. A line through its five
//! measurements of the ik fork with the 1.5B model gives 72 GB/s and 240 GFLOP/s, which is 120 for each
//! core; with these two figures the formula gives the measured curves of the 1.5B and of the 0.5B
//! model within a tenth, which a test says. More cores are taken to compute that much more, and two
//! channels of DDR5 to deliver 60 to 80 GB/s. The last machine stands for those that wait for memory
//! only: its cores have matrix units, so that a batch of eight costs hardly more than one token.
//!
//! The costs of synchronising many cores are not in it, nor longer contexts, nor blocks of tokens in
//! which kernels work: what is computed says where a gain is possible, not how large it is.

use sarai_engine_protocol::PROMPT_TOKENS;
use serde::{Deserialize, Serialize};

use crate::drafting::costs::{SIZES, number};

/// How the milliseconds of a curve were come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Measured,
    Computed,
}

/// What a machine takes for batches of a model's tokens.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    pub cores: u32,
    pub model: String,
    pub draft: String,
    pub origin: Origin,
    /// The engine that was measured.
    pub engine: Option<String>,
    /// What it was computed from.
    pub machine: Option<Machine>,
    /// Milliseconds of 1, 2, 4, 8 and 16 tokens.
    pub batch_ms: [f64; SIZES.len()],
    /// Milliseconds of one token of the draft model, and of its reading 64.
    pub draft_step_ms: f64,
    pub draft_prompt_ms: f64,
}

/// What a machine can do.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Machine {
    /// Bytes from memory, in 10^9 a second.
    pub gb_s: f64,
    /// Multiplications and additions of all cores, in 10^9 a second.
    pub gflop_s: f64,
}

/// Returns the curves of the data file.
///
/// # Errors
///
/// Where the file, which is part of this crate, is not in its form.
pub fn curves() -> Result<Vec<Curve>, serde_json::Error> {
    let recorded: Recorded = serde_json::from_str(include_str!("curves.json"))?;
    let measured = recorded.measured.iter().map(|one| Curve {
        cores: one.cores,
        model: one.model.clone(),
        draft: recorded.draft.name.clone(),
        origin: Origin::Measured,
        engine: Some(one.engine.clone()),
        machine: None,
        batch_ms: one.batch_ms,
        draft_step_ms: one.draft_step_ms,
        draft_prompt_ms: one.draft_prompt_ms,
    });
    let computed = recorded.machines.iter().flat_map(|one| {
        let named = recorded.models.iter().filter(|model| one.models.contains(&model.name));
        named.map(|model| one.computed(model, &recorded.draft))
    });
    Ok(measured.chain(computed).collect())
}

impl Machine {
    /// Returns the milliseconds of a batch.
    fn batch_ms(self, model: &Model, tokens: usize) -> f64 {
        let reads = model.bytes / (self.gb_s * 1e6);
        let computes = number(tokens) * 2.0 * model.parameters / (self.gflop_s * 1e6);
        reads + computes
    }
}

/// The form of the data file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    draft: Model,
    models: Vec<Model>,
    measured: Vec<Measured>,
    machines: Vec<Imagined>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Model {
    name: String,
    parameters: f64,
    bytes: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Measured {
    cores: u32,
    engine: String,
    model: String,
    batch_ms: [f64; SIZES.len()],
    draft_step_ms: f64,
    draft_prompt_ms: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Imagined {
    cores: u32,
    gb_s: f64,
    gflop_s_core: f64,
    /// What is computed for it; the rest was measured on it.
    models: Vec<String>,
}

impl Imagined {
    fn machine(&self) -> Machine {
        Machine { gb_s: self.gb_s, gflop_s: self.gflop_s_core * f64::from(self.cores) }
    }

    fn computed(&self, model: &Model, draft: &Model) -> Curve {
        let machine = self.machine();
        Curve {
            cores: self.cores,
            model: model.name.clone(),
            draft: draft.name.clone(),
            origin: Origin::Computed,
            engine: None,
            machine: Some(machine),
            batch_ms: SIZES.map(|size| machine.batch_ms(model, size)),
            draft_step_ms: machine.batch_ms(draft, 1),
            draft_prompt_ms: machine.batch_ms(draft, PROMPT_TOKENS as usize),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Origin, Recorded, SIZES, curves};

    fn recorded() -> Recorded {
        serde_json::from_str(include_str!("curves.json")).unwrap()
    }

    #[test]
    fn the_formula_gives_what_was_measured_on_the_machine_it_was_fitted_to() {
        let recorded = recorded();
        let machine = recorded.machines.iter().find(|one| one.cores == 2).unwrap().machine();
        let large = recorded.models.iter().find(|one| one.name == "qwen2.5-coder-1.5b").unwrap();
        let ik = recorded.measured.iter().find(|one| one.engine == "sarai-engine-ik").unwrap();
        // The 0.5B model was not in the fit.
        let small = [11.4, 14.7, 23.9, 41.5, 79.2];
        for (model, measured) in [(large, ik.batch_ms), (&recorded.draft, small)] {
            for (size, measured) in SIZES.into_iter().zip(measured) {
                let off = machine.batch_ms(model, size) / measured - 1.0;
                assert!(off.abs() < 0.1, "{} {size}: {off:+.3}", model.name);
            }
        }
    }

    #[test]
    fn every_machine_named_is_there_and_larger_batches_cost_more() {
        let curves = curves().unwrap();
        let named: usize = recorded().machines.iter().map(|one| one.models.len()).sum();
        let computed = curves.iter().filter(|one| one.origin == Origin::Computed).count();
        assert_eq!((named, computed), (7, 7));
        for curve in &curves {
            assert!(curve.batch_ms.is_sorted(), "{curve:?}");
            assert_eq!(curve.engine.is_some(), curve.origin == Origin::Measured);
        }
    }

    #[test]
    fn the_last_machine_waits_for_memory_only() {
        let curves = curves().unwrap();
        let bound = curves.iter().filter(|one| one.cores == 56);
        for curve in bound {
            let [one, _, _, eight, _] = curve.batch_ms;
            assert!(eight / one < 1.15, "{curve:?}");
        }
    }
}

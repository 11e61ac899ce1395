//! `sarai memory`, as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Json;

#[derive(Debug, Subcommand)]
pub(crate) enum Memory {
    Ingest(Ingest),
    Store(Store),
    Recall(Recall),
    Ask(Ask),
    List(List),
    Show(Show),
    Edit(Edit),
    Forget(Forget),
    Undo(Json),
    Vacuum(Json),
    Rotate(Rotate),
    Stats(Json),
    Backup {
        file: Option<PathBuf>,
        #[arg(long)]
        json: bool,
    },
    Export {
        file: Option<PathBuf>,
    },
    Import {
        file: PathBuf,
        #[arg(long)]
        json: bool,
    },
    Eval(Eval),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    User,
    Assistant,
}

#[derive(Debug, Args)]
pub(crate) struct Ingest {
    pub text: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub session: String,
    #[arg(long, default_value = "user", hide_default_value = true)]
    pub role: Role,
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Store {
    pub subject: String,
    pub relation: String,
    pub object: String,
    #[arg(long)]
    pub negated: bool,
    #[arg(long, value_name = "DATE")]
    pub when: Option<String>,
    #[arg(long, value_name = "0..1")]
    pub confidence: Option<f64>,
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Recall {
    #[arg(long, value_name = "NAME")]
    pub subject: Option<String>,
    #[arg(long, value_name = "VERB")]
    pub verb: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub object: Option<String>,
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    #[arg(long)]
    pub history: bool,
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Ask {
    pub question: String,
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    pub words: Option<String>,
    #[arg(long)]
    pub history: bool,
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    pub id: i64,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Edit {
    pub id: i64,
    #[arg(long, value_name = "NAME")]
    pub subject: Option<String>,
    #[arg(long, value_name = "VERB")]
    pub relation: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub object: Option<String>,
    #[arg(long, value_name = "DATE")]
    pub when: Option<String>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Forget {
    #[arg(conflicts_with_all = ["subject", "verb", "object", "session", "everything"])]
    pub id: Option<i64>,
    #[arg(long, value_name = "NAME")]
    pub subject: Option<String>,
    #[arg(long, value_name = "VERB")]
    pub verb: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub object: Option<String>,
    #[arg(long, value_name = "NAME", conflicts_with_all = ["subject", "verb", "object"])]
    pub session: Option<String>,
    #[arg(long, conflicts_with_all = ["subject", "verb", "object", "session"])]
    pub everything: bool,
    #[arg(long)]
    pub yes: bool,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Rotate {
    #[arg(long, value_name = "N")]
    pub days: u32,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Eval {
    #[arg(required_unless_present = "locomo")]
    pub items: Option<PathBuf>,
    #[arg(long, value_name = "FILE", conflicts_with = "items")]
    pub locomo: Option<PathBuf>,
    #[arg(long)]
    pub patterns_only: bool,
}

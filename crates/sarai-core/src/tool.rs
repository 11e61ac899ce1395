//! Tools that a client offers to the model, and calls the model makes of them.

/// A function the model may call, as its client described it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    pub name: String,
    pub description: String,
    /// JSON Schema of the arguments, as JSON text. Checked where it entered.
    pub parameters: String,
}

/// Which tools the model may or must call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ToolChoice {
    /// The model decides. With no tools offered this is the same as `None`.
    #[default]
    Auto,
    None,
    /// At least one call, whichever: forced by grammar.
    Required,
    /// A call of this tool: forced by grammar.
    Named(String),
}

/// One call the model made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCall {
    /// Unique within the turn; the client repeats it with the result.
    pub id: String,
    pub name: String,
    /// A JSON object, as JSON text.
    pub arguments: String,
}

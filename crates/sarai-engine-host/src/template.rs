//! The model's chat template: from messages to the text of a prompt.

mod defang;
mod jinja;
mod shape;

use minijinja::value::Serde;
use minijinja::{Environment, Value};
use sarai_engine_protocol::{Failure, Message, Tool, ToolCall};
use serde_json::json;

use crate::backend::{Token, Vocabulary};
use defang::Defang;
use shape::{Understands, plain, shape, tool_json};

/// The one template of an environment.
const NAME: &str = "chat";

/// What messages say while it is tried out.
const MARK: &str = "azulejo";

/// For models that bring no template: the form most small models know.
const CHATML: &str = "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

/// Its marks, for which a vocabulary may have no tokens.
const CHATML_MARKS: [&str; 2] = ["<|im_start|>", "<|im_end|>"];

/// How long a line is that tells who speaks, in characters.
const HEADING_CHARS: std::ops::RangeInclusive<usize> = 4..=40;

const ROLES: [&str; 4] = ["system", "user", "assistant", "tool"];

/// A compiled template with what it needs of the vocabulary.
pub(crate) struct Template {
    environment: Environment<'static>,
    source: String,
    is_ours: bool,
    bos: String,
    eos: String,
    defang: Defang,
    understands: Understands,
}

impl Template {
    /// Compiles the caller's template, else the file's, else ours. A template of the file that
    /// cannot be compiled is replaced by ours, which [`Template::source`] tells; one of the caller
    /// is an error.
    pub(crate) fn new(
        given: Option<&str>,
        in_file: Option<&str>,
        vocabulary: &Vocabulary,
    ) -> Result<Template, Failure> {
        let (environment, source, is_ours) = match (given, in_file) {
            (Some(text), _) => (compile(text)?, "caller".to_owned(), false),
            (None, Some(text)) => match compile(text) {
                Ok(environment) => (environment, "file".to_owned(), false),
                Err(failure) => {
                    tracing::warn!(?failure, "the template in the file cannot be used");
                    let source = "built-in (the one in the file cannot be used)".to_owned();
                    (compile(CHATML)?, source, true)
                }
            },
            (None, None) => (compile(CHATML)?, "built-in".to_owned(), true),
        };
        let mut template = Template {
            environment,
            source,
            is_ours,
            bos: spelling(vocabulary, vocabulary.bos),
            eos: spelling(vocabulary, vocabulary.eos),
            defang: Defang::new(vocabulary),
            understands: Understands::LITTLE,
        };
        template.understands = template.probe();
        let headings = template.headings();
        template.defang.add(headings);
        if is_ours {
            template.defang.add(CHATML_MARKS.map(str::to_owned));
        }
        Ok(template)
    }

    /// Where the template came from: `file`, `caller` or `built-in`.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Texts that end an answer because the vocabulary may have no token for them.
    pub(crate) fn stops(&self) -> &[&str] {
        if self.is_ours { &CHATML_MARKS[1..] } else { &[] }
    }

    /// Returns the prompt for an answer to `messages`. Control tokens spelled inside them have no
    /// effect.
    pub(crate) fn render(&self, messages: &[Message], tools: &[Tool]) -> Result<String, Failure> {
        if let Some(message) =
            messages.iter().find(|message| !ROLES.contains(&message.role.as_str()))
        {
            let reason = format!("there is no role `{}`", message.role);
            return Err(Failure::BadRequest { reason });
        }
        let messages: Vec<Message> =
            messages.iter().map(|message| self.defang.message(message)).collect();
        let tools: Vec<Tool> = tools.iter().map(|tool| self.defang.tool(tool)).collect();
        self.render_shaped(&messages, &tools, self.understands)
            .or_else(|_| self.render_shaped(&messages, &tools, Understands::LITTLE))
            .map_err(|error| Failure::BadTemplate { reason: error.to_string() })
    }

    fn render_shaped(
        &self,
        messages: &[Message],
        tools: &[Tool],
        can: Understands,
    ) -> Result<String, minijinja::Error> {
        let messages = shape(messages, tools, can);
        let tools = if can.tools { tools } else { &[] };
        self.render_as_is(&messages, tools)
    }

    fn render_as_is(
        &self,
        messages: &[Message],
        tools: &[Tool],
    ) -> Result<String, minijinja::Error> {
        let mut context = json!({
            "messages": messages.iter().map(message_json).collect::<Vec<_>>(),
            "add_generation_prompt": true,
            "bos_token": self.bos,
            "eos_token": self.eos,
        });
        // Templates ask whether `tools` is defined.
        if !tools.is_empty() {
            context["tools"] = tools.iter().map(tool_json).collect();
        }
        self.environment.get_template(NAME)?.render(Value::from(Serde(&context)))
    }

    /// Returns the lines that the template writes around messages, such as `### User:`: in a message
    /// they would begin another one.
    fn headings(&self) -> Vec<String> {
        let roles = ["system", "user", "assistant", "user"];
        let talk = roles.map(|role| plain(role, MARK));
        let text = self
            .render_as_is(&talk, &[])
            .or_else(|_| self.render_as_is(&talk[1..], &[]))
            .unwrap_or_default();
        let is_heading = |line: &&str| {
            HEADING_CHARS.contains(&line.chars().count())
                && line.contains(|c: char| !c.is_alphanumeric() && !c.is_whitespace())
        };
        let lines = text.split(MARK).flat_map(str::lines).map(str::trim);
        lines.filter(is_heading).map(str::to_owned).collect()
    }

    /// Finds out what the template understands by trying.
    fn probe(&self) -> Understands {
        let user = || plain("user", "u");
        let assistant = || plain("assistant", "a");
        let says = |messages: &[Message], tools: &[Tool], marks: usize| {
            self.render_as_is(messages, tools).is_ok_and(|text| text.matches(MARK).count() >= marks)
        };
        let tool = Tool {
            name: MARK.to_owned(),
            description: String::new(),
            parameters: json!({"type": "object", "properties": {}}),
        };
        let mut calling = plain("assistant", "");
        calling.tool_calls = vec![ToolCall {
            id: "call00001".to_owned(),
            name: MARK.to_owned(),
            arguments: json!({}),
        }];
        let mut result = plain("tool", MARK);
        result.tool_call_id = Some("call00001".to_owned());
        let system = plain("system", MARK);
        Understands {
            system: says(&[system.clone(), user()], &[], 1),
            system_later: says(&[system.clone(), user(), assistant(), system, user()], &[], 2),
            tools: says(&[user()], &[tool], 1),
            tool_messages: says(&[user(), calling, result, user()], &[], 2),
            neighbours: says(&[plain("user", MARK), plain("user", MARK)], &[], 2),
        }
    }
}

fn compile(text: &str) -> Result<Environment<'static>, Failure> {
    let bad = |error: minijinja::Error| Failure::BadTemplate { reason: error.to_string() };
    let mut environment = jinja::environment().map_err(bad)?;
    environment.add_template_owned(NAME, text.to_owned()).map_err(bad)?;
    Ok(environment)
}

fn message_json(message: &Message) -> serde_json::Value {
    let mut json = json!({"role": message.role, "content": message.content});
    if !message.tool_calls.is_empty() {
        let calls = message.tool_calls.iter().map(|call| {
            let function = json!({"name": call.name, "arguments": call.arguments});
            json!({"id": call.id, "type": "function", "function": function})
        });
        json["tool_calls"] = calls.collect();
    }
    if let Some(id) = &message.tool_call_id {
        json["tool_call_id"] = id.as_str().into();
    }
    json
}

fn spelling(vocabulary: &Vocabulary, token: Option<Token>) -> String {
    let bytes = token.and_then(|token| vocabulary.bytes.get(token as usize));
    bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
}

//! Translates a grammar for llguidance, whose notation is Lark's.

use std::collections::BTreeMap;

use crate::class::Class;
use crate::expression::{Expression, Gbnf};
use crate::loops;

/// Returns the grammar in Lark's notation, of the same texts.
///
/// Each word of the lexer is one character, so that no way to read a text hides another. Only loops
/// beside which nothing else can be meant are one word; that makes long texts fast.
pub fn to_lark(gbnf: &Gbnf) -> String {
    let mut writer = Writer {
        gbnf,
        whole: loops::whole(gbnf),
        classes: BTreeMap::new(),
        loops: BTreeMap::new(),
        text: String::new(),
        depth: 0,
        apart: Vec::new(),
    };
    for (number, rule) in gbnf.rules.iter().enumerate() {
        let name = if number == gbnf.root { "start".to_owned() } else { format!("r{number}") };
        writer.rule(&name, &rule.body);
    }
    let mut written = 0;
    while let Some(expression) = writer.apart.get(written).copied() {
        writer.rule(&format!("g{written}"), expression);
        written += 1;
    }
    let Writer { classes, loops, mut text, .. } = writer;
    for (class, number) in classes {
        text.extend(["C", &number.to_string(), ": /"]);
        class.write_regex(&mut text);
        text.push_str("/\n");
    }
    for (number, regex) in loops {
        text.extend(["L", &number.to_string(), ": /(", &regex, ")+/\n"]);
    }
    text
}

/// Groups one inside the other before one gets a rule of its own. The reader of the notation has a
/// limit.
const DEPTH_MAX: usize = 8;

struct Writer<'a> {
    gbnf: &'a Gbnf,
    whole: Vec<bool>,
    classes: BTreeMap<Class, usize>,
    loops: BTreeMap<usize, String>,
    text: String,
    depth: usize,
    /// What gets a rule of its own.
    apart: Vec<&'a Expression>,
}

impl<'a> Writer<'a> {
    fn rule(&mut self, name: &str, body: &'a Expression) {
        self.put(format_args!("{name}: "));
        self.write(body);
        self.text.push('\n');
    }

    fn write(&mut self, expression: &'a Expression) {
        if self.depth == DEPTH_MAX && !matches!(expression, Expression::Class(_)) {
            self.put(format_args!("g{}", self.apart.len()));
            self.apart.push(expression);
            return;
        }
        self.depth += 1;
        self.write_here(expression);
        self.depth -= 1;
    }

    fn write_here(&mut self, expression: &'a Expression) {
        match expression {
            Expression::Class(class) => {
                let next = self.classes.len();
                let number = *self.classes.entry(class.clone()).or_insert(next);
                self.put(format_args!("C{number}"));
            }
            Expression::Rule(rule) if *rule == self.gbnf.root => self.put(format_args!("start")),
            Expression::Rule(rule) => self.put(format_args!("r{rule}")),
            Expression::Sequence(parts) if parts.is_empty() => self.put(format_args!("\"\"")),
            Expression::Sequence(parts) => self.join(parts, " "),
            Expression::Choice(ways) => self.join(ways, " | "),
            Expression::Times { most: 0, .. } => self.put(format_args!("\"\"")),
            Expression::Times { inner, least, most } => {
                self.group(inner);
                self.put(format_args!("{{{least},{most}}}"));
            }
            Expression::Loop { inner, least, number } if self.whole[*number] => {
                self.put(format_args!("("));
                if *least > 0 {
                    self.group(inner);
                    self.put(format_args!("{{{least},{least}}} "));
                }
                self.put(format_args!("L{number}?)"));
                let mut regex = String::new();
                write_regex(self.gbnf, inner, &mut regex);
                self.loops.insert(*number, regex);
            }
            Expression::Loop { inner, least, .. } => {
                self.group(inner);
                match least {
                    0 => self.put(format_args!("*")),
                    1 => self.put(format_args!("+")),
                    _ => self.put(format_args!("{{{least},}}")),
                }
            }
        }
    }

    fn group(&mut self, inner: &'a Expression) {
        self.put(format_args!("("));
        self.write(inner);
        self.put(format_args!(")"));
    }

    fn join(&mut self, parts: &'a [Expression], between: &str) {
        self.put(format_args!("("));
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.put(format_args!("{between}"));
            }
            self.write(part);
        }
        self.put(format_args!(")"));
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        self.text.push_str(&text.to_string());
    }
}

/// Writes the body of a loop, with its rules written out.
fn write_regex(gbnf: &Gbnf, expression: &Expression, text: &mut String) {
    let mut join = |parts: &[Expression], between: &str| {
        text.push('(');
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                text.push_str(between);
            }
            write_regex(gbnf, part, text);
        }
        text.push(')');
    };
    match expression {
        Expression::Class(class) => class.write_regex(text),
        Expression::Rule(rule) => write_regex(gbnf, &gbnf.rules[*rule].body, text),
        Expression::Sequence(parts) => join(parts, ""),
        Expression::Choice(ways) => join(ways, "|"),
        Expression::Times { inner, least, most } => {
            join(std::slice::from_ref(inner), "");
            text.extend(["{", &least.to_string(), ",", &most.to_string(), "}"]);
        }
        Expression::Loop { inner, least, .. } => {
            join(std::slice::from_ref(inner), "");
            text.extend(["{", &least.to_string(), ",}"]);
        }
    }
}

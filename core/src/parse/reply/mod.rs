//! A whole reply: where each output stands in it, and what it says.
mod inside;
mod look;
mod markers;
mod object;
mod tagged;

use crate::{
    error::Fault,
    parse::{
        Given, How, chat,
        expected::expected,
        fit::{Fit, Manner},
        limits::{LONGEST, Work},
        node::{Kind, Node},
        payload,
        reply::look::find,
        rule::{Repair, Rule, Strictness},
        scope::Scope,
        values::absent,
    },
    schema::{FieldDef, Schema},
    signature::Def,
};
use serde_json::Value;
use std::borrow::Cow;

/// The form in which a reply was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Values between `[[ ## name ## ]]` markers.
    #[default]
    Chat,
    /// One JSON object.
    Json,
    /// Values in tags.
    Xml,
}

/// What a reply says.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// The outputs in order, in their schemas' form; `None` where there is a fault.
    pub(crate) values: Vec<Option<Given>>,
    /// What some of them are written in.
    pub(crate) text: String,
    /// Which outputs the reply itself gives, whole: those that an error carries.
    pub(crate) given: Vec<bool>,
    pub(crate) repairs: Vec<Repair>,
    pub(crate) faults: Vec<Fault>,
    /// All steps, for tests that bound them.
    #[cfg(test)]
    pub(crate) steps: usize,
}

impl Reading {
    /// None of the outputs is written.
    pub(crate) fn is_by_value(&self) -> bool {
        let mut values = self.values.iter().flatten();
        values.all(|value| matches!(value, Given::Value(_)))
    }

    /// The outputs as values, null where there is none.
    #[cfg(test)]
    pub(crate) fn as_values(&self) -> Vec<Value> {
        let values = self.values.iter().cloned();
        values
            .map(|value| value.unwrap_or_default().into_value())
            .collect()
    }
}

/// Where an output was found.
enum Found<'t> {
    Node(Node<'t>),
    /// Text between markers.
    Text(usize, usize),
    /// Its end is cut off.
    Cut(usize),
}

/// What one way of looking found: for each output, and what it had to forgive.
struct Way<'t> {
    found: Vec<Option<Found<'t>>>,
    rules: Vec<(Rule, std::ops::Range<usize>)>,
    /// The nodes stand there as clean JSON.
    strict: bool,
}

impl Way<'_> {
    /// Nothing found yet.
    fn new(fields: &[FieldDef]) -> Self {
        Way {
            found: fields.iter().map(|_| None).collect(),
            rules: Vec::new(),
            strict: false,
        }
    }
    fn hits(&self) -> usize {
        self.found.iter().flatten().count()
    }
}

/// What is wanted of a reading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keep {
    /// What needs nothing done to it need not become a value.
    pub(crate) written: bool,
    /// What was forgiven is listed.
    pub(crate) listed: bool,
}

impl Default for Keep {
    fn default() -> Self {
        Keep {
            written: false,
            listed: true,
        }
    }
}

/// Reads a reply.
pub(crate) fn read(def: &Def, how: How, text: &str, keep: Keep) -> Reading {
    let fields: Cow<'_, [FieldDef]> = if def.reasoning {
        Cow::Owned(def.outputs().cloned().collect())
    } else {
        Cow::Borrowed(def.signature.outputs.get())
    };
    fields_of(&fields, how, text, keep)
}

/// Reads a reply that has these fields.
pub(in crate::parse) fn fields_of(
    fields: &[FieldDef],
    how: How,
    text: &str,
    keep: Keep,
) -> Reading {
    let How { form, strictness } = how;
    let mut reading = Reading {
        values: fields.iter().map(|_| None).collect(),
        given: vec![false; fields.len()],
        ..Reading::default()
    };
    if text.len() > LONGEST {
        reading.faults.push(Fault::mismatch(
            "",
            format!("a reply of at most {LONGEST} bytes"),
            format!("{} bytes", text.len()),
        ));
        return reading;
    }
    let listed = keep.listed || strictness == Strictness::Strict;
    let (scope, work) = (Scope::default(), Work::listed(text, listed));
    let manner = Manner {
        dspy: true,
        ..Manner::default()
    };
    let mut fit = Fit::new(&scope, &work, manner, text, "");
    fit.written = keep.written.then(String::new);
    let way = find(&mut fit, fields, form, strictness, text);
    for (rule, range) in way.rules.iter().filter(|_| listed) {
        let node = Node::new(Kind::Nothing, range.start, range.end);
        fit.plainly(*rule, &node);
    }
    for (index, (field, found)) in fields.iter().zip(way.found).enumerate() {
        fit.path.clear();
        fit.path.push_str(field.name.get());
        let before = fit.faults.len();
        let (value, open) = match found {
            None => {
                let value = absent(field);
                if let Err(fault) = &value {
                    fit.faults.push(fault.clone());
                }
                reading.values[index] = value.ok().map(Given::Value);
                continue;
            }
            Some(Found::Cut(at)) => {
                let rest = crate::field::shorten(&Value::from(text[at..].trim()));
                fit.faults.push(Fault::mismatch(
                    field.name.get(),
                    expected(field.schema.get()),
                    format!("cut off: {rest}"),
                ));
                (None, true)
            }
            Some(Found::Node(node)) => {
                let open = node.open || is_open(&node);
                (fit.settled_field(field, &node, way.strict), open)
            }
            Some(Found::Text(start, end)) => (section(&mut fit, field, text, start, end), false),
        };
        let whole = fit.faults.len() == before;
        if !whole || value.is_none() {
            if whole {
                let node = Node::new(Kind::Nothing, 0, 0);
                fit.mismatch(field.schema.get(), &node);
            }
            continue;
        }
        reading.values[index] = value;
        reading.given[index] = !open;
    }
    let Fit {
        repairs,
        faults,
        written,
        ..
    } = fit;
    reading.text = written.unwrap_or_default();
    reading.repairs = repairs;
    reading.faults = faults;
    if strictness == Strictness::Strict && reading.faults.is_empty() {
        refuse(&mut reading);
    }
    #[cfg(test)]
    {
        reading.steps = work.done();
    }
    reading
}

/// The end of the text cut the value itself.
fn is_open(node: &Node<'_>) -> bool {
    match &node.kind {
        Kind::List(items) => node.open && items.last().is_some_and(|item| item.open),
        _ => node.open,
    }
}

/// What was forgiven is a fault where nothing is.
fn refuse(reading: &mut Reading) {
    for repair in &reading.repairs {
        if matches!(repair.rule, Rule::Default | Rule::Unknown | Rule::Truth) {
            continue;
        }
        let path = if repair.path.is_empty() {
            "reply"
        } else {
            &repair.path
        };
        reading.faults.push(Fault::mismatch(
            path,
            "what was asked for, to the letter",
            format!("{} {}", repair.rule, repair.note).trim_end(),
        ));
    }
}

/// The value of a section, by the schema of its field.
fn section<'s>(
    fit: &mut Fit<'_, 's>,
    field: &'s FieldDef,
    text: &str,
    start: usize,
    end: usize,
) -> Option<Given> {
    let (start, end) = payload::trimmed(text, start, end);
    let content = &text[start..end];
    let schema = field.schema.get();
    let keeps = keeps_text(schema);
    if keeps || is_code(schema) {
        let mut node = Node::new(Kind::Text(chat::lines(content)), start, end);
        if !keeps && content.is_empty() {
            node.kind = Kind::Text(Cow::Borrowed(""));
        }
        return fit.field(field, &node).map(Given::Value);
    }
    if field.default.is_some()
        && matches!(content, "null" | "None")
        && !matches!(fit.scope.shape(schema), Schema::Optional(_))
    {
        return absent(field).ok().map(Given::Value);
    }
    let value = payload::read(fit, schema, text, start, end)?;
    if let Given::Value(value) = &value {
        fit.bounds(value, field.constraints.get());
    }
    Some(value)
}

/// What DSPy takes as text whatever it looks like: text, and what may be text or nothing.
pub(crate) fn keeps_text(schema: &Schema) -> bool {
    let text = |schema: &Schema| matches!(schema.shape(), Schema::Text);
    match schema.shape() {
        Schema::Text => !is_code(schema),
        Schema::Optional(inner) => match inner.get().shape() {
            Schema::Text => true,
            Schema::Union(options) => options.get().iter().any(|option| text(option.get())),
            _ => false,
        },
        Schema::Union(options) => {
            options.get().iter().any(|option| text(option.get()))
                && options
                    .get()
                    .iter()
                    .any(|option| matches!(option.get().shape(), Schema::Null))
        }
        _ => false,
    }
}

fn is_code(schema: &Schema) -> bool {
    matches!(schema, Schema::Printed(_, name) if name.get() == "Code" || name.get().starts_with("Code_"))
}

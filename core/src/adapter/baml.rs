//! DSPy's BAML form: types in a compact notation, with descriptions as comments.
use super::{
    about::language,
    framing,
    python::option,
    system::{fields, header, objective},
};
use crate::{
    constant::written,
    field::View,
    schema::{Body, FieldDef, Literal, Named, Schema, python_text},
    signature::SignatureDef,
    types::kind::Kind,
};
use std::fmt::Write;

/// The system message.
pub(super) fn system(signature: &SignatureDef, reasoning: bool, instructions: &str) -> String {
    let mut out = written(|out| fields(out, signature, reasoning));
    out.push_str(framing::STRUCTURE);
    out.push_str("\n\n");
    let mark = |name: &str| written(|out| header(out, name));
    for field in signature.inputs.get() {
        let name = field.name.get();
        let _ = write!(out, "{}\n{{{name}}}\n\n", mark(name));
    }
    let mut at = 0;
    while let Some(field) = super::system::output(signature, reasoning, at) {
        let name = field.name.get();
        out.push_str(&mark(name));
        out.push('\n');
        let _ = write!(out, "{}{name}{}", framing::OUTPUT_FIELD, framing::OF_TYPE);
        let mut writer = Writer {
            out: &mut out,
            around: Vec::new(),
        };
        writer.top(field);
        out.push_str("\n\n");
        at += 1;
    }
    out.push_str(&mark(framing::COMPLETED));
    out.push('\n');
    out.push_str(framing::OBJECTIVE);
    out.push_str(&written(|out| objective(out, instructions)));
    out
}

/// Whether values of a field are models in Python: then inputs are indented JSON.
pub(super) fn is_model(schema: &Schema) -> bool {
    match schema {
        Schema::Constrained(inner, _) | Schema::Optional(inner) => is_model(inner.get()),
        Schema::Named(named) => !matches!(named.body(), Body::Words(_)),
        Schema::Printed(inner, name) => is_own_text(inner.get(), name.get()),
        _ => false,
    }
}

/// Whether a value of a union is a model.
pub(super) fn is_model_of(schema: &Schema, view: View<'_>) -> bool {
    matches!(schema.shape(), Schema::Union(_)) && is_model(option(schema, &view.to_value()))
}

/// Code and reasoning: models of one text.
fn is_own_text(inner: &Schema, name: &str) -> bool {
    matches!(inner, Schema::Text) && (name == "str" || language(name).is_some())
}

struct Writer<'o> {
    out: &'o mut String,
    /// The types whose braces are open. DSPy refuses a type that it meets twice; here one inside itself is
    /// called by its name.
    around: Vec<u64>,
}

impl Writer<'_> {
    /// The type of an output, whose own bounds are no part of it.
    fn top(&mut self, field: &FieldDef) {
        let mut schema = field.schema.get();
        while let Schema::Constrained(inner, _) = schema {
            schema = inner.get();
        }
        self.kind(schema, 0);
    }

    fn kind(&mut self, schema: &Schema, indent: usize) {
        match schema {
            Schema::Text | Schema::Character => self.out.push_str("string"),
            Schema::Integer(_) => self.out.push_str("int"),
            Schema::Number(_) => self.out.push_str("float"),
            Schema::Boolean => self.out.push_str("boolean"),
            Schema::Null => self.out.push_str("null"),
            Schema::Optional(_) | Schema::Union(_) => self.options(schema, indent),
            Schema::Literal(values) => self.literals(values.get()),
            Schema::List(item) | Schema::Array(item, _) => self.list(item.get(), indent),
            Schema::Map(key, value) => {
                self.out.push_str("dict[");
                self.kind(key.get(), indent);
                self.out.push_str(", ");
                self.kind(value.get(), indent);
                self.out.push(']');
            }
            Schema::Named(named) if !matches!(named.body(), Body::Words(_)) => {
                self.model(named, indent);
            }
            Schema::Inline(definition) => match &definition.get().body {
                Body::Record(fields) => self.record(fields.get(), indent),
                _ => self.out.push_str("dict"),
            },
            Schema::Printed(inner, name) if is_own_text(inner.get(), name.get()) => {
                let (doc, member) = match name.get() {
                    "str" => (framing::REASONING_DOC, "content"),
                    "Code" => (framing::CODE_DOC, "code"),
                    _ => ("", "code"),
                };
                if indent == 0 {
                    self.comment(doc, 0);
                }
                self.braces(indent, &[(member, "string")]);
            }
            // a class of Python by its name, without parameters
            other => {
                let name = python_text(other);
                let name = name.split('[').next().unwrap_or_default();
                self.out
                    .push_str(if matches!(other, Schema::Constrained(..)) {
                        "Annotated"
                    } else {
                        name
                    });
            }
        }
    }

    fn options(&mut self, schema: &Schema, indent: usize) {
        let (mut options, mut null) = (Vec::new(), false);
        flatten(schema, &mut options, &mut null);
        for (index, option) in options.iter().enumerate() {
            if index > 0 {
                self.out.push_str(" or ");
            }
            self.kind(option, indent);
        }
        if null {
            self.out.push_str(" or null");
        }
    }

    fn literals(&mut self, values: &[Literal]) {
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.out.push_str(" or ");
            }
            let _ = match value {
                Literal::Text(text) => write!(self.out, "\"{}\"", text.get()),
                Literal::Integer(number) => write!(self.out, "{number}"),
                Literal::Boolean(flag) => write!(self.out, "{flag}"),
                Literal::Null => write!(self.out, "null"),
            };
        }
    }

    fn list(&mut self, item: &Schema, indent: usize) {
        if is_model(item) && !matches!(item, Schema::Optional(_) | Schema::Constrained(..)) {
            self.out.push_str("[\n");
            self.kind(item, indent + 1);
            self.out.push('\n');
            self.blanks(indent);
            self.out.push(']');
        } else {
            self.kind(item, indent);
            self.out.push_str("[]");
        }
    }

    fn model(&mut self, named: &Named, indent: usize) {
        if self.around.contains(&named.id) {
            return self.out.push_str(named.name.get());
        }
        if indent == 0 {
            self.comment(doc(named), 0);
        }
        if let Some(members) = Kind::of(named).and_then(|kind| own_members(kind, named)) {
            self.blanks(indent);
            self.out.push_str("{\n");
            for (comment, name, kind) in members {
                self.comment(comment, indent + 1);
                self.blanks(indent + 1);
                let _ = write!(self.out, "{name}: ");
                match kind {
                    Own::Text(text) => self.out.push_str(&text),
                    Own::Schema(schema) => self.kind(schema, indent + 1),
                }
                self.out.push_str(",\n");
            }
            self.blanks(indent);
            return self.out.push('}');
        }
        self.around.push(named.id);
        match named.body() {
            Body::Record(fields) => self.record(fields.get(), indent),
            // a variant with data: an object whose one member is the variant's name
            Body::Variants(variants) => {
                for (index, variant) in variants.get().iter().enumerate() {
                    if index > 0 {
                        self.out.push_str(" or ");
                    }
                    match &variant.data {
                        None => {
                            let _ = write!(self.out, "\"{}\"", variant.name.get());
                        }
                        Some(data) => {
                            let _ = write!(self.out, "{{ {}: ", variant.name.get());
                            self.kind(data.get(), indent + 1);
                            self.out.push_str(" }");
                        }
                    }
                }
            }
            Body::Words(_) => {}
        }
        self.around.pop();
    }

    fn record(&mut self, fields: &[FieldDef], indent: usize) {
        self.blanks(indent);
        self.out.push_str("{\n");
        if fields.is_empty() {
            self.comment(framing::NO_FIELDS, indent + 1);
        }
        for field in fields {
            if !field.doc.is_empty() {
                self.blanks(indent + 1);
                let _ = writeln!(self.out, "# {}", field.doc.get());
            }
            let mut schema = field.schema.get();
            while let Schema::Constrained(inner, _) = schema {
                schema = inner.get();
            }
            let model = match schema {
                Schema::Optional(inner) => inner.get(),
                other => other,
            };
            match model {
                Schema::Named(named) if !matches!(named.body(), Body::Words(_)) => {
                    self.comment(doc(named), indent + 1);
                }
                _ => {}
            }
            self.blanks(indent + 1);
            let _ = write!(self.out, "{}: ", field.name.get());
            self.kind(schema, indent + 1);
            self.out.push_str(",\n");
        }
        self.blanks(indent);
        self.out.push('}');
    }

    fn braces(&mut self, indent: usize, members: &[(&str, &str)]) {
        self.blanks(indent);
        self.out.push_str("{\n");
        for (name, kind) in members {
            self.blanks(indent + 1);
            let _ = writeln!(self.out, "{name}: {kind},");
        }
        self.blanks(indent);
        self.out.push('}');
    }

    /// Each line with words as a comment of its own.
    fn comment(&mut self, text: &str, indent: usize) {
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            self.blanks(indent);
            let _ = writeln!(self.out, "# {line}");
        }
    }

    fn blanks(&mut self, indent: usize) {
        (0..indent).for_each(|_| self.out.push_str("  "));
    }
}

/// What a class says of itself. Decisions say it elsewhere.
fn doc(named: &Named) -> &str {
    match Kind::of(named) {
        Some(Kind::Noul | Kind::Choice | Kind::Score) => "",
        _ => Kind::schema_doc(named),
    }
}

/// Options of a union, unions inside of it dissolved, `None` apart.
fn flatten<'s>(schema: &'s Schema, options: &mut Vec<&'s Schema>, null: &mut bool) {
    match schema {
        Schema::Null => *null = true,
        Schema::Optional(inner) => {
            flatten(inner.get(), options, null);
            *null = true;
        }
        Schema::Union(all) => {
            for option in all.get() {
                flatten(option.get(), options, null);
            }
        }
        other => options.push(other),
    }
}

/// The type of a member that only DSPy's class has.
enum Own<'s> {
    Text(String),
    Schema(&'s Schema),
}

/// The members of DSPy's classes that have more of them than their schemas say: comment, name and type.
fn own_members<'s>(kind: Kind, named: &'s Named) -> Option<Vec<(&'s str, &'s str, Own<'s>)>> {
    let text = |text: &str| Own::Text(text.to_owned());
    let Body::Record(fields) = named.body() else {
        return None;
    };
    let declared = |name: &str| {
        let field = fields.get().iter().find(|field| field.name.get() == name)?;
        Some(Own::Schema(field.schema.get()))
    };
    let mut members = Vec::new();
    match kind {
        Kind::ToolCall => {
            members.push(("", "id", text("string or null")));
            members.push(("", "name", text("string")));
            members.push(("", "args", text("dict[string, Any]")));
        }
        Kind::ToolCalls => {
            members.push(("", "tool_calls", declared("tool_calls")?));
            members.push(("", "tool_call_results", text("Any or null")));
        }
        Kind::Noul | Kind::Choice | Kind::Score => {
            members.push((framing::CONFIDENCE, "confidence", text("float")));
            members.push(("", "value", declared("value")?));
            match kind {
                Kind::Noul => members.push(("", "probability", text("Annotated or null"))),
                Kind::Choice => {
                    members.push(("", "probabilities", text("dict[string, Annotated] or null")));
                }
                _ => {
                    members.push(("", "probabilities", text("dict[int, Annotated] or null")));
                    members.push(("", "level", text("int or null")));
                }
            }
        }
        _ => return None,
    }
    Some(members)
}

//! The system message, and the reminder that ends each turn. `const fn`s: see [`crate::schema::render`].
use super::{Adapter, about, framing, stripped_len};
use crate::{
    constant::{Out, is_plain_line},
    schema::{FieldDef, Schema, leaf, python_name, python_note, words},
    signature::SignatureDef,
};

/// How long the word between two mentions is.
const THEN: usize = framing::THEN.len();

/// What `chain_of_thought` asks for before the outputs.
pub(crate) static REASONING: FieldDef = FieldDef::new(
    crate::constant::Ref::new("reasoning"),
    crate::constant::Ref::new(&Schema::Text),
);

/// Output `index`, the reasoning being the first if it is asked for.
pub(super) const fn output(
    signature: &SignatureDef,
    reasoning: bool,
    index: usize,
) -> Option<&FieldDef> {
    let outputs = signature.outputs.get();
    if reasoning && index == 0 {
        return Some(&REASONING);
    }
    let index = if reasoning { index - 1 } else { index };
    if index < outputs.len() {
        Some(&outputs[index])
    } else {
        None
    }
}

/// What the fields are: the inputs, then the outputs, a line each.
pub(super) const fn fields(out: &mut Out<'_>, signature: &SignatureDef, reasoning: bool) {
    out.push(framing::INPUTS);
    input_lines(out, signature);
    out.push("\n");
    out.push(framing::OUTPUTS);
    output_lines(out, signature, reasoning);
    out.push("\n");
}

pub(super) const fn input_lines(out: &mut Out<'_>, signature: &SignatureDef) {
    let inputs = signature.inputs.get();
    let mut at = 0;
    while at < inputs.len() {
        description(out, at, &inputs[at], at + 1 == inputs.len());
        at += 1;
    }
}

pub(super) const fn output_lines(out: &mut Out<'_>, signature: &SignatureDef, reasoning: bool) {
    let mut at = 0;
    while let Some(field) = output(signature, reasoning, at) {
        let last = output(signature, reasoning, at + 1).is_none();
        description(out, at, field, last);
        at += 1;
    }
}

/// The system message of a signature, in the chat or the JSON form.
pub(crate) const fn system(
    out: &mut Out<'_>,
    adapter: Adapter,
    signature: &SignatureDef,
    reasoning: bool,
    instructions: &str,
) {
    fields(out, signature, reasoning);
    let inputs = signature.inputs.get();
    out.push(framing::STRUCTURE);
    out.push("\n\n");
    let chat = matches!(adapter, Adapter::Chat | Adapter::Auto);
    if !chat {
        out.push(framing::JSON_INPUTS);
        out.push("\n\n");
    }
    let mut at = 0;
    while at < inputs.len() {
        frame(out, &inputs[at]);
        out.push("\n\n");
        at += 1;
    }
    // DSPy joins the groups of fields, an empty one too
    if inputs.is_empty() {
        out.push("\n\n");
    }
    if chat {
        let mut at = 0;
        while let Some(field) = output(signature, reasoning, at) {
            frame(out, field);
            if let Some(leaf) = leaf(field.schema.get()) {
                out.push(leaf.noted);
            } else {
                python_note(out, field.schema.get());
                out.push("\n\n");
            }
            at += 1;
        }
        if at == 0 {
            out.push("\n\n");
        }
        header(out, framing::COMPLETED);
    } else {
        json_outputs(out, signature, reasoning);
    }
    out.push("\n");
    out.push(framing::OBJECTIVE);
    objective(out, instructions);
}

/// `[[ ## name ## ]]`
pub(crate) const fn header(out: &mut Out<'_>, name: &str) {
    out.push(framing::OPEN);
    out.push(name);
    out.push(framing::CLOSE);
}

/// A field's place in the structure.
const fn frame(out: &mut Out<'_>, field: &FieldDef) {
    if let Some(spelled) = &field.spelled {
        out.piece(spelled.text, spelled.framed, spelled.opened);
        return;
    }
    header(out, field.name.get());
    out.push("\n{");
    out.push(field.name.get());
    out.push("}");
}

/// The numbers of a list's lines, with the line break before all but the first.
const NUMBERS: [&str; 12] = [
    "1", "\n2", "\n3", "\n4", "\n5", "\n6", "\n7", "\n8", "\n9", "\n10", "\n11", "\n12",
];

/// `1. ``name`` (type): description`, the line break before all but the first.
pub(super) const fn description(out: &mut Out<'_>, index: usize, field: &FieldDef, last: bool) {
    if index < NUMBERS.len() {
        out.push(NUMBERS[index]);
    } else {
        out.push("\n");
        out.number(index as i128 + 1);
    }
    let doc = field.doc.get();
    if let Some(spelled) = &field.spelled {
        let leaf = leaf(field.schema.get());
        out.piece(spelled.text, spelled.opened, spelled.closed);
        match leaf {
            Some(leaf) => out.push(leaf.name),
            None => python_name(out, field.schema.get()),
        }
        // DSPy strips the whole list; what more is said of a field has no blanks at its end
        let mut dropped = 0;
        if last && !doc.is_empty() {
            dropped = match stripped_len(doc) {
                0 => doc.len() + 1,
                kept => doc.len() - kept,
            };
            if dropped > 0
                && (!field.constraints.get().is_empty() || about::is_described(field.schema.get()))
            {
                dropped = 0;
            }
        }
        out.piece(spelled.text, spelled.closed, spelled.key - dropped);
        // the commonest fields have nothing more to say
        if spelled.bare && leaf.is_some() {
            if !last && doc.is_empty() {
                out.push(" ");
            }
            return;
        }
    } else {
        out.push(". `");
        out.push(field.name.get());
        out.push("` (");
        python_name(out, field.schema.get());
        out.push("):");
    }
    let (mut type_description, mut constraints): (&str, &str) = ("", "");
    if let Some(dspy) = &field.dspy {
        let dspy = dspy.get();
        if let Some(text) = &dspy.type_description {
            type_description = text.as_str();
        }
        if let Some(text) = &dspy.constraints_text {
            constraints = text.as_str();
        }
    }
    let bounded = !constraints.is_empty() || !field.constraints.get().is_empty();
    let typed = !type_description.is_empty() || about::is_described(field.schema.get());
    // DSPy strips the end of the list: an empty description leaves its blank only in the middle
    if field.spelled.is_some() && !doc.is_empty() {
        // said already
    } else if !last || typed || bounded {
        out.push(" ");
        out.push(doc);
    } else {
        let kept = stripped_len(doc);
        if kept > 0 {
            out.push(" ");
            out.piece(doc, 0, kept);
        }
    }
    if !type_description.is_empty() {
        out.push("\n    ");
        out.push(type_description);
    } else if typed {
        about::describe(out, field.schema.get());
    }
    if bounded {
        out.push(framing::CONSTRAINTS);
        if constraints.is_empty() {
            words(out, field.constraints.get());
        } else {
            let end = if last {
                stripped_len(constraints)
            } else {
                constraints.len()
            };
            out.piece(constraints, 0, end);
        }
    }
}

const fn json_outputs(out: &mut Out<'_>, signature: &SignatureDef, reasoning: bool) {
    out.push(framing::JSON_OUTPUTS);
    out.push("\n\n{");
    let mut at = 0;
    while let Some(field) = output(signature, reasoning, at) {
        out.push(if at > 0 { ",\n  " } else { "\n  " });
        out.json(field.name.get());
        out.push(": \"{");
        out.push(field.name.get());
        out.push("}");
        escaped_note(out, field.schema.get());
        out.push("\"");
        at += 1;
    }
    out.push(if at == 0 { "}" } else { "\n}" });
}

/// A note may hold a JSON schema, whose quotes must be escaped inside the placeholder object.
const fn escaped_note(out: &mut Out<'_>, schema: &Schema) {
    let mut buffer = [0; 16384];
    let mut text = Out::new(&mut buffer);
    python_note(&mut text, schema);
    let len = text.len();
    assert!(
        len <= 16384,
        "the schema of an output is longer than 16 KB, too long for a JSON prompt"
    );
    if let Ok(text) = std::str::from_utf8(buffer.split_at(len).0) {
        out.json_inner(text);
    }
}

/// The instructions, each line on its own and indented; common leading blanks are taken off.
pub(super) const fn objective(out: &mut Out<'_>, instructions: &str) {
    let bytes = instructions.as_bytes();
    // one plain line is the common case, and loops over bytes are slow in a constant
    if !bytes.is_empty() && bytes[0] != b' ' && is_plain_line(instructions) {
        out.push(framing::INDENT);
        out.push(instructions);
        return;
    }
    let margin = margin(instructions);
    let mut start = 0;
    while start < bytes.len() {
        let (end, next) = line(instructions, start);
        out.push(framing::INDENT);
        if !blank(bytes, start, end) {
            // only after `\n` does a line begin for `dedent`, which took the margin off
            let begins = start == 0 || bytes[start - 1] == b'\n';
            out.part(
                instructions,
                if begins { start + margin } else { start },
                end,
            );
        }
        start = next;
    }
}

/// Where the line from `start` ends, and where the next begins. Python's `splitlines` knows more line
/// breaks than `\n`.
const fn line(text: &str, start: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            b'\r' if at + 1 < bytes.len() && bytes[at + 1] == b'\n' => return (at, at + 2),
            b'\n' | b'\r' | 0x0b | 0x0c | 0x1c | 0x1d | 0x1e => return (at, at + 1),
            // U+0085, U+2028, U+2029
            0xc2 if at + 1 < bytes.len() && bytes[at + 1] == 0x85 => return (at, at + 2),
            0xe2 if at + 2 < bytes.len()
                && bytes[at + 1] == 0x80
                && (bytes[at + 2] == 0xa8 || bytes[at + 2] == 0xa9) =>
            {
                return (at, at + 3);
            }
            _ => at += 1,
        }
    }
    (at, at)
}

const fn blank(bytes: &[u8], start: usize, end: usize) -> bool {
    let mut at = start;
    while at < end {
        if bytes[at] != b' ' && bytes[at] != b'\t' {
            return false;
        }
        at += 1;
    }
    true
}

/// Blanks and tabs that all lines with words begin with (Python's `textwrap.dedent`).
const fn margin(text: &str) -> usize {
    let bytes = text.as_bytes();
    // where the first line with words begins, and how many of its blanks all lines so far share
    let (mut first, mut shared) = (usize::MAX, 0);
    let mut start = 0;
    while start < bytes.len() {
        let mut end = start;
        while end < bytes.len() && bytes[end] != b'\n' {
            end += 1;
        }
        if !blank(bytes, start, end) {
            let mut blanks = 0;
            while matches!(bytes[start + blanks], b' ' | b'\t')
                && (first == usize::MAX
                    || blanks < shared && bytes[start + blanks] == bytes[first + blanks])
            {
                blanks += 1;
            }
            if first == usize::MAX {
                first = start;
            }
            shared = blanks;
        }
        start = end + 1;
    }
    shared
}

/// Whether Python calls the type `str`; text of another name, such as code, is not.
pub(super) const fn is_text(mut schema: &Schema) -> bool {
    while let Schema::Constrained(inner, _) = schema {
        schema = inner.get();
    }
    matches!(schema, Schema::Text | Schema::Character)
}

/// The reminder at the end of the last user message.
pub(crate) const fn reminder(
    out: &mut Out<'_>,
    adapter: Adapter,
    signature: &SignatureDef,
    reasoning: bool,
) {
    let chat = matches!(adapter, Adapter::Chat | Adapter::Auto);
    out.push(if chat {
        framing::RESPOND
    } else {
        framing::RESPOND_JSON
    });
    let mut at = 0;
    while let Some(field) = output(signature, reasoning, at) {
        if chat && let Some(spelled) = &field.spelled {
            out.piece(spelled.text, if at > 0 { 0 } else { THEN }, spelled.framed);
        } else {
            if at > 0 {
                out.push(framing::THEN);
            }
            out.push("`");
            if chat {
                header(out, field.name.get());
            } else {
                out.push(field.name.get());
            }
            out.push("`");
        }
        if let Some(leaf) = leaf(field.schema.get()) {
            out.push(leaf.asked);
        } else if about::is_tool_calls(field.schema.get()) {
            out.push(framing::TOOL_CALLS_FORM);
        } else if !is_text(field.schema.get()) {
            out.push(framing::VALID_PYTHON);
            python_name(out, field.schema.get());
            out.push(")");
        }
        at += 1;
    }
    out.push(if chat { framing::ENDING } else { "." });
}

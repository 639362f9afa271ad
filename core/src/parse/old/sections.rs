//! Where each output stands in the text: behind its marker, or in a JSON object.
use super::json;
use crate::{adapter::framing, schema::Schema, signature::Def};
use serde_json::Value;

/// The raw value of each output, in order; `None` for those not found. Text stays text, the rest is
/// read as JSON if it can be.
pub(super) fn find(def: &Def, text: &str) -> Vec<Option<Value>> {
    let count = def.outputs().count();
    let mut found: Vec<Option<Value>> = vec![None; count];
    let mut any = false;
    for (name, content) in Sections::new(text) {
        let Some((index, field)) = def
            .outputs()
            .enumerate()
            .find(|(_, field)| field.name.get() == name)
        else {
            continue;
        };
        any = true;
        // the first section of a name wins, as in DSPy
        if found[index].is_none() {
            found[index] = Some(value(field.schema.get(), content));
        }
    }
    if any {
        return found;
    }
    if let Some(Value::Object(mut members)) = json::object_in(text)
        && let mut hits = def
            .outputs()
            .map(|field| members.swap_remove(field.name.get()))
            .collect::<Vec<_>>()
        && hits.iter().any(Option::is_some)
    {
        std::mem::swap(&mut found, &mut hits);
        return found;
    }
    // a signature with one output can be answered by the bare value
    if count == 1
        && let Some(field) = def.outputs().next()
        && !matches!(field.schema.get().shape(), Schema::Text)
    {
        found[0] = json::read(text.trim());
    }
    found
}

/// The content of a section, by the schema of its field.
fn value(schema: &Schema, content: &str) -> Value {
    let content = content.trim();
    let read = || json::read(content).unwrap_or_else(|| Value::from(content));
    match schema.shape() {
        Schema::Text | Schema::Character | Schema::Literal(_) => Value::from(content),
        // its digits and dashes are no number; in quotes it is JSON
        Schema::Formatted(_) if !content.starts_with('"') => Value::from(content),
        Schema::Optional(_) if matches!(content, "" | "null" | "None") => Value::Null,
        // text that begins with a bracket is text
        Schema::Optional(inner)
            if matches!(inner.get().shape(), Schema::Text | Schema::Formatted(_)) =>
        {
            value(inner.get(), content)
        }
        _ => read(),
    }
}

/// The sections of a text: name and content. A marker counts at the start of a line, blanks before it
/// aside.
struct Sections<'a> {
    text: &'a str,
    /// The marker that comes next: where it starts, its name, and where it ends.
    next: Option<(usize, &'a str, usize)>,
}

impl<'a> Sections<'a> {
    fn new(text: &'a str) -> Self {
        Sections {
            text,
            next: marker(text, 0),
        }
    }
}

/// The next marker from `from` on.
fn marker(text: &str, mut from: usize) -> Option<(usize, &str, usize)> {
    // one character at a time is what the standard library finds fastest
    while let Some(offset) = text[from..].find('[') {
        let start = from + offset;
        from = start + 1;
        let Some(rest) = text[start..].strip_prefix(framing::OPEN) else {
            continue;
        };
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        // looks at the blanks only: many markers in one long line stay linear
        let before = text[..start].trim_end_matches([' ', '\t']);
        let first = before.is_empty() || before.ends_with(['\n', '\r']);
        if first && length > 0 && rest[length..].starts_with(framing::CLOSE) {
            return Some((
                start,
                &rest[..length],
                start + framing::OPEN.len() + length + framing::CLOSE.len(),
            ));
        }
    }
    None
}

impl<'a> Iterator for Sections<'a> {
    type Item = (&'a str, &'a str);
    fn next(&mut self) -> Option<Self::Item> {
        let (_, name, start) = self.next?;
        self.next = marker(self.text, start);
        let end = self.next.map_or(self.text.len(), |(start, ..)| start);
        Some((name, &self.text[start..end]))
    }
}

#[cfg(test)]
mod tests {
    use super::Sections;

    #[test]
    fn sections_end_at_the_next_marker() {
        let text = "hello\n[[ ## a ## ]]\none\n two [[ ## b ## ]] in the line\n  [[ ## b ## ]] same line\n[[ ## completed ## ]]";
        let found: Vec<_> = Sections::new(text)
            .map(|(name, text)| (name, text.trim()))
            .collect();
        assert_eq!(
            found,
            [
                ("a", "one\n two [[ ## b ## ]] in the line"),
                ("b", "same line"),
                ("completed", "")
            ]
        );
    }

    #[test]
    fn headers_that_never_end_are_text() {
        let text = "[[ ## a ## ]] x\n[[ ## ".to_owned() + &"y".repeat(1000);
        let found: Vec<_> = Sections::new(&text).collect();
        assert_eq!(found.len(), 1);
        assert!(found[0].1.ends_with("yyy"));
    }
}

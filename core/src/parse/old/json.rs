//! JSON as models write it: strict first, then with the usual slips forgiven.
//!
//! Forgiven: code fences and prose around a value, comments, trailing and missing commas, single quotes,
//! bare words as keys and values, Python's `True`, `False`, `None`, line breaks inside strings, and an end
//! that is cut off. Depth is bounded; time is linear in the text.
use serde_json::{Map, Number, Value};

/// Deeper nesting than this is refused.
const DEEPEST: usize = 128;

/// A value that is the whole text, or the whole of its code fence.
pub(super) fn read(text: &str) -> Option<Value> {
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let text = unfenced(text).unwrap_or(text).trim();
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    match text.as_bytes().first()? {
        b'{' | b'[' | b'"' => Reader::new(text).value(0),
        b'T' | b'F' | b'N' | b'\'' => {
            let mut reader = Reader::new(text);
            let value = reader.value(0)?;
            reader.blanks();
            // a sentence that begins with `None` is a sentence
            (reader.at == text.len() && !matches!(value, Value::String(_))
                || text.starts_with('\''))
            .then_some(value)
        }
        _ => None,
    }
}

/// The first JSON object in a text with other words around it.
pub(super) fn object_in(text: &str) -> Option<Value> {
    if let Ok(value @ Value::Object(_)) = serde_json::from_str(text) {
        return Some(value);
    }
    let text = unfenced(text).unwrap_or(text);
    let start = text.find('{')?;
    let mut strict = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
    if let Some(Ok(value)) = strict.next() {
        return Some(value);
    }
    Reader::new(&text[start..])
        .value(0)
        .filter(Value::is_object)
}

/// The inside of the first code fence.
fn unfenced(text: &str) -> Option<&str> {
    let start = text.find("```")? + 3;
    let body = &text[start..];
    // the language stands on the fence's line
    let body = match body.find('\n') {
        Some(end) if body[..end].trim().chars().all(char::is_alphanumeric) => &body[end + 1..],
        _ => body,
    };
    Some(&body[..body.find("```").unwrap_or(body.len())])
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Reader { text, at: 0 }
    }
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }
    /// Skips blanks and comments.
    fn blanks(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if trimmed.starts_with("//") || trimmed.starts_with('#') {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else if trimmed.starts_with("/*") {
                self.at += trimmed.find("*/").map_or(trimmed.len(), |end| end + 2);
            } else {
                return;
            }
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        self.blanks();
        match self.peek()? {
            b'{' => self.object(depth),
            b'[' | b'(' => self.array(depth),
            quote @ (b'"' | b'\'') => Some(Value::String(self.string(quote))),
            _ => Some(self.word()),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut members = Map::new();
        loop {
            self.blanks();
            match self.peek() {
                None => break,
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                _ => {}
            }
            let key = match self.peek() {
                Some(quote @ (b'"' | b'\'')) => self.string(quote),
                _ => {
                    let rest = self.rest();
                    let end = rest.find([':', ',', '}', '\n']).unwrap_or(rest.len());
                    self.at += end;
                    rest[..end].trim().to_owned()
                }
            };
            self.blanks();
            if self.peek() == Some(b':') {
                self.at += 1;
            } else if key.is_empty() {
                // nothing that could be a member: not an object after all
                self.skip();
                continue;
            }
            self.blanks();
            match self.peek() {
                None => break,
                Some(b',' | b'}') => _ = members.insert(key, Value::Null),
                _ => _ = members.insert(key, self.value(depth + 1)?),
            }
        }
        Some(Value::Object(members))
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                None => break,
                Some(b']' | b')') => {
                    self.at += 1;
                    break;
                }
                Some(b',') => self.at += 1,
                Some(b'}') => self.at += 1,
                _ => items.push(self.value(depth + 1)?),
            }
        }
        Some(Value::Array(items))
    }

    /// Moves on by one character: every loop ends.
    fn skip(&mut self) {
        self.at += self.rest().chars().next().map_or(0, char::len_utf8);
    }

    /// A string with JSON's and Python's escapes; line breaks inside are kept. An unescaped quote ends
    /// it only if what follows could come after a string.
    fn string(&mut self, quote: u8) -> String {
        self.at += 1;
        let mut text = String::new();
        while let Some(character) = self.rest().chars().next() {
            self.at += character.len_utf8();
            if character == char::from(quote) {
                let after = self.rest().trim_start_matches([' ', '\t']);
                if matches!(
                    after.as_bytes().first(),
                    None | Some(b',' | b'}' | b']' | b')' | b':' | b'\n' | b'\r' | b'/' | b'#')
                ) {
                    return text;
                }
                text.push(character);
            } else if character == '\\' {
                self.escape(&mut text);
            } else {
                text.push(character);
            }
        }
        text
    }

    fn escape(&mut self, text: &mut String) {
        let Some(character) = self.rest().chars().next() else {
            return;
        };
        self.at += character.len_utf8();
        match character {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'u' => {
                let mut units = Vec::new();
                while let Some(unit) = self
                    .rest()
                    .get(..4)
                    .and_then(|hex| u16::from_str_radix(hex, 16).ok())
                {
                    self.at += 4;
                    units.push(unit);
                    let surrogate = (0xd800..0xdc00).contains(&unit);
                    if !(surrogate && units.len() == 1 && self.rest().starts_with("\\u")) {
                        break;
                    }
                    self.at += 2;
                }
                text.push_str(&String::from_utf16_lossy(&units));
            }
            other => text.push(other),
        }
    }

    /// A number, a literal, or a bare word up to the next structural character.
    fn word(&mut self) -> Value {
        let rest = self.rest();
        let end = rest
            .find([',', '}', ']', ')', '\n', ':'])
            .unwrap_or(rest.len());
        if end == 0 {
            self.skip();
            return Value::Null;
        }
        self.at += end;
        let word = rest[..end].trim();
        match word {
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            "null" | "None" | "NULL" | "nil" | "undefined" => Value::Null,
            _ => number(word).map_or_else(|| Value::from(word), Value::Number),
        }
    }
}

/// A number of JSON or Python: `1_000`, `.5`, `+3`, `0x10`.
pub(super) fn number(word: &str) -> Option<Number> {
    let plain: String = word.chars().filter(|c| *c != '_').collect();
    let plain = plain.strip_prefix('+').unwrap_or(&plain);
    if let Ok(number) = plain.parse::<i64>() {
        return Some(number.into());
    }
    if let Ok(number) = plain.parse::<u64>() {
        return Some(number.into());
    }
    if let Some(hex) = plain.strip_prefix("0x") {
        return i64::from_str_radix(hex, 16).ok().map(Number::from);
    }
    if !plain.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.') {
        return None;
    }
    plain.parse::<f64>().ok().and_then(Number::from_f64)
}

#[cfg(test)]
mod tests {
    use super::{object_in, read};
    use serde_json::json;

    #[test]
    fn slips_are_forgiven() {
        for (text, expected) in [
            ("```json\n{\"a\": 1,}\n```", json!({"a": 1})),
            (
                "{'a': 'it\\'s', b: True, /* c */ \"c\": None}",
                json!({"a": "it's", "b": true, "c": null}),
            ),
            (
                "{\"a\": \"line\nbreak\", \"b\": [1, 2",
                json!({"a": "line\nbreak", "b": [1, 2]}),
            ),
            (
                "{\"a\": \"say \"hi\" now\"}",
                json!({"a": "say \"hi\" now"}),
            ),
            ("[(1, 2), 'x']", json!([[1, 2], "x"])),
            ("True", json!(true)),
            ("{\"a\": \"\\ud83d\\ude00\"}", json!({"a": "😀"})),
        ] {
            assert_eq!(read(text), Some(expected), "{text}");
        }
        assert_eq!(read("None of these fit."), None);
    }

    #[test]
    fn objects_are_found_in_prose() {
        assert_eq!(
            object_in("Sure! {\"a\": {\"b\": 2}} Hope it helps."),
            Some(json!({"a": {"b": 2}}))
        );
        assert_eq!(object_in("no object"), None);
    }

    #[test]
    fn nothing_breaks_it() {
        for text in [
            "{",
            "[[[[",
            "{\"",
            "{'a",
            "{:",
            "{,}",
            "}",
            "{a b}",
            "{\"a\" 1}",
            "[}",
            "{\u{e9}",
            "\"\\u12",
        ] {
            let _ = read(text);
        }
        assert_eq!(read(&"[".repeat(100_000)), None);
    }
}

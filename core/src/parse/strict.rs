//! JSON as its standard has it: the first thing that is tried on any text.
use super::{
    limits::DEEPEST,
    node::{Kind, Member, Node},
};
use crate::quoted;
use std::borrow::Cow;

/// A value that begins at `at` and where it ends; nothing at the first surprise.
pub(super) fn value(text: &str, at: usize) -> Option<(Node<'_>, usize)> {
    let mut strict = Strict {
        text,
        bytes: text.as_bytes(),
        at,
    };
    let node = strict.value(0)?;
    Some((node, strict.at))
}

/// A value that is the whole text, blanks aside.
pub(super) fn whole(text: &str) -> Option<Node<'_>> {
    let (node, end) = value(text, 0)?;
    text.as_bytes()[end..]
        .iter()
        .all(|byte| blank(*byte))
        .then_some(node)
}

struct Strict<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
}

const fn blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

impl<'t> Strict<'t> {
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if !blank(byte) {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Option<Node<'t>> {
        if depth > DEEPEST {
            return None;
        }
        let byte = self.peek()?;
        let start = self.at;
        let kind = match byte {
            b'{' => self.object(depth)?,
            b'[' => self.list(depth)?,
            b'"' => Kind::Text(self.string()?),
            b't' => self.literal("true", Kind::Bool(true))?,
            b'f' => self.literal("false", Kind::Bool(false))?,
            b'n' => self.literal("null", Kind::Null)?,
            b'-' | b'0'..=b'9' => {
                let length = number(&self.bytes[start..])?;
                self.at += length;
                Kind::Number(Cow::Borrowed(&self.text[start..self.at]))
            }
            _ => return None,
        };
        let mut node = Node::new(kind, start, self.at);
        node.plain = matches!(node.kind, Kind::Text(Cow::Borrowed(_)));
        Some(node)
    }

    fn literal(&mut self, word: &str, kind: Kind<'t>) -> Option<Kind<'t>> {
        let rest = self.bytes[self.at..].strip_prefix(word.as_bytes())?;
        if rest
            .first()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80)
        {
            return None;
        }
        self.at += word.len();
        Some(kind)
    }

    fn object(&mut self, depth: usize) -> Option<Kind<'t>> {
        self.at += 1;
        let mut members = Vec::new();
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(Kind::Object(members));
        }
        loop {
            if self.peek()? != b'"' {
                return None;
            }
            let name = self.string()?;
            if self.peek()? != b':' {
                return None;
            }
            self.at += 1;
            let value = self.value(depth + 1)?;
            members.push(Member { name, value });
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Some(Kind::Object(members));
                }
                _ => return None,
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Kind<'t>> {
        self.at += 1;
        let mut items = Vec::new();
        if self.peek()? == b']' {
            self.at += 1;
            return Some(Kind::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            match self.peek()? {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Some(Kind::List(items));
                }
                _ => return None,
            }
        }
    }

    fn string(&mut self) -> Option<Cow<'t, str>> {
        let (content, end) = quoted::read(self.text, self.at)?;
        self.at = end;
        Some(content)
    }
}

/// The length of a number of JSON at the start of some bytes.
pub(super) fn number(bytes: &[u8]) -> Option<usize> {
    let digits = |from: usize| {
        bytes[from.min(bytes.len())..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    let whole = digits(at);
    if whole == 0 || whole > 1 && bytes[at] == b'0' {
        return None;
    }
    at += whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return None;
        }
        at += 1 + fraction;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at + 1 + sign);
        if exponent == 0 {
            return None;
        }
        at += 1 + sign + exponent;
    }
    // what goes on is no number: a date, a version, an identifier
    let goes_on = bytes.get(at).is_some_and(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+') || *byte >= 0x80
    });
    (!goes_on).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::{number, whole};
    use crate::parse::{node::Kind, plain::plain};
    use serde_json::{Value, json};

    #[test]
    fn it_agrees_with_serde_json() {
        for text in [
            r#"{"a": [1, -2.5e3, true, null, "x\n\u00e9\ud83d\ude00"], "b": {}}"#,
            "[]",
            " 1 ",
            "\"\"",
            "[1,]",
            "{\"a\":}",
            "01",
            "1.",
            "-",
            "\"\\x\"",
            "[1 2]",
            "\"\u{1}\"",
            "truex",
            "{}x",
            "",
            "\"\\ud83d\"",
        ] {
            let ours = whole(text).map(|node| plain(&node));
            assert_eq!(ours, serde_json::from_str::<Value>(text).ok(), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        assert!(whole(&("[".repeat(60) + &"]".repeat(60))).is_some());
        assert!(whole(&("[".repeat(10_000) + &"]".repeat(10_000))).is_none());
    }

    #[test]
    fn what_goes_on_is_no_number() {
        for (text, length) in [
            ("12,", Some(2)),
            ("1.5e-3}", Some(6)),
            ("2024-01-02", None),
            ("0x1f", None),
            ("1.2.3", None),
        ] {
            assert_eq!(number(text.as_bytes()), length, "{text}");
        }
        assert!(
            matches!(whole("7").map(|node| node.kind), Some(Kind::Number(digits)) if digits == "7")
        );
        assert_eq!(whole("[1]").map(|node| plain(&node)), Some(json!([1])));
    }
}

//! Texts as Python and serde write them.

/// The instructions of a signature that gives none.
///
/// ```
/// use sigflow_grammar::default_instructions;
///
/// assert_eq!(
///     default_instructions(&["context", "question"], &["answer"]),
///     "Given the fields `context`, `question`, produce the fields `answer`.",
/// );
/// ```
pub fn default_instructions(inputs: &[&str], outputs: &[&str]) -> String {
    let quoted = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    format!(
        "Given the fields {}, produce the fields {}.",
        quoted(inputs),
        quoted(outputs)
    )
}

/// Python's `inspect.cleandoc`: a docstring without its indentation and without empty lines around.
///
/// ```
/// use sigflow_grammar::cleandoc;
///
/// assert_eq!(cleandoc("Answer.\n\n    Be brief.\n      - now\n    "), "Answer.\n\nBe brief.\n  - now");
/// ```
pub fn cleandoc(text: &str) -> String {
    let expanded = expand_tabs(text);
    let mut lines: Vec<&str> = expanded.split('\n').collect();
    let indent = |line: &str| line.chars().take_while(|c| is_space(*c)).count();
    let margin = lines[1..]
        .iter()
        .filter(|line| !line.chars().all(is_space))
        .map(|line| indent(line))
        .min();
    lines[0] = lines[0].trim_start_matches(is_space);
    if let Some(margin) = margin {
        for line in &mut lines[1..] {
            let cut = line
                .char_indices()
                .nth(margin)
                .map_or(line.len(), |(at, _)| at);
            *line = &line[cut..];
        }
    }
    let first = lines
        .iter()
        .position(|line| !line.is_empty())
        .unwrap_or(lines.len());
    let last = lines
        .iter()
        .rposition(|line| !line.is_empty())
        .map_or(first, |last| last + 1);
    lines[first..last].join("\n")
}

/// Python's `str.expandtabs`: to columns of eight.
fn expand_tabs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' => {
                let width = 8 - column % 8;
                out.extend(std::iter::repeat_n(' ', width));
                column += width;
                continue;
            }
            '\n' | '\r' => column = 0,
            _ => column += 1,
        }
        out.push(c);
    }
    out
}

/// Python's `str.isspace`, which has four separators more than Rust's.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

/// Python's `repr` of a string.
///
/// ```
/// use sigflow_grammar::python_repr_str;
///
/// assert_eq!(python_repr_str("it's\n"), r#""it's\n""#);
/// assert_eq!(python_repr_str(r#"both ' and ""#), r#"'both \' and "'"#);
/// ```
pub fn python_repr_str(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            c if is_printable(c) => out.push(c),
            c => {
                let code = u32::from(c);
                let (letter, digits) = match code {
                    0..=0xff => ('x', 2),
                    0x100..=0xffff => ('u', 4),
                    _ => ('U', 8),
                };
                push_escape(&mut out, letter, digits, code);
            }
        }
    }
    out.push(quote);
    out
}

/// A backslash, the letter, and the code in that many hexadecimal digits.
fn push_escape(out: &mut String, letter: char, digits: u32, code: u32) {
    out.extend(['\\', letter]);
    let nibbles = (0..digits).rev().map(|digit| (code >> (4 * digit)) & 0xf);
    out.extend(nibbles.filter_map(|nibble| char::from_digit(nibble, 16)));
}

/// Whether Python prints a character beyond ASCII as itself.
///
/// The standard library's `escape_debug` goes by the same categories of Unicode. It also escapes marks
/// that combine, but only at the start of a string, hence the letter before.
fn is_printable(c: char) -> bool {
    let pair: String = ['a', c].into_iter().collect();
    pair.escape_debug().count() == 2
}

/// The string as a JSON value, quotes included, with the escapes that `serde_json` writes.
///
/// ```
/// use sigflow_grammar::json_string;
///
/// assert_eq!(json_string("say \"hi\"\n\u{1}é"), "\"say \\\"hi\\\"\\n\\u0001é\"");
/// ```
pub fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\0'..='\x1f' => push_escape(&mut out, 'u', 4, u32::from(c)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleandoc_is_pythons() {
        // Expectations recorded from Python 3.11.
        for (text, expected) in [
            ("", ""),
            ("  one", "one"),
            ("one  ", "one  "),
            ("\n    a\n\n      b\n  ", "a\n\n  b"),
            ("a\n\tb\n        c", "a\nb\nc"),
            ("\n  \n   a\n  b\n\n\n", " a\nb"),
            ("a\n    ", "a\n    "),
            ("a\n  b\n      ", "a\nb\n    "),
            ("\u{a0}a\n\u{a0}b", "a\nb"),
            ("\n\n", ""),
        ] {
            assert_eq!(cleandoc(text), expected, "{text:?}");
        }
    }

    #[test]
    fn repr_is_pythons() {
        for (text, expected) in [
            ("", "''"),
            ("a\\b", r"'a\\b'"),
            ("\u{7f}\u{a0}\u{2028}\u{e000}", r"'\x7f\xa0\u2028\ue000'"),
            ("é😀\u{301}", "'é😀\u{301}'"),
            ("\u{e0001}", r"'\U000e0001'"),
            ("\0\x1b", r"'\x00\x1b'"),
        ] {
            assert_eq!(python_repr_str(text), expected);
        }
    }

    #[test]
    fn json_strings_are_serdes() {
        let text: String = (0..0x300).filter_map(char::from_u32).collect();
        assert_eq!(json_string(&text), serde_json::to_string(&text).unwrap());
    }
}

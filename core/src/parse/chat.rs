//! DSPy's chat form: values between `[[ ## name ## ]]` markers.
use super::fold::same;
use crate::{adapter::framing, scan};

/// A section: its name as written, its content's place, and whether its marker stands alone on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Section<'t> {
    pub(super) name: &'t str,
    /// Where the marker begins.
    pub(super) start: usize,
    /// Where the content begins and ends.
    pub(super) content: (usize, usize),
    /// Another marker follows.
    pub(super) closed: bool,
}

/// A marker: where it begins, its name, where it ends.
type Marker<'t> = (usize, &'t str, usize);

/// The sections of a text as DSPy sees them: a marker counts where a line begins, blanks before it aside.
pub(super) fn sections(text: &str) -> Vec<Section<'_>> {
    let mut markers = Vec::new();
    let mut from = 0;
    loop {
        let start = scan::twice(text.as_bytes(), from, b'[');
        if start >= text.len() {
            break;
        }
        if !text[start..].starts_with(framing::OPEN) {
            from = start + 1;
            continue;
        }
        from = start + framing::OPEN.len();
        let rest = &text[from..];
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        if length == 0 || !rest[length..].starts_with(framing::CLOSE) {
            continue;
        }
        let before = text[..start].trim_end_matches([' ', '\t']);
        if before.is_empty() || before.ends_with(is_line_end) {
            let end = from + length + framing::CLOSE.len();
            markers.push((start, &rest[..length], end));
            from = end;
        }
    }
    join(text, markers)
}

/// Sections whose markers stand anywhere, in any case, with blanks and signs missing; only names that are
/// wanted count.
pub(super) fn loose<'t>(text: &'t str, wanted: &dyn Fn(&str) -> bool) -> Vec<Section<'t>> {
    let mut markers: Vec<Marker<'t>> = Vec::new();
    let mut from = 0;
    loop {
        let start = scan::twice(text.as_bytes(), from, b'[');
        if start >= text.len() {
            break;
        }
        from = start + 1;
        let rest = &text[start..];
        // a run of brackets is none
        if rest[2..].starts_with('[') {
            continue;
        }
        let inner = lead(&rest[2..], &[' ', '#', '\t']);
        let length = inner
            .char_indices()
            .take(100)
            .find(|(_, c)| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
            .map_or(0, |(at, _)| at);
        let name = &inner[..length];
        let after = lead(&inner[length..], &[' ', '#', '\t', ':']);
        let close = after
            .bytes()
            .take(2)
            .take_while(|byte| *byte == b']')
            .count();
        if length == 0
            || close == 0 && !inner[length..].starts_with(framing::CLOSE)
            || !(wanted(name) || same(name, framing::COMPLETED))
        {
            continue;
        }
        let end = text.len() - after.len() + close;
        markers.push((start, name, end));
        from = end;
    }
    join(text, markers)
}

/// A text without the few blanks and signs that it begins with.
fn lead<'t>(text: &'t str, signs: &[char]) -> &'t str {
    let skipped = text
        .chars()
        .take(8)
        .take_while(|c| signs.contains(c))
        .count();
    &text[skipped..]
}

/// What DSPy takes for the end of a line.
pub(crate) fn is_line_end(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

fn join<'t>(text: &'t str, markers: Vec<Marker<'t>>) -> Vec<Section<'t>> {
    let ends: Vec<usize> = markers.iter().skip(1).map(|(start, ..)| *start).collect();
    markers
        .into_iter()
        .enumerate()
        .map(|(index, (start, name, content))| {
            let end = ends.get(index).copied();
            Section {
                name,
                start,
                content: (content, end.unwrap_or(text.len())),
                closed: end.is_some(),
            }
        })
        .collect()
}

/// Where a text ends without the beginning of a marker at its end: `[[ ## ans`.
pub(crate) fn without_cut_marker(text: &str) -> usize {
    let trimmed = text.trim_end();
    let Some(at) = trimmed.rfind('[') else {
        return text.len();
    };
    let at = if trimmed[..at].ends_with('[') {
        at - 1
    } else {
        at
    };
    let tail = &trimmed[at..];
    let before = &trimmed[..at];
    let alone = before.trim_end_matches([' ', '\t']).ends_with(is_line_end) || before.is_empty();
    let inner = tail.trim_start_matches('[').trim_start();
    let begins = tail.len() < 80
        && (inner.is_empty()
            || inner.starts_with('#')
                && inner
                    .trim_start_matches('#')
                    .trim_start()
                    .trim_end_matches([' ', '#', ']'])
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '_'));
    if alone && begins && !tail.ends_with("]]") {
        at
    } else {
        text.len()
    }
}

/// Whether a text has line ends of another kind than `\n`.
pub(crate) fn has_odd_line_ends(text: &str) -> bool {
    // most texts are settled by their bytes: all line ends in ASCII are control characters
    let plain = |byte: u8| matches!(byte, b'\n' | b'\t' | b' '..=b'~');
    !text.bytes().all(plain) && text.contains(|c| is_line_end(c) && c != '\n')
}

/// A text with its line ends as DSPy joins lines.
pub(crate) fn lines(text: &str) -> std::borrow::Cow<'_, str> {
    if !has_odd_line_ends(text) {
        return text.into();
    }
    text.replace("\r\n", "\n").replace(is_line_end, "\n").into()
}

#[cfg(test)]
mod tests {
    use super::{loose, sections, without_cut_marker};

    #[test]
    fn sections_end_at_the_next_marker() {
        let text = "hello\n[[ ## a ## ]]\none\n two [[ ## b ## ]] in the line\n  [[ ## b ## ]] same line\n[[ ## completed ## ]]";
        let found: Vec<_> = sections(text)
            .iter()
            .map(|section| {
                (
                    section.name,
                    text[section.content.0..section.content.1].trim(),
                )
            })
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
    fn markers_that_are_not_written_as_asked() {
        let text =
            "So: [[ ## Answer ## ]] Paris [[##note##]]x\n**[[ ## other ## ]]** y [[ ## answer ]] z";
        let found: Vec<_> = loose(text, &|name| !name.eq_ignore_ascii_case("other"))
            .iter()
            .map(|section| {
                (
                    section.name,
                    text[section.content.0..section.content.1].trim(),
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("Answer", "Paris"),
                ("note", "x\n**[[ ## other ## ]]** y"),
                ("answer", "z")
            ]
        );
    }

    #[test]
    fn beginnings_of_markers() {
        for (text, kept) in [
            ("a\n\n[[", "a\n\n"),
            ("a\n[[ ## comp", "a\n"),
            ("a\n[[ ##", "a\n"),
            ("a [[", "a [["),
            ("a\n[1]", "a\n[1]"),
            ("a\n[[ ## b ## ]]", "a\n[[ ## b ## ]]"),
            ("a\n[[1, 2", "a\n[[1, 2"),
        ] {
            assert_eq!(&text[..without_cut_marker(text)], kept);
        }
    }

    #[test]
    fn headers_that_never_end_are_text() {
        let text = "[[ ## a ## ]] x\n[[ ## ".to_owned() + &"y".repeat(1000);
        assert_eq!(sections(&text).len(), 1);
    }
}

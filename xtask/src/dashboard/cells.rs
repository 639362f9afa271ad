//! Text with colours, as terminals are told of them: ECMA-48's “select graphic rendition”.

/// How a piece of text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// Of the sixteen that terminals have names for.
    pub(super) colour: Option<u8>,
    pub(super) bold: bool,
    pub(super) faint: bool,
}

impl Look {
    /// What one number of a sequence changes; those that pictures do not have change nothing.
    fn change(&mut self, number: u8) {
        match number {
            0 => *self = Look::default(),
            1 => self.bold = true,
            2 => self.faint = true,
            22 => (self.bold, self.faint) = (false, false),
            30..=37 => self.colour = Some(number - 30),
            39 => self.colour = None,
            90..=97 => self.colour = Some(number - 90 + 8),
            _ => {}
        }
    }
}

/// A line: pieces that look alike, one after the other.
pub(super) type Line = Vec<(Look, String)>;

/// The words of a line.
pub(super) fn text(line: &Line) -> String {
    line.iter().map(|(_, text)| text.as_str()).collect()
}

/// The lines of what a program wrote.
pub(super) fn lines(written: &str) -> Vec<Line> {
    let mut look = Look::default();
    written.lines().map(|line| read(line, &mut look)).collect()
}

/// One line; how it looks at its end goes on in the next.
fn read(mut rest: &str, look: &mut Look) -> Line {
    let mut line = Line::new();
    let mut piece = |look: Look, text: &str| match line.last_mut() {
        _ if text.is_empty() => {}
        Some((known, before)) if *known == look => before.push_str(text),
        _ => line.push((look, text.to_owned())),
    };
    while let Some((before, after)) = rest.split_once("\x1b[") {
        piece(*look, before);
        let end = after.find(|c: char| c.is_ascii_alphabetic());
        let Some((numbers, tail)) = end.map(|end| after.split_at(end)) else {
            // cut off in the middle of a sequence
            return line;
        };
        // any other letter moves the cursor, which no line of a frame does
        if let Some(after) = tail.strip_prefix('m') {
            for number in numbers.split(';') {
                // none is zero
                look.change(number.parse().unwrap_or(0));
            }
            rest = after;
        } else {
            rest = &tail[1..];
        }
    }
    piece(*look, rest);
    line
}

#[cfg(test)]
mod tests {
    use super::{Look, lines, text};

    #[test]
    fn colours_are_read_and_text_is_kept() {
        let red = Look {
            colour: Some(1),
            ..Look::default()
        };
        let bold = Look {
            bold: true,
            ..Look::default()
        };
        let bright = Look {
            colour: Some(10),
            faint: true,
            ..Look::default()
        };
        let plain = Look::default();
        let found = lines("a \x1b[31mred\x1b[0m b\n\x1b[1mtitle\n\x1b[m\x1b[2;92mx\x1b[0m\x1b[2Ky");
        let words = |all: &[(Look, &str)]| -> Vec<(Look, String)> {
            let each = all.iter();
            each.map(|(look, text)| (*look, (*text).to_owned()))
                .collect()
        };
        assert_eq!(
            found[0],
            words(&[(plain, "a "), (red, "red"), (plain, " b")])
        );
        assert_eq!(found[1], words(&[(bold, "title")]));
        assert_eq!(found[2], words(&[(bright, "x"), (plain, "y")]));
        assert_eq!(text(&found[0]), "a red b");
    }

    #[test]
    fn what_looks_alike_is_one_piece() {
        let read = lines("\x1b[32ma\x1b[32mb\x1b[");
        assert_eq!((read[0].len(), &*read[0][0].1), (1, "ab"));
    }
}

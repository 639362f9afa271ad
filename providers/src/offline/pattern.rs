//! The simple half of regular expressions: characters, classes and counts, without groups.

/// A pattern as a row of character classes, each with how often it may come.
pub(super) struct Pattern(Vec<Atom>);

struct Atom {
    ranges: Vec<(char, char)>,
    negated: bool,
    least: usize,
    most: usize,
}

/// No count in a pattern is followed further.
const MOST: usize = 256;

impl Pattern {
    /// `None` for what is not understood; the caller then does without.
    pub(super) fn parse(pattern: &str) -> Option<Self> {
        let mut rest = pattern
            .trim_start_matches('^')
            .trim_end_matches('$')
            .chars()
            .peekable();
        let mut atoms = Vec::new();
        while let Some(next) = rest.next() {
            let (mut ranges, mut negated) = (Vec::new(), false);
            match next {
                '(' | ')' | '|' | '^' | '$' => return None,
                '.' => ranges.push((' ', '~')),
                '\\' => class(rest.next()?, &mut ranges)?,
                '[' => {
                    negated = rest.next_if_eq(&'^').is_some();
                    loop {
                        match rest.next()? {
                            ']' => break,
                            '\\' => class(rest.next()?, &mut ranges)?,
                            '-' if rest.peek() != Some(&']') && !ranges.is_empty() => {
                                ranges.last_mut()?.1 = rest.next()?;
                            }
                            single => ranges.push((single, single)),
                        }
                    }
                }
                single => ranges.push((single, single)),
            }
            let (least, most) = match rest.peek() {
                Some('?') => (0, 1),
                Some('*') => (0, MOST),
                Some('+') => (1, MOST),
                Some('{') => {
                    let counts: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
                    let (least, most) = counts.split_once(',').unwrap_or((&counts, &counts));
                    atoms.push(Atom {
                        ranges,
                        negated,
                        least: least.parse().ok()?,
                        most: most.parse().unwrap_or(MOST),
                    });
                    continue;
                }
                _ => (1, 1),
            };
            if (least, most) != (1, 1) {
                rest.next();
            }
            atoms.push(Atom {
                ranges,
                negated,
                least,
                most,
            });
        }
        Some(Pattern(atoms))
    }

    /// Whether the whole text fits. All ways are followed at once, so no text takes long.
    pub(super) fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().take(MOST).collect();
        let mut reached = vec![false; text.len() + 1];
        reached[0] = true;
        for atom in &self.0 {
            let mut next = vec![false; reached.len()];
            for start in (0..reached.len()).filter(|at| reached[*at]) {
                let run = text[start..]
                    .iter()
                    .take_while(|c| atom.takes(**c))
                    .count()
                    .min(atom.most);
                next.iter_mut()
                    .skip(start + atom.least)
                    .take((run + 1).saturating_sub(atom.least))
                    .for_each(|at| *at = true);
            }
            reached = next;
        }
        reached.last() == Some(&true)
    }

    /// The shortest text that fits.
    pub(super) fn shortest(&self) -> String {
        let first = |atom: &Atom| {
            ('0'..='z')
                .chain(' '..='~')
                .find(|c| atom.takes(*c))
                .or(Some(atom.ranges.first()?.0))
        };
        self.0
            .iter()
            .flat_map(|atom| first(atom).into_iter().cycle().take(atom.least.min(MOST)))
            .collect()
    }
}

impl Atom {
    fn takes(&self, c: char) -> bool {
        self.ranges
            .iter()
            .any(|(low, high)| (low..=high).contains(&&c))
            != self.negated
    }
}

fn class(escaped: char, ranges: &mut Vec<(char, char)>) -> Option<()> {
    match escaped {
        'd' => ranges.push(('0', '9')),
        'w' => ranges.extend([('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')]),
        's' => ranges.extend([(' ', ' '), ('\t', '\r')]),
        other if other.is_alphanumeric() => return None,
        other => ranges.push((other, other)),
    }
    Some(())
}

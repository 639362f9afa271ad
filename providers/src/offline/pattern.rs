//! The simple half of regular expressions: characters, classes and counts, without groups.

/// A pattern as a row of character classes, each with how often it may come.
pub(super) struct Pattern(Vec<Atom>);

#[derive(Default)]
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
        let body = pattern.strip_prefix('^').unwrap_or(pattern);
        let mut rest = body.strip_suffix('$').unwrap_or(body).chars().peekable();
        let mut atoms = Vec::new();
        while let Some(next) = rest.next() {
            let mut atom = Atom {
                least: 1,
                most: 1,
                ..Atom::default()
            };
            match next {
                '(' | ')' | '|' | '^' | '$' | '*' | '+' | '?' => return None,
                '.' => atom.ranges.push((' ', '~')),
                '\\' => atom.class(rest.next()?)?,
                '[' => {
                    atom.negated = rest.next_if_eq(&'^').is_some();
                    while let Some(next) = rest.next_if(|next| *next != ']') {
                        let last = atom.ranges.last_mut();
                        match (next, last) {
                            ('\\', _) => atom.class(rest.next()?)?,
                            ('-', Some(last)) if rest.peek()? != &']' => last.1 = rest.next()?,
                            _ => atom.ranges.push((next, next)),
                        }
                    }
                    rest.next()?;
                }
                next => atom.ranges.push((next, next)),
            }
            match rest.next_if(|next| "?*+{".contains(*next)) {
                Some('?') => atom.least = 0,
                Some('*') => (atom.least, atom.most) = (0, MOST),
                Some('+') => atom.most = MOST,
                Some(_) => {
                    let counts: String = rest.by_ref().take_while(|next| *next != '}').collect();
                    let (least, most) = counts.split_once(',').unwrap_or((&counts, &counts));
                    (atom.least, atom.most) = (least.parse().ok()?, most.parse().unwrap_or(MOST));
                }
                None => {}
            }
            atoms.push(atom);
        }
        Some(Pattern(atoms))
    }

    /// Whether the whole text fits. All ways are followed at once, so no text takes long.
    pub(super) fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().take(MOST).collect();
        let mut starts = vec![0];
        for atom in &self.0 {
            let run = |at: usize| text.iter().skip(at).take_while(|c| atom.takes(**c)).count();
            let ends = |at: usize| at + atom.least..=at + run(at).min(atom.most);
            starts = starts.into_iter().flat_map(ends).collect();
            starts.sort_unstable();
            starts.dedup();
        }
        starts.contains(&text.len())
    }

    /// The shortest text that fits.
    pub(super) fn shortest(&self) -> String {
        let first = |atom: &Atom| ('0'..='z').chain(' '..='~').find(|c| atom.takes(*c));
        let times = |atom: &Atom| first(atom).into_iter().cycle().take(atom.least.min(MOST));
        self.0.iter().flat_map(times).collect()
    }
}

impl Atom {
    fn takes(&self, c: char) -> bool {
        self.ranges
            .iter()
            .any(|(low, high)| *low <= c && c <= *high)
            != self.negated
    }

    fn class(&mut self, escaped: char) -> Option<()> {
        match escaped {
            'd' => self.ranges.push(('0', '9')),
            'w' => self
                .ranges
                .extend([('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')]),
            's' => self.ranges.extend([(' ', ' '), ('\t', '\r')]),
            other if other.is_alphanumeric() => return None,
            other => self.ranges.push((other, other)),
        }
        Some(())
    }
}

//! Evidence in texts: words, `key: value` lines, sentences, rows, numbers and dates.

/// Lowercase words; `snake_case` and `camelCase` fall apart.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut small = false;
    for c in text.chars().filter(|c| !matches!(c, '\'' | '’')) {
        if !c.is_alphanumeric() || (small && c.is_uppercase()) {
            found.push(String::new());
        }
        small = c.is_lowercase();
        if let Some(word) = found.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    found.retain(|word| !word.is_empty());
    found
}

const STOP_WORDS: &str = " a an the and or of to in on at by for from with as is are was were be been am it its \
    this that these those my our your his her their we i you he she they me us him them do does did has have \
    had so if but than then there here what which who when where how why not no ";

pub(super) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(&format!(" {word} "))
}

/// The word without its commonest English endings.
pub(super) fn stem(word: &str) -> &str {
    const ENDINGS: [&str; 17] = [
        "ations", "ation", "ings", "ing", "ied", "ies", "edly", "ed", "ions", "ion", "ers", "er",
        "es", "ly", "s", "e", "y",
    ];
    let cut = |ending: &&str| {
        word.strip_suffix(*ending)
            .filter(|rest| rest.chars().count() >= 3)
    };
    ENDINGS.iter().find_map(cut).unwrap_or(word)
}

pub(super) fn stems(text: &str) -> Vec<String> {
    words(text)
        .iter()
        .filter(|word| !is_stop_word(word))
        .map(|word| stem(word).to_owned())
        .collect()
}

/// Words of names that a key leaves out.
const GENERAL: [&str; 4] = ["name", "value", "text", "amount"];

/// What a field is about: the words of its name, and those around it.
#[derive(Clone, Default)]
pub(super) struct Topic {
    pub(super) name: Vec<String>,
    pub(super) more: Vec<String>,
}

impl Topic {
    /// A field inside `outer`, whose name may be the key of what is looked for.
    pub(super) fn inside(outer: &Topic, name: &str, more: &str) -> Self {
        let mut more = stems(more);
        more.extend_from_slice(&outer.name);
        Topic {
            name: stems(name),
            more,
        }
    }

    pub(super) fn names(&self, any: &[&str]) -> bool {
        self.name
            .iter()
            .any(|word| any.iter().any(|other| stem(other) == word))
    }

    /// How well a text speaks of it: 2 for each word of the name, 1 for each other.
    fn overlap(&self, text: &str) -> usize {
        let words = stems(text);
        let in_text = |list: &[String]| list.iter().filter(|word| words.contains(word)).count();
        2 * in_text(&self.name) + in_text(&self.more)
    }

    /// How well a key names it: 0 if it does not, below where it shares a word but names another thing.
    fn key(&self, key: &str) -> i64 {
        let key = stems(key);
        let each = |word: &String| match (self.name.contains(word), self.more.contains(word)) {
            (true, _) => 4,
            (_, true) => 1,
            _ => -2,
        };
        let sum = key.iter().map(each).sum::<i64>();
        let shared = key.iter().any(|word| self.name.contains(word));
        let foreign = key.iter().any(|word| !self.name.contains(word));
        let general = |word: &String| GENERAL.iter().any(|general| stem(general) == word);
        let missing = self.name.iter().filter(|word| !key.contains(word));
        let missing = missing.filter(|word| !general(word)).count();
        match (shared, foreign) {
            // `Invoice date` is no `due_date`
            (true, true) if missing > 0 => -1,
            (true, _) => sum.max(1) * 8 - i64::try_from(missing).unwrap_or(0).min(7),
            (false, _) if sum > 0 && self.name.iter().any(general) => sum,
            _ => 0,
        }
    }

    /// Whether a line has a key that names another thing in words like these.
    fn other(&self, line: &str) -> bool {
        pairs(line).next().is_some_and(|(key, _)| self.key(key) < 0)
    }

    /// The values of keys that name it, the best first.
    fn keyed<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let keyed = pairs(text).map(|(key, value)| (self.key(key), value));
        let mut keyed: Vec<_> = keyed.filter(|(near, _)| *near > 0).collect();
        keyed.sort_by_key(|(near, _)| -near);
        keyed.into_iter().map(|(_, value)| value).collect()
    }

    /// The value of the key that names it best.
    pub(super) fn value<'a>(&self, text: &'a str) -> Option<&'a str> {
        self.keyed(text).into_iter().next()
    }

    /// Parts of the text that speak of it: values of keys, the best first, then what follows and
    /// precedes its words in the lines that name it.
    pub(super) fn spans<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let mut spans = self.keyed(text);
        for line in sentences(text).filter(|line| !self.other(line)) {
            let starts =
                line.split_inclusive(|c: char| !c.is_alphanumeric())
                    .scan(0, |at, word| {
                        *at += word.len();
                        Some((*at, word))
                    });
            for (end, _) in
                starts.filter(|(_, word)| stems(word).iter().any(|word| self.name.contains(word)))
            {
                spans.extend([line.get(end..), line.get(..end)].into_iter().flatten());
            }
        }
        spans
    }

    /// The sentence that speaks of it most, and how much; the first of equals.
    pub(super) fn sentence<'a>(&self, text: &'a str) -> (&'a str, usize) {
        let best = |best: (&'a str, usize), next: &'a str| {
            let near = if self.other(next) {
                0
            } else {
                self.overlap(next)
            };
            if best.0.is_empty() || near > best.1 {
                (next, near)
            } else {
                best
            }
        };
        sentences(text).fold(("", 0), best)
    }
}

/// The `Key: value` lines.
pub(super) fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let marks = |c: char| c.is_whitespace() || "-*•#>|".contains(c);
    text.lines().filter_map(move |line| {
        let (key, value) = line.split_once(':').or_else(|| line.split_once(" = "))?;
        let (key, value) = (key.trim_matches(marks), value.trim_matches(marks));
        (!key.is_empty() && !value.is_empty() && key.split_whitespace().count() <= 5)
            .then_some((key, value))
    })
}

/// Sentences and lines, without the marks of lists.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .flat_map(|line| {
            let line = bullet(line).unwrap_or(line.trim());
            let ends = line.match_indices(['.', '!', '?']).map(|(at, _)| at + 1);
            let ends = ends
                .filter(|at| line.get(*at..).is_some_and(|rest| rest.starts_with(' ')))
                .chain([line.len()]);
            ends.scan(0, |start, end| {
                Some(
                    line.get(std::mem::replace(start, end)..end)
                        .unwrap_or_default()
                        .trim(),
                )
            })
        })
        .filter(|sentence| !sentence.is_empty())
}

/// The text of a list's item.
pub(super) fn bullet(line: &str) -> Option<&str> {
    let line = line.trim();
    let marked = line
        .strip_prefix("- ")
        .or_else(|| line.strip_prefix("* "))
        .or_else(|| line.strip_prefix("• "));
    let numbered = || {
        line.trim_start_matches(|c: char| c.is_ascii_digit())
            .strip_prefix([')', '.'])
    };
    marked
        .or_else(|| {
            numbered()
                .filter(|_| !line.starts_with(['.', ')']))?
                .strip_prefix(' ')
        })
        .map(str::trim)
}

/// Rows of tables, items of lists and paragraphs of `key: value` lines, each as such lines.
pub(super) fn rows(text: &str) -> Vec<String> {
    let (mut found, mut header) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let cut = ["|", "\t", "  "]
            .into_iter()
            .find(|cut| line.trim().contains(cut))
            .unwrap_or("|");
        let cells = line.trim().trim_matches('|').split(cut).map(str::trim);
        let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
        if let Some(item) = bullet(line) {
            let parts = [", ", "; ", " – ", " - "];
            found.push(
                parts
                    .iter()
                    .fold(item.to_owned(), |item, part| item.replace(part, "\n")),
            );
        } else if cells.len() < 2 || cells.iter().any(|cell| cell.ends_with(':')) {
            header.clear();
        } else if header.is_empty() {
            header = cells;
        } else if header.len() == cells.len()
            && cells
                .iter()
                .any(|cell| cell.contains(char::is_alphanumeric))
        {
            let row = header
                .iter()
                .zip(cells)
                .map(|(key, cell)| format!("{key}: {cell}"));
            found.push(row.collect::<Vec<_>>().join("\n"));
        }
    }
    let blocks = || {
        text.split("\n\n")
            .filter(|block| pairs(block).next().is_some())
    };
    if found.is_empty() && blocks().nth(1).is_some() {
        found.extend(blocks().map(str::to_owned));
    }
    found
}

/// The numbers of a text as JSON writes them; digits inside words (`INV-12`) and dates are none.
pub(super) fn numbers(text: &str) -> impl Iterator<Item = String> {
    let tokens = text.split(|c: char| c.is_whitespace() || "()[]{}=;:|\"".contains(c));
    tokens.filter_map(|token| {
        let (before, digits) = token.split_at(token.find(|c: char| c.is_ascii_digit())?);
        if before.contains(char::is_alphanumeric) {
            return None;
        }
        let end = digits
            .find(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.'))
            .unwrap_or(digits.len());
        let (digits, after) = digits.split_at(end);
        if after.starts_with(['-', '/']) && after.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let digits = digits.trim_end_matches([',', '.']);
        // the last separator is the decimal one, unless it comes again or a comma has three digits behind
        let (mut whole, mut decimals) = (digits, "");
        if let Some((front, back)) = digits.rsplit_once([',', '.']) {
            let separator = digits.get(front.len()..=front.len())?;
            let thousands = front.contains(separator) || (separator == "," && back.len() == 3);
            (whole, decimals) = if thousands {
                (digits, "")
            } else {
                (front, back)
            };
        }
        let mut groups = whole.split([',', '.']);
        let first = groups.next()?.trim_start_matches('0');
        let rest: Vec<&str> = groups.collect();
        let sign = if before.ends_with('-') { "-" } else { "" };
        let whole = format!("{first}{}", rest.concat());
        let whole = if whole.is_empty() { "0" } else { &whole };
        let point = if decimals.is_empty() { "" } else { "." };
        rest.iter()
            .all(|group| group.len() == 3)
            .then(|| format!("{sign}{whole}{point}{decimals}"))
    })
}

/// The first date: as it stands in the text, and in ISO form. `3.4.2026` is the third of April.
pub(super) fn date(text: &str) -> Option<(String, String)> {
    const MONTHS: &str = "jan feb mar apr may jun jul aug sep oct nov dec";
    let tokens = text
        .split_whitespace()
        .map(|token| token.trim_matches(|c: char| !c.is_alphanumeric()));
    let tokens: Vec<&str> = tokens.collect();
    let number = |text: &str, most: usize| {
        text.parse::<usize>()
            .ok()
            .filter(|number| (1..=most).contains(number))
    };
    let day = |text: &str| number(text.trim_end_matches(|c: char| c.is_alphabetic()), 31);
    let month = |text: &str| Some(MONTHS.find(&text.get(..3)?.to_lowercase())? / 4 + 1);
    let year = |text: &str| number(text, 9999).filter(|_| text.len() == 4);
    let iso = |y: Option<usize>, m: Option<usize>, d: Option<usize>| {
        Some(format!("{:04}-{:02}-{:02}", y?, m?, d?))
    };
    tokens.iter().enumerate().find_map(|(at, token)| {
        let whole = token.split_once('T').map_or(*token, |(date, _)| date);
        let found = match whole.split(['-', '.']).collect::<Vec<_>>()[..] {
            [y, m, d] if y.len() == 4 => iso(year(y), number(m, 12), number(d, 31)),
            [d, m, y] if whole.contains('.') => iso(year(y), number(m, 12), number(d, 31)),
            _ => None,
        };
        if let Some(found) = found {
            return Some(((*token).to_owned(), found));
        }
        let [first, second, third] = tokens.get(at..at + 3)? else {
            return None;
        };
        let turned = || iso(year(third), month(first), day(second));
        let found = iso(year(third), month(second), day(first)).or_else(turned)?;
        Some((format!("{first} {second} {third}"), found))
    })
}

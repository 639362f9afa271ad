//! Which of some words a text means: the exact one, another spelling, the only one in its prose.
use crate::parse::{
    fit::word::{Choice, Found, Test, bare_word},
    fold::{key, same},
    rule::Rule,
};

pub(super) fn find(text: &str, choices: &[Choice<'_>], spent: bool, work: &dyn Fn(usize)) -> Found {
    let exact = |text: &str| {
        choices
            .iter()
            .position(|choice| choice.spellings.first().is_some_and(|first| first == text))
    };
    if let Some(index) = exact(text).or_else(|| exact(text.trim())) {
        return Found::One(index, Rule::TextToValue);
    }
    if text.len() > 20_000 || spent {
        return Found::None;
    }
    let word = bare_word(text);
    if let Some(index) = exact(word) {
        return Found::One(index, Rule::WordFold);
    }
    let any = |test: &dyn Fn(&Choice<'_>) -> bool| {
        let mut fitting = choices
            .iter()
            .enumerate()
            .filter(|(_, choice)| test(choice))
            .map(|(index, _)| index);
        let first = fitting.next()?;
        let rest: Vec<usize> = fitting.collect();
        Some(if rest.is_empty() {
            Ok(first)
        } else {
            Err(std::iter::once(first).chain(rest).collect::<Vec<_>>())
        })
    };
    let ladder: [(&Test<'_>, Rule); 4] = [
        (
            &|choice| choice.spellings.iter().any(|spelling| spelling == word),
            Rule::WordAlias,
        ),
        (
            &|choice| {
                choice
                    .spellings
                    .first()
                    .is_some_and(|first| same(first, word))
            },
            Rule::WordFold,
        ),
        (
            &|choice| choice.spellings.iter().any(|spelling| same(spelling, word)),
            Rule::WordAlias,
        ),
        (
            &|choice| {
                !choice.doc.is_empty()
                    && (same(choice.doc, word)
                        || choice
                            .spellings
                            .iter()
                            .any(|spelling| described(spelling, choice.doc, word)))
            },
            Rule::WordAlias,
        ),
    ];
    for (test, rule) in ladder {
        match any(test) {
            Some(Ok(index)) => return Found::One(index, rule),
            Some(Err(several)) => return Found::Several(several),
            None => {}
        }
    }
    // `Color.RED`, `Literal[positive]`, `RED: because`, `ONE - the first`, `A) the first`
    for part in heads(word) {
        let part = bare_word(part);
        match any(&|choice: &Choice<'_>| {
            choice.spellings.iter().any(|spelling| same(spelling, part))
        }) {
            Some(Ok(index)) => return Found::One(index, Rule::WordFold),
            Some(Err(several)) => return Found::Several(several),
            None => {}
        }
    }
    in_prose(text, choices, work)
}

/// A spelling and its description, one after the other.
fn described(spelling: &str, doc: &str, text: &str) -> bool {
    text.len() > spelling.len()
        && text.len() < 2 * (spelling.len() + doc.len()) + 8
        && key(text) == format!("{}{}", key(spelling), key(doc))
}

/// Parts of a text that may be the word alone.
fn heads(text: &str) -> impl Iterator<Item = &str> {
    let qualified = text
        .rsplit_once("::")
        .or_else(|| {
            text.split_once('.').filter(|(left, right)| {
                !left.is_empty() && !left.contains(' ') && !right.contains(' ')
            })
        })
        .map(|(_, right)| right);
    let python = text
        .split_once('.')
        .map(|(_, right)| right)
        .and_then(|right| right.split_once(": "))
        .map(|(left, _)| left);
    let wrapped = text
        .split_once(['[', '('])
        .map(|(_, inside)| inside.trim_end_matches([']', ')']))
        .filter(|inside| inside.len() < 64);
    let before = |separator: &'static str| {
        text.split_once(separator)
            .map(|(left, _)| left)
            .filter(|left| !left.trim().contains(' ') || left.len() < 40)
    };
    [
        python,
        qualified,
        wrapped,
        before(":"),
        before(" - "),
        before(" – "),
        before(" — "),
        before(") "),
        before("\n"),
        before(" ("),
    ]
    .into_iter()
    .flatten()
}

/// The choice whose words stand in a text as whole words; of several the one that stands there most often.
fn in_prose(text: &str, choices: &[Choice<'_>], work: &dyn Fn(usize)) -> Found {
    // as they are written, if any are
    match count_in_prose(text, choices, work, true) {
        Found::None => count_in_prose(text, choices, work, false),
        found => found,
    }
}

fn count_in_prose(
    text: &str,
    choices: &[Choice<'_>],
    work: &dyn Fn(usize),
    as_written: bool,
) -> Found {
    struct Word<'t> {
        folded: String,
        plain: &'t str,
    }
    let words: Vec<Word<'_>> = text
        .split(|c: char| !(c.is_alphanumeric() || is_mark(c)))
        .filter(|word| !word.is_empty())
        .take(4_000)
        .map(|plain| Word {
            folded: key(plain),
            plain,
        })
        .collect();
    // longest first, so that `VERY_LOW` is not `LOW`
    let mut patterns: Vec<(usize, Vec<String>, &str)> = Vec::new();
    for (index, choice) in choices.iter().enumerate() {
        for spelling in &choice.spellings {
            let pattern: Vec<String> = spelling
                .split(|c: char| !(c.is_alphanumeric() || is_mark(c)))
                .filter(|word| !word.is_empty())
                .map(key)
                .collect();
            if !pattern.is_empty()
                && !patterns
                    .iter()
                    .any(|(other, known, _)| *other == index && *known == pattern)
            {
                patterns.push((index, pattern, spelling));
            }
        }
    }
    patterns
        .sort_by_key(|(_, pattern, spelling)| std::cmp::Reverse((pattern.len(), spelling.len())));
    let (mut taken, mut counts) = (vec![false; words.len()], vec![0usize; choices.len()]);
    work(words.len() * patterns.len() / 4);
    if words.len() * patterns.len() > 200_000 {
        return Found::None;
    }
    for (index, pattern, spelling) in &patterns {
        let short = spelling.chars().count() <= 2;
        let mut at = 0;
        while at + pattern.len() <= words.len() {
            let spelt = !as_written
                || text.contains(&**spelling) && pattern.len() > 1
                || pattern.len() == 1
                    && words[at].plain == spelling.trim_matches(|c: char| !c.is_alphanumeric());
            let fits = spelt
                && pattern
                    .iter()
                    .zip(&words[at..])
                    .all(|(one, word)| *one == word.folded)
                && !taken[at..at + pattern.len()].contains(&true);
            // one letter is a word only as it is written, and `A` not where a sentence begins
            let meant = !short
                || spelling.chars().all(|c| !c.is_ascii_alphabetic())
                || words[at].plain == &**spelling
                    && !(matches!(&**spelling, "A" | "I")
                        && words
                            .get(at + 1)
                            .is_some_and(|next| next.plain.chars().all(char::is_lowercase)))
                || spelling.chars().count() == 2
                    && spelling.eq_ignore_ascii_case(words[at].plain)
                    && words.len() < 12;
            if fits && meant {
                counts[*index] += 1;
                taken[at..at + pattern.len()].fill(true);
                at += pattern.len();
            } else {
                at += 1;
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return Found::None;
    }
    let best: Vec<usize> = (0..counts.len())
        .filter(|index| counts[*index] == most)
        .collect();
    match best.as_slice() {
        [one] => Found::One(*one, Rule::WordInProse),
        _ => Found::Several(best),
    }
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200d}')
        || !c.is_ascii()
            && !c.is_whitespace()
            && !matches!(
                c,
                '“' | '”'
                    | '‘'
                    | '’'
                    | '–'
                    | '—'
                    | '…'
                    | '。'
                    | '，'
                    | '、'
                    | '「'
                    | '」'
                    | '：'
                    | '！'
                    | '？'
            )
}

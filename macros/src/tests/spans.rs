//! Tokens of an expansion that are spelled like the user's stand where the user wrote them. rustc's
//! errors, hover and "go to definition" follow them.
use proc_macro2::{Span, TokenStream, TokenTree};
use std::str::FromStr;

const SIGNATURE: &str = r#"
    /// Grade it.
    #[signature(strict(openai))]
    pub struct Grader<'src, Added: Field> where Added: Clone {
        #[field(check = is_fair, min_len = 1)]
        wanted: &'src str,
        passages: Vec<Passage>,
        more: Added,
    } -> {
        #[field(alias = "mark", check = is_fair)]
        grade: Verdict,
        #[field(ge = 1, default = 2)]
        count: Counted,
        extra: Added,
        pairs: BTreeMap<Verdict, Passage>,
    }
    struct Small { wanted: Passage } -> { #[field(le = 3)] grade: Counted }
    type GraderOfPassage = Grader<'static, Passage>;
"#;

const TYPE: &str = r"
    struct Grader<'src, Added> {
        #[field(check = is_fair, ge = 1)]
        wanted: Passage,
        grade: &'src Verdict,
        extra: Option<Added>,
        again: Vec<Grader<'src, Added>>,
    }
";

const ENUM: &str = r"
    enum Grader {
        Wanted(Passage),
        Grade { #[field(check = is_fair)] count: Verdict, #[field(skip)] extra: Counted },
        Passages(Verdict, Passage),
        Small,
    }
";

const WORDS: &[&str] = &[
    "Grader",
    "Small",
    "GraderOfPassage",
    "Added",
    "Passage",
    "Verdict",
    "Counted",
    "Wanted",
    "Grade",
    "Passages",
    "BTreeMap",
    "src",
    "wanted",
    "passages",
    "more",
    "grade",
    "count",
    "extra",
    "pairs",
    "again",
    "is_fair",
    // literals
    "\"Grader\"",
    "\"Small\"",
    "\"wanted\"",
    "\"passages\"",
    "\"more\"",
    "\"mark\"",
    "\"count\"",
    "\"extra\"",
    "\"pairs\"",
    "\"again\"",
    "\"Wanted\"",
    "\"Grade\"",
    "\"Passages\"",
];

/// Each token with its span.
fn tokens(stream: TokenStream, all: &mut Vec<(String, Span)>) {
    for tree in stream {
        match tree {
            TokenTree::Group(group) => tokens(group.stream(), all),
            other => all.push((other.to_string(), other.span())),
        }
    }
}

/// Expands a source, and holds each token of the user's against it.
fn judge(source: &str, expand: fn(TokenStream) -> TokenStream) {
    let input = TokenStream::from_str(source).expect("tokens");
    let mut all = Vec::new();
    tokens(expand(input), &mut all);
    let (mut met, mut strays) = (0, Vec::new());
    for (text, span) in all {
        if !WORDS.contains(&text.as_str()) {
            continue;
        }
        met += 1;
        // what an expansion makes up has a span of no length
        let place = span.byte_range();
        if place.is_empty() || place.end > source.len() {
            strays.push(text);
        }
    }
    assert!(met > 20, "only {met} tokens of the user's");
    assert!(
        strays.is_empty(),
        "not where the user wrote them: {strays:?}"
    );
}

#[test]
fn of_a_signature() {
    judge(SIGNATURE, crate::signature::signature);
}

#[test]
fn of_a_struct() {
    judge(TYPE, crate::field::derive);
}

#[test]
fn of_an_enum() {
    judge(ENUM, crate::field::derive);
}

/// Errors stand on the user's tokens, too.
#[test]
fn of_mistakes() {
    let source =
        "struct Qa { question: String, b: u8 = 3 } -> { #[field(le = 300)] question: u8, c: &str }";
    let input = TokenStream::from_str(source).expect("tokens");
    let mut all = Vec::new();
    tokens(crate::signature::signature(input), &mut all);
    let mut errors: Vec<&str> = all
        .iter()
        .filter(|(text, _)| text == "compile_error")
        .map(|(_, span)| source.get(span.byte_range()).unwrap_or_default())
        .collect();
    errors.sort_unstable();
    assert_eq!(errors, ["&str", "=", "le", "question"]);
}

//! However a text is cut, scanning it says the same, and shows nothing that it would have to take back.
use super::{Scanner, What};
use crate::{DynSignature, parse::Form};

/// What scanning says of a text in pieces: of each output what was shown, and its value's place.
type Said = Vec<(usize, String, Vec<String>, Option<(usize, usize)>)>;

fn scan(spec: &str, form: Form, pieces: &[&str]) -> (Said, bool) {
    let signature = DynSignature::parse(spec).expect("a signature");
    let fields: Vec<_> = signature.def().outputs().cloned().collect();
    let mut scanner = Scanner::new(fields, form, false);
    let (mut text, mut said) = (String::new(), Said::new());
    let mut take = |steps: &mut Vec<super::Step>, text: &str| {
        for step in steps.drain(..) {
            match step.what {
                What::Started => said.push((step.field, String::new(), Vec::new(), None)),
                What::Text(more) | What::Raw(more) => {
                    let last = said.last_mut().expect("started");
                    assert_eq!(last.0, step.field);
                    assert!(!more.is_empty());
                    last.1 += &more;
                }
                What::Item(start, end) => {
                    let last = said.last_mut().expect("started");
                    last.2.push(text[start..end].trim().to_owned());
                }
                What::Finished(_, inner) => said.last_mut().expect("started").3 = Some(inner),
            }
        }
    };
    let mut steps = Vec::new();
    for piece in pieces {
        text += piece;
        scanner.grown(&text, &mut steps);
        take(&mut steps, &text);
    }
    scanner.ended(&text, &mut steps);
    take(&mut steps, &text);
    let sure = scanner.is_sure(&text);
    (said, sure)
}

/// The text in pieces of each size, and cut in two at each place.
fn cuts(text: &str) -> Vec<Vec<&str>> {
    let mut all = Vec::new();
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    for at in &places {
        all.push(vec![&text[..*at], &text[*at..]]);
    }
    for size in [1, 2, 3, 5, 8, 13] {
        let ends = places
            .iter()
            .step_by(size)
            .skip(1)
            .copied()
            .chain([text.len()]);
        let mut from = 0;
        all.push(
            ends.map(|end| &text[std::mem::replace(&mut from, end)..end])
                .collect(),
        );
    }
    all
}

const SPEC: &str = "question -> answer, tags: list[str], stars: int";

/// A text: how it was asked for, what is shown of each output that begins, and whether all is sure.
type Text = (Form, &'static str, &'static [(usize, &'static str)], bool);

const TEXTS: &[Text] = &[
    (
        Form::Chat,
        "[[ ## answer ## ]]\n In\r\nFrance [[1]] [[ x. \n\n[[ ## tags ## ]]\n[\"a, b\", \"c]\"]\n\n[[ ## stars ## ]]\n 5\n\n[[ ## completed ## ]]\n",
        &[
            (0, "In\nFrance [[1]] [[ x."),
            (1, "[\"a, b\", \"c]\"]"),
            (2, "5"),
        ],
        true,
    ),
    (
        Form::Chat,
        "<think>so [[ ## stars ## ]]\n1 </th</think>\n\nSure!\n[[ ## stars ## ]]\n5\n  [[ ## answer ## ]]\né日本😀\n[[ ## tags ## ]]\n[]",
        &[(2, "5"), (0, "é日本😀"), (1, "[]")],
        true,
    ),
    // a marker within a line may be one, and is none when its output has one of its own
    (
        Form::Chat,
        "[[ ## answer ## ]]\nI write [[ ## tags ## ]] next.\n[[ ## tags ## ]]\n[1]\n[[ ## stars ## ]]\n5",
        &[(0, "I write [[ ## tags ## ]] next."), (1, "[1]"), (2, "5")],
        true,
    ),
    (
        Form::Chat,
        "[[ ## answer ## ]] Paris [[ ## tags ## ]] [\"a\"] [[ ## stars ## ]] 5 [[ ## completed ## ]]",
        &[(0, "Paris")],
        false,
    ),
    (
        Form::Chat,
        "[[ ## answer ## ]] Paris [[tags]] [\"a\"]\n[[ ## stars ## ]]\n5",
        &[(0, "Paris")],
        false,
    ),
    (
        Form::Chat,
        "[[ ## answer ## ]]\nParis\n[[ ## other ## ]]\nx\n[[ ## answer ## ]]\nRome\n[[ ## tags ## ]]\n[]\n[[ ## stars ## ]]\n5\n[[ ## comp",
        &[(0, "Paris"), (1, "[]"), (2, "5")],
        true,
    ),
    (Form::Chat, "Paris, of course.", &[], true),
    (
        Form::Chat,
        r#"{"answer": "Paris", "tags": [], "stars": 5}"#,
        &[(0, "Paris"), (1, "[]"), (2, "5")],
        true,
    ),
    (
        Form::Json,
        "```json\n{\"answer\": \"a \\\"b\\\" \\u00e9\\ud83d\\ude00\\n\", \"tags\" : [ \"x\" , {\"y\": [1,2]}] , \"more\": {\"a\": [\"}\"]}, \"stars\":5 }\n```",
        &[
            (0, "a \"b\" é😀\n"),
            (1, "[ \"x\" , {\"y\": [1,2]}]"),
            (2, "5"),
        ],
        true,
    ),
    (
        Form::Json,
        "Here {it} is: {\"answer\": \"Paris\", \"tags\": null, \"stars\": 1.5e3}",
        &[(0, "Paris"), (1, "null"), (2, "1.5e3")],
        true,
    ),
    (
        Form::Json,
        r#"{"answer": "a "quoted" word", "tags": [], "stars": 5}"#,
        &[(0, "a ")],
        false,
    ),
    (
        Form::Json,
        r#"{"answer": "a\'b", "tags": [], "stars": 5}"#,
        &[(0, "a")],
        false,
    ),
    (
        Form::Json,
        r#"{"answer": "a", "answer": "b", "tags": [], "stars": 5}"#,
        &[(0, "a")],
        false,
    ),
    (Form::Json, r#"{"answer": "cut he"#, &[(0, "cut he")], false),
    (
        Form::Xml,
        "<think>x</think><answer>\n1 &lt; 2 &amp; <b>3</b> & 4\n</answer>\n<tags>[\"a\"]</tags> <stars>5</stars>",
        &[(0, "1 < 2 & <b>3</b> & 4"), (1, "[\"a\"]"), (2, "5")],
        true,
    ),
    (
        Form::Xml,
        "<answer>a <stars>5</stars></answer>",
        &[(0, "a")],
        false,
    ),
    (
        Form::Xml,
        "<answer>a <![CDATA[</answer>]]></answer>",
        &[(0, "a")],
        false,
    ),
];

#[test]
fn any_cut_says_the_same() {
    for (form, text, expected, sure) in TEXTS {
        for pieces in cuts(text) {
            let (said, is_sure) = scan(SPEC, *form, &pieces);
            let shown: Vec<(usize, &str)> = said
                .iter()
                .map(|(field, shown, ..)| (*field, shown.as_str()))
                .collect();
            assert_eq!((&shown[..], is_sure), (*expected, *sure), "{pieces:?}");
        }
    }
}

#[test]
fn items_come_when_they_are_complete() {
    let text = "{\"tags\": [\"a, b\", {\"c\": [1, 2]}, 3], \"answer\": \"x\", \"stars\": 1}";
    for pieces in cuts(text) {
        let (said, _) = scan(SPEC, Form::Json, &pieces);
        assert_eq!(said[0].2, ["\"a, b\"", "{\"c\": [1, 2]}", "3"]);
    }
    let text = "[[ ## tags ## ]]\n[\"a\", \"b]\"]\n[[ ## answer ## ]]\nx\n[[ ## stars ## ]]\n1";
    for pieces in cuts(text) {
        assert_eq!(scan(SPEC, Form::Chat, &pieces).0[0].2, ["\"a\"", "\"b]\""]);
    }
}

/// However a text is made and cut, no byte of it is looked at more often than this, counted over all of it.
/// Plain text takes two or three looks.
const LOOKS: usize = 48;

#[test]
fn work_is_linear() {
    const LENGTH: usize = 1 << 15;
    let long = |unit: &str| unit.repeat(LENGTH / unit.len());
    let begin = "[[ ## answer ## ]]\n";
    let signature = DynSignature::parse(SPEC).expect("a signature");
    let (mut looks, mut length) = (0, 0);
    for (form, text) in [
        (Form::Chat, begin.to_owned() + &long("plain words ")),
        (Form::Chat, begin.to_owned() + &long("[[ ## ")),
        (Form::Chat, begin.to_owned() + &long("[")),
        (Form::Chat, begin.to_owned() + &long(" ")),
        (Form::Chat, begin.to_owned() + "\n[[ ## " + &long("a")),
        (Form::Chat, begin.to_owned() + "[[" + &long("a")),
        (Form::Chat, begin.to_owned() + &long("[[ # stars")),
        (
            Form::Chat,
            begin.to_owned() + &long("[[ # aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ),
        (Form::Chat, begin.to_owned() + &long("[[ ## x ## ]]\n")),
        (
            Form::Chat,
            begin.to_owned() + &long("        [[ ## x ## ]]\n"),
        ),
        (Form::Chat, "<think>".to_owned() + &long("<")),
        (Form::Chat, long("a ")),
        (Form::Json, "{\"answer\": \"".to_owned() + &long("\\u00e9")),
        (Form::Json, "{\"answer\": \"".to_owned() + &long("word ")),
        (Form::Json, "{\"tags\": ".to_owned() + &long("[")),
        (Form::Json, "{\"tags\": [".to_owned() + &long("1, ")),
        (Form::Json, "{\"tags\": [".to_owned() + &long(" ")),
        (Form::Json, long("{\"a\":")),
        (Form::Json, long("{")),
        (Form::Xml, "<answer>".to_owned() + &long("<")),
        (Form::Xml, "<answer>".to_owned() + &long("</answe")),
        (Form::Xml, "<answer>".to_owned() + &long("&")),
        (Form::Xml, long("<")),
        (Form::Xml, long("<answe")),
    ] {
        for size in [1, 4, 64] {
            let fields = signature.def().outputs().cloned().collect();
            let mut scanner = Scanner::new(fields, form, false);
            let (mut seen, mut steps) = (String::new(), Vec::new());
            for piece in text.as_bytes().chunks(size) {
                seen += std::str::from_utf8(piece).expect("ASCII");
                scanner.grown(&seen, &mut steps);
                steps.clear();
            }
            scanner.ended(&seen, &mut steps);
            let (work, beginning) = (scanner.work(), &text[..40]);
            looks += work;
            length += text.len();
            assert!(
                work <= LOOKS * text.len(),
                "{form:?} {beginning} in pieces of {size}: {work} looks at {} bytes",
                text.len()
            );
        }
    }
    // a counter that nobody adds to would pass all bounds
    assert!(looks > length, "{looks} looks at {length} bytes");
}

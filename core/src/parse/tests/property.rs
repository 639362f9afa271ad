//! Whatever comes is read without a panic, and what was written is read back.
use super::generate::{Random, outline, record, schemas, value};
use crate::parse::{self, Form, How, Keep, Strictness, reply};
use serde_json::Value;

/// Pieces that texts of models are made of, and of texts that are none.
const PIECES: [&str; 60] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "`",
    "```",
    "```json\n",
    ",",
    ":",
    " ",
    "\n",
    "\\",
    "\\u00",
    "\\ud83d",
    "//",
    "/*",
    "*/",
    "#",
    "...",
    "name",
    "\"name\": ",
    "stars",
    "list",
    "true",
    "None",
    "1,234",
    "-",
    "$5",
    "3/4",
    "[[ ## ",
    "[[ ## name ## ]]\n",
    " ## ]]",
    "<name>",
    "</name>",
    "<",
    ">",
    "&amp;",
    "<think>",
    "</think>",
    "“",
    "”",
    "é",
    "日本",
    "\u{feff}",
    "\u{0}",
    "red",
    "green.",
    "- ",
    "1. ",
    "name: x\n",
    "(",
    ")",
    "\"\"\"",
    "+",
    "=",
    "2026-03-01",
    "\r\n",
    "\u{2028}",
];

#[test]
fn nothing_breaks_it() {
    let mut random = Random(0x5eed_1234_5678_9abc);
    let (fields, schemas) = (outline(), schemas());
    for _ in 0..4_000 {
        let text: String = (0..random.below(40))
            .map(|_| *random.one(&PIECES))
            .collect();
        for form in [Form::Chat, Form::Json, Form::Xml] {
            for strictness in [Strictness::Lenient, Strictness::Strict] {
                let reading =
                    reply::fields_of(&fields, How { form, strictness }, &text, Keep::default());
                let ranges = reading.repairs.iter().all(|repair| {
                    repair.range.start <= repair.range.end && repair.range.end <= text.len()
                });
                assert!(ranges, "{text:?}: {:?}", reading.repairs);
            }
        }
        let schema = random.one(&schemas);
        let _ = parse::value(schema, &text, false);
        let _ = parse::value(schema, &text, true);
    }
}

#[test]
fn bytes_taken_as_text_break_nothing() {
    let mut random = Random(77);
    let fields = outline();
    for _ in 0..1_500 {
        let bytes: Vec<u8> = (0..random.below(120))
            .map(|_| u8::try_from(random.below(256)).unwrap_or(0))
            .collect();
        let text = String::from_utf8_lossy(&bytes);
        for form in [Form::Chat, Form::Json, Form::Xml] {
            let _ = reply::fields_of(
                &fields,
                How {
                    form,
                    strictness: Strictness::Lenient,
                },
                &text,
                Keep::default(),
            );
        }
    }
}

/// Every beginning of a text is read, and what it shows only grows.
#[test]
fn beginnings_are_read() {
    let text = "Sure!\n```json\n{\"name\": \"it's \\\"x\\\" \\ud83d\\ude00\", stars: 5, 'list': ['a', \"b\"], \"next\": {\"a\": {\"a\": 1}}, \"by_name\": {\"x\": 1.5}}\n```";
    let schema = record(outline());
    let ends: Vec<usize> = (0..=text.len())
        .filter(|end| text.is_char_boundary(*end))
        .collect();
    let mut longest = 0;
    for end in ends {
        if let Ok((Value::Object(members), _)) = parse::value(&schema, &text[..end], true) {
            let name = members["name"].as_str().unwrap_or_default().to_owned();
            assert!(
                "it's \"x\" 😀".starts_with(&name),
                "{name:?} in {:?}",
                &text[..end]
            );
            assert!(name.len() >= longest, "{name:?} in {:?}", &text[..end]);
            longest = name.len();
        }
    }
    assert_eq!(longest, "it's \"x\" 😀".len());
}

/// A clean value is read as it was written, without any repair, strictly too; and with words and a fence
/// around it all the same.
#[test]
fn what_was_written_is_read_back() {
    let mut random = Random(4_711);
    let fields: Vec<_> = outline()
        .into_iter()
        .filter(|field| field.name.get() != "next")
        .collect();
    let schema = record(fields.clone());
    for _ in 0..1_000 {
        let written = value(&mut random, &schema, 0);
        let text = if random.below(2) == 0 {
            written.to_string()
        } else {
            serde_json::to_string_pretty(&written).unwrap_or_default()
        };
        for strictness in [Strictness::Strict, Strictness::Lenient] {
            let reading = reply::fields_of(
                &fields,
                How {
                    form: Form::Json,
                    strictness,
                },
                &text,
                Keep::default(),
            );
            assert!(
                reading.faults.is_empty() && reading.repairs.is_empty(),
                "{text}: {:?} {:?}",
                reading.faults,
                reading.repairs
            );
            let members = written
                .as_object()
                .into_iter()
                .flat_map(|members| members.values());
            assert!(reading.as_values().iter().eq(members), "{text}");
        }
        let (found, repairs) = parse::value(&schema, &text, false)
            .unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        assert_eq!((&found, repairs.len()), (&written, 0), "{text}");
        let around = format!("Here it is:\n```json\n{text}\n```\nHope this helps!");
        let found = parse::value(&schema, &around, false).map(|(value, _)| value);
        assert_eq!(found.as_ref(), Ok(&written), "{around}");
    }
}

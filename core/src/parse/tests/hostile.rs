//! Texts made to be slow: each is read with steps that a constant times its length bounds, and nothing
//! recurses deeper than it may.
use super::generate::{outline, schemas};
use crate::parse::{Form, How, Keep, Strictness, reply};
use std::time::Instant;

/// A megabyte; less where the compiler does not help: `cargo test --release` runs all of it.
const LENGTH: usize = if cfg!(debug_assertions) {
    1 << 15
} else {
    1 << 20
};
/// How many steps a byte may cost.
const STEPS: usize = 80;

/// Reads a text as a reply of every form, and as a value of every schema.
fn bounded(name: &str, text: &str) {
    let most = STEPS * (text.len() + 1_000);
    let judge = |what: &str, read: &dyn Fn() -> usize| {
        let begin = Instant::now();
        let steps = read();
        let time = begin.elapsed();
        assert!(
            steps <= most,
            "{name} as {what}: {steps} steps for {} bytes",
            text.len()
        );
        // a clock would judge the machine too: it is only shown
        if std::env::var_os("SHOW_STEPS").is_some() {
            println!(
                "{:6.1} steps, {:6.1} ns for a byte: {name:.30} as {what:.80}",
                ratio(steps, text.len()),
                ratio(usize::try_from(time.as_nanos()).unwrap_or(0), text.len())
            );
        }
    };
    for form in [Form::Chat, Form::Json, Form::Xml] {
        let how = How {
            form,
            strictness: Strictness::Lenient,
        };
        judge(&format!("{form:?}"), &|| {
            reply::fields_of(&outline(), how, text, Keep::default()).steps
        });
    }
    for schema in schemas() {
        for partial in [false, true] {
            let what = format!(
                "{}{schema:?}",
                if partial { "the beginning of " } else { "" }
            );
            judge(&what, &|| crate::parse::steps(&schema, text, partial));
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "to be looked at")]
fn ratio(number: usize, length: usize) -> f64 {
    number as f64 / length.max(1) as f64
}

#[test]
fn runs_of_one_thing() {
    let length = LENGTH;
    for unit in [
        "[",
        "{\"a\":",
        "\"",
        "`",
        "[[ ## ",
        "}",
        ",",
        "{",
        "]",
        "'",
        "\\",
        ":",
        "<",
        "<a>",
        "</a>",
        "#",
        "//",
        "/*",
        "(",
        "-",
        "1",
        "{}",
        "[]",
        "\n",
        "“",
        "a: ",
        "a=",
        "\u{feff}",
        "```json\n",
        "{a: ",
        "a ",
        "- ",
        "[[ ## a ## ]]",
    ] {
        bounded(unit, &unit.repeat(length / unit.len()));
    }
}

#[test]
fn strings_that_never_end_well() {
    for (name, text) in [
        (
            "brackets in a string",
            "{\"a\": \"".to_owned() + &"x}".repeat(50_000),
        ),
        (
            "commas in a string",
            "{\"a\": \"".to_owned() + &",".repeat(100_000),
        ),
        (
            "quotes in a string",
            "{\"a\": \"".to_owned() + &"a\" ".repeat(50_000),
        ),
        (
            "names in a string",
            "{\"a\": \"".to_owned() + &", \"b\": \"".repeat(20_000),
        ),
        ("bare words", "{a: ".to_owned() + &"a ".repeat(50_000)),
        ("escapes", "\"".to_owned() + &"\\".repeat(100_000)),
        (
            "comments in a string",
            "{\"a\": \"".to_owned() + &",/* x */\"".repeat(20_000),
        ),
        (
            "blanks before quotes",
            "{\"a\": \"".to_owned() + &(" ".repeat(1_000) + "\"").repeat(200),
        ),
        (
            "lists never closed",
            "{\"list\": [\"".to_owned() + &"b, ".repeat(50_000) + "]}",
        ),
        (
            "triple quotes",
            "{\"a\": \"\"\"".to_owned() + &"x\"\"\" y ".repeat(20_000),
        ),
        (
            "strings in lists",
            "[".to_owned() + &"\"a, ".repeat(30_000) + "]",
        ),
        ("joined", "\"a\" + ".repeat(30_000)),
    ] {
        bounded(name, &text);
    }
}

#[test]
fn many_values_and_fences() {
    bounded("empty fences", &"```json\n```\n".repeat(7_000));
    bounded(
        "fenced objects",
        &"```json\n{\"a\": 1}\n```\n".repeat(7_000),
    );
    bounded("open objects", &"{\"name\": 1 ".repeat(20_000));
    bounded(
        "objects in prose",
        &"see {this} and [that] then ".repeat(10_000),
    );
    bounded("markers", &"[[ ## name ## ]] x ".repeat(20_000));
    bounded("tags", &"<name>x</name>".repeat(20_000));
    bounded("open tags", &"<name>".repeat(50_000));
    bounded("thoughts", &"<think>".repeat(50_000));
    bounded("labels", &"name: x\n".repeat(20_000));
}

#[test]
fn depth_that_is_valid_and_that_is_not() {
    for depth in [50, 1_000, LENGTH / 16] {
        bounded("valid lists", &("[".repeat(depth) + &"]".repeat(depth)));
        bounded("broken lists", &("[".repeat(depth) + &"}".repeat(depth)));
        bounded(
            "valid objects",
            &("{\"next\":".repeat(depth) + "1" + &"}".repeat(depth)),
        );
        bounded(
            "broken objects",
            &("{a: [".repeat(depth) + &"}".repeat(depth)),
        );
        bounded("tags", &("<next>".repeat(depth) + &"</next>".repeat(depth)));
    }
}

#[test]
fn ten_megabytes_of_prose() {
    let text = "It was a bright cold day, and the clocks were striking thirteen. ".repeat(
        if cfg!(debug_assertions) {
            16_000
        } else {
            160_000
        },
    );
    assert!(text.len() > 1_000_000);
    let fields = outline();
    for form in [Form::Chat, Form::Json, Form::Xml] {
        let reading = reply::fields_of(
            &fields,
            How {
                form,
                strictness: Strictness::Lenient,
            },
            &text,
            Keep::default(),
        );
        assert!(
            reading.steps <= 20 * text.len() && !reading.faults.is_empty(),
            "{} steps",
            reading.steps
        );
    }
}

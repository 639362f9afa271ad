//! Text, numbers, words, nothing.
use super::tests::{made, named, of, reads, refuses, word};
use crate::{
    constant::Ref,
    schema::{Body, Format, Literal, Schema},
};
use serde_json::{Value, json};

#[test]
fn text_is_kept_and_other_values_are_shown() {
    reads(
        &of::<String>(),
        &[
            (json!("  as it is "), json!("  as it is ")),
            (json!(""), json!("")),
            (json!(7), json!("7")),
            (json!(true), json!("true")),
            (json!(["a"]), json!("[\"a\"]")),
        ],
    );
    refuses(&of::<String>(), &[Value::Null], "out: text");
}

#[test]
fn characters_may_be_blanks_and_digits() {
    reads(
        &of::<char>(),
        &[
            (json!(" "), json!(" ")),
            (json!(" x\n"), json!("x")),
            (json!(7), json!("7")),
            (json!("日"), json!("日")),
        ],
    );
    refuses(
        &of::<char>(),
        &[json!(null), json!([])],
        "out: one character",
    );
}

#[test]
fn truth_has_many_words() {
    for yes in [
        json!(true),
        json!("True"),
        json!(" YES."),
        json!(1),
        json!("1"),
        json!("on"),
        json!("y"),
    ] {
        reads(&of::<bool>(), &[(yes, json!(true))]);
    }
    for no in [
        json!(false),
        json!("False"),
        json!("no"),
        json!(0),
        json!(0.0),
        json!("off"),
        json!("F"),
    ] {
        reads(&of::<bool>(), &[(no, json!(false))]);
    }
    refuses(
        &of::<bool>(),
        &[json!("maybe"), json!(2), json!(null), json!([]), json!("")],
        "out: true or false",
    );
}

#[test]
fn whole_numbers() {
    reads(
        &of::<i64>(),
        &[
            (json!(5), json!(5)),
            (json!(5.0), json!(5)),
            (json!("5"), json!(5)),
            (json!(" -1,234,567 "), json!(-1_234_567)),
            (json!("1_000"), json!(1000)),
            (json!("+3"), json!(3)),
            (json!("0x1f"), json!(31)),
            (json!("2.0"), json!(2)),
            (json!(i64::MIN), json!(i64::MIN)),
        ],
    );
    reads(
        &of::<u64>(),
        &[
            (json!(u64::MAX), json!(u64::MAX)),
            (json!(u64::MAX.to_string()), json!(u64::MAX)),
        ],
    );
    refuses(
        &of::<i64>(),
        &[
            json!(5.5),
            json!("1,5"),
            json!(""),
            json!(null),
            json!(true),
            json!(1e300),
            json!("12,34"),
        ],
        "out: an integer",
    );
}

#[test]
fn digits_beyond_64_bits_are_kept() {
    let (most, least) = (u128::MAX.to_string(), i128::MIN.to_string());
    reads(
        &of::<u128>(),
        &[
            (json!(most), json!(most)),
            (json!(format!(" +{most}")), json!(most)),
            (json!(3), json!(3)),
        ],
    );
    reads(&of::<i128>(), &[(json!(least), json!(least))]);
    refuses(
        &of::<u128>(),
        &[json!(1e30), json!("-"), json!("1e30")],
        "out: an integer",
    );
}

#[test]
fn numbers() {
    reads(
        &of::<f64>(),
        &[
            (json!(0.5), json!(0.5)),
            (json!("0.5"), json!(0.5)),
            (json!(".5"), json!(0.5)),
            (json!("-1,000.25"), json!(-1000.25)),
            (json!("1e3"), json!(1000.0)),
            (json!(3), json!(3)),
        ],
    );
    refuses(
        &of::<f64>(),
        &[
            json!("half"),
            json!("nan"),
            json!("inf"),
            json!(null),
            json!("1,5"),
            json!({}),
        ],
        "out: a number",
    );
}

#[test]
fn forms() {
    let decimal = made(Schema::Formatted(Format::Decimal));
    reads(
        &decimal,
        &[
            (json!(" +1,234.50 "), json!("1234.50")),
            (json!("0.1000"), json!("0.1000")),
            (json!(2.5), json!(2.5)),
        ],
    );
    refuses(
        &decimal,
        &[json!("much"), json!(null), json!([1])],
        "out: a decimal number like 12.50",
    );
    let date = made(Schema::Formatted(Format::Date));
    reads(
        &date,
        &[
            (json!(" 2026-03-01\n"), json!("2026-03-01")),
            (json!(20_260_301), json!("2026-03-01")),
        ],
    );
    refuses(
        &date,
        &[json!(null), json!(["2026"])],
        "out: a date like 2026-03-01",
    );
}

#[test]
fn nothing_has_many_words_where_text_is_not_meant() {
    for nothing in [
        json!(null),
        json!("null"),
        json!("None"),
        json!(" none "),
        json!("N/A"),
        json!(""),
    ] {
        reads(&of::<Option<i64>>(), &[(nothing, Value::Null)]);
    }
    reads(
        &of::<Option<String>>(),
        &[(json!("None"), json!("None")), (json!(null), Value::Null)],
    );
    refuses(&of::<Option<i64>>(), &[json!("few")], "out: an integer");
}

#[test]
fn words_are_found_however_they_are_spelled() {
    let words = named(Body::Words(Ref::shared(std::sync::Arc::from(vec![
        word("in_progress"),
        word("Done"),
        word("DONE!"),
    ]))));
    for spelled in [
        "in_progress",
        "In Progress",
        "IN-PROGRESS",
        "`in_progress`",
        "**inProgress**",
        " 'in progress'. ",
    ] {
        reads(&words, &[(json!(spelled), json!("in_progress"))]);
    }
    reads(
        &words,
        &[
            (json!("Done"), json!("Done")),
            (json!("DONE!"), json!("DONE!")),
        ],
    );
    // two words that differ in case and signs alone must be spelled
    refuses(
        &words,
        &[json!("done"), json!("begun"), json!(null), json!(1)],
        "out: one of `in_progress`, `Done`, `DONE!`",
    );

    let literals = made(Schema::Literal(Ref::new(
        const {
            &[
                Literal::Text(Ref::new("yes")),
                Literal::Integer(1),
                Literal::Boolean(true),
                Literal::Null,
            ]
        },
    )));
    reads(
        &literals,
        &[
            (json!("YES"), json!("yes")),
            (json!("1"), json!(1)),
            (json!(1), json!(1)),
            (json!("True"), json!(true)),
            (json!(null), json!(null)),
        ],
    );
    refuses(
        &literals,
        &[json!("no"), json!(2), json!([])],
        "out: one of `yes`, `1`, `true`, `null`",
    );
}

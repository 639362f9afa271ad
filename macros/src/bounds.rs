//! Bounds, defaults and examples: whether they fit their type and each other. The same rules hold for
//! the fields of signatures and of nested types.
use crate::{
    attributes::{Bound, FieldAttributes, Value},
    diag::{Errors, shown},
    seen::Seen,
};
use syn::Type;

/// Judges what the attributes of field `name` say about its values.
pub(crate) fn check(
    name: &str,
    ty: &Type,
    seen: &Seen,
    attributes: &FieldAttributes,
    errors: &mut Errors,
) {
    let bounds = &attributes.bounds;
    for (index, bound) in bounds.iter().enumerate() {
        check_kind(name, ty, seen, bound, errors);
        let earlier = &bounds[..index];
        if earlier.iter().any(|earlier| earlier.kind == bound.kind) {
            let message = format!("field `{name}` has `{}` twice; remove one", bound.kind);
            errors.at(bound.span, message);
        }
    }
    check_contradiction(name, seen, bounds, errors);
    check_samples(name, ty, seen, attributes, errors);
    for form in &attributes.forms {
        let fix = match form.to_string().as_str() {
            "default" => "write `#[field(default = …)]`, which the schema can show",
            _ => "remove it, or give the field a type of its own with that form",
        };
        let message = format!("serde's `{form}` is not followed in field `{name}`; {fix}");
        errors.at(form.span(), message);
    }
}

/// A bound of numbers on a number, of lengths on what has a length.
fn check_kind(name: &str, ty: &Type, seen: &Seen, bound: &Bound, errors: &mut Errors) {
    let inner = seen.inner();
    if !inner.is_known() {
        return;
    }
    let kind = bound.kind;
    let (bounds, fits, fix) = match kind {
        "ge" | "gt" | "le" | "lt" | "multiple_of" => (
            "a number",
            inner.is_number(),
            if inner.has_length() {
                "bound its length: write `min_len` and `max_len`"
            } else {
                "remove it"
            },
        ),
        "min_len" | "max_len" => (
            "a length",
            inner.has_length(),
            if inner.is_number() {
                "bound its value: write `ge` and `le`"
            } else {
                "remove it"
            },
        ),
        _ => ("text", matches!(inner, Seen::Text), "remove it"),
    };
    if !fits {
        let ty = shown(ty);
        let message =
            format!("`{kind}` bounds {bounds}, and field `{name}` has type `{ty}`; {fix}");
        errors.at(bound.span, message);
        return;
    }
    if kind == "multiple_of" && bound.text.parse::<f64>().is_ok_and(|step| step <= 0.0) {
        errors.at(
            bound.span,
            format!(
                "`multiple_of = {}` of field `{name}` must be greater than 0; write `multiple_of = 1`",
                bound.text
            ),
        );
    } else if let Seen::Integer(low, high) = inner {
        check_range(name, ty, bound, (*low, *high), errors);
    }
}

/// A bound that lies outside of what the type can hold, or between two of its values.
fn check_range(
    name: &str,
    ty: &Type,
    bound: &Bound,
    (low, high): (i128, i128),
    errors: &mut Errors,
) {
    let Bound { kind, text, span } = bound;
    if *kind == "multiple_of" {
        return;
    }
    let ty = shown(ty);
    match text.parse::<i128>() {
        Ok(limit) if (low..=high).contains(&limit) => {}
        Ok(_) => errors.at(
            *span,
            format!(
                "`{kind} = {text}` of field `{name}` lies outside of `{ty}`, {low} to {high}; change the bound, or use a wider type"
            ),
        ),
        Err(_) => errors.at(
            *span,
            format!(
                "`{kind} = {text}` bounds the whole numbers of field `{name}`; write a whole number"
            ),
        ),
    }
}

/// A lower and an upper bound with nothing between them.
fn check_contradiction(name: &str, seen: &Seen, bounds: &[Bound], errors: &mut Errors) {
    let find = |kinds: [&str; 2]| {
        let bound = bounds.iter().find(|bound| kinds.contains(&bound.kind))?;
        Some((bound, bound.text.parse::<f64>().ok()?))
    };
    let whole = matches!(seen.inner(), Seen::Integer(..));
    for (low, high) in [
        (["ge", "gt"], ["le", "lt"]),
        (["min_len", "min_len"], ["max_len", "max_len"]),
    ] {
        let (Some((low, least)), Some((high, most))) = (find(low), find(high)) else {
            continue;
        };
        let open = usize::from(low.kind == "gt") + usize::from(high.kind == "lt");
        let empty = match open {
            0 => least > most,
            1 => least >= most,
            // between 1 and 2 there is no whole number
            _ => least >= most || whole && least + 1.0 >= most,
        };
        if empty {
            errors.at(
                high.span,
                format!(
                    "`{} = {}` and `{} = {}` of field `{name}` leave no value; change one of them",
                    low.kind, low.text, high.kind, high.text
                ),
            );
        }
    }
}

/// Default and examples are of the type, and keep the bounds.
fn check_samples(
    name: &str,
    ty: &Type,
    seen: &Seen,
    attributes: &FieldAttributes,
    errors: &mut Errors,
) {
    let default = attributes.default.iter().map(|value| ("default", value));
    let examples = attributes.examples.iter().map(|value| ("example", value));
    for (what, sample) in default.chain(examples) {
        let json = sample.value.json();
        if !sample.value.fits(seen) {
            let (ty, like) = (shown(ty), like(seen));
            errors.at(
                sample.span,
                format!("{what} `{json}` of field `{name}` is no `{ty}`; write {like}"),
            );
            continue;
        }
        let broken = attributes
            .bounds
            .iter()
            .find(|bound| breaks(&sample.value, bound));
        if let Some(bound) = broken {
            errors.at(
                sample.span,
                format!(
                    "{what} `{json}` of field `{name}` breaks `{} = {}`; change one of them",
                    bound.kind, bound.text
                ),
            );
        }
    }
}

/// What a literal of a type looks like.
fn like(seen: &Seen) -> String {
    match seen {
        Seen::Text => "text in quotes".into(),
        Seen::Words(words) => format!("one of `{}`", words.join("`, `")),
        Seen::Character => "one character, as in `'a'`".into(),
        Seen::Boolean => "`true` or `false`".into(),
        Seen::Integer(low, high) => format!("a whole number from {low} to {high}"),
        Seen::Float => "a number".into(),
        Seen::List(_) | Seen::Set(_) => "a list, as in `[1, 2]`, of items of that type".into(),
        Seen::Tuple(_) => "a tuple, as in `(1, 2)`, of items of those types".into(),
        Seen::Option(inner) => format!("`None`, or {}", like(inner)),
        Seen::Map(..) | Seen::Other(_) => "another: this type has no literal, so remove it".into(),
    }
}

/// Whether a value breaks a bound.
fn breaks(value: &Value, bound: &Bound) -> bool {
    match value {
        Value::Number(digits) => match (digits.parse::<f64>(), bound.text.parse::<f64>()) {
            (Ok(value), Ok(limit)) => match bound.kind {
                "ge" => value < limit,
                "gt" => value <= limit,
                "le" => value > limit,
                "lt" => value >= limit,
                "multiple_of" => {
                    let quotient = value / limit;
                    (quotient - quotient.round()).abs() > 1e-9
                }
                _ => false,
            },
            _ => false,
        },
        Value::Text(text) => match bound.kind {
            "pattern" => {
                regex_lite::Regex::new(&bound.text).is_ok_and(|regex| !regex.is_match(text))
            }
            _ => breaks_length(text.chars().count(), bound),
        },
        Value::List(items) => breaks_length(items.len(), bound),
        Value::Null | Value::Boolean(_) => false,
    }
}

fn breaks_length(length: usize, bound: &Bound) -> bool {
    match (bound.kind, bound.text.parse::<usize>()) {
        ("min_len", Ok(least)) => length < least,
        ("max_len", Ok(most)) => length > most,
        _ => false,
    }
}

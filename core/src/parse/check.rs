//! Bounds, held against values: of inputs before a request, of outputs after a reply.
use crate::{
    error::{Fault, Reason},
    field::shorten,
    schema::{Constraint, Limit, meaning},
};
use regex_lite::Regex;
use serde_json::Value;
use std::cell::RefCell;

/// Notes each bound that a value breaks.
pub(crate) fn check(
    value: &Value,
    constraints: &[Constraint],
    path: &dyn Fn() -> String,
    faults: &mut Vec<Fault>,
) {
    let before = faults.len();
    for constraint in constraints {
        if !holds(value, constraint) {
            let fault = Fault::constraint(path(), constraint.to_string(), shorten(value));
            faults.push(fault.because(reason(constraint)));
        }
    }
    // checks see values whose bounds hold
    if faults.len() == before
        && let Some(meaning) = meaning(constraints)
        && let Err(fault) = meaning.check(value)
    {
        let at = path();
        faults.push(if at.is_empty() {
            fault
        } else {
            fault.within(&at)
        });
    }
}

const fn reason(constraint: &Constraint) -> Reason {
    match constraint {
        Constraint::Ge(_) | Constraint::Gt(_) => Reason::Below,
        Constraint::Le(_) | Constraint::Lt(_) => Reason::Above,
        Constraint::MultipleOf(_) => Reason::Step,
        Constraint::MinLen(_) => Reason::TooSmall,
        Constraint::MaxLen(_) => Reason::TooLarge,
        Constraint::Pattern(_) => Reason::Pattern,
        Constraint::Meaning(_) => Reason::Check,
    }
}

fn holds(value: &Value, constraint: &Constraint) -> bool {
    let compare = |limit: &Limit, holds: fn(std::cmp::Ordering) -> bool| {
        order(value, limit).is_some_and(holds)
    };
    match constraint {
        Constraint::Ge(limit) => compare(limit, std::cmp::Ordering::is_ge),
        Constraint::Gt(limit) => compare(limit, std::cmp::Ordering::is_gt),
        Constraint::Le(limit) => compare(limit, std::cmp::Ordering::is_le),
        Constraint::Lt(limit) => compare(limit, std::cmp::Ordering::is_lt),
        Constraint::MultipleOf(limit) => multiple(value, limit),
        Constraint::MinLen(len) => length(value).is_none_or(|found| found >= *len),
        Constraint::MaxLen(len) => length(value).is_none_or(|found| found <= *len),
        Constraint::Pattern(pattern) => value
            .as_str()
            .is_none_or(|text| matches(pattern.get(), text)),
        // looked at when all bounds hold
        Constraint::Meaning(_) => true,
    }
}

/// Whole numbers are compared as such, so that limits beyond 2^53 hold exactly.
fn order(value: &Value, limit: &Limit) -> Option<std::cmp::Ordering> {
    let whole = value
        .as_i64()
        .map(i128::from)
        .or_else(|| value.as_u64().map(i128::from));
    if let (Some(value), Ok(limit)) = (whole, limit.text.get().parse::<i128>()) {
        return Some(value.cmp(&limit));
    }
    let number = match value {
        // decimals come as text, so that no digit is lost
        Value::String(text) => text.trim().parse().ok()?,
        other => other.as_f64()?,
    };
    number.partial_cmp(&limit.value)
}

#[allow(clippy::float_cmp, reason = "zero is exact")]
fn multiple(value: &Value, limit: &Limit) -> bool {
    if let (Some(value), Ok(limit)) = (value.as_i64(), limit.text.get().parse::<i64>()) {
        return limit != 0 && value % limit == 0;
    }
    let Some(number) = value.as_f64() else {
        return false;
    };
    let quotient = number / limit.value;
    // 0.3 is a multiple of 0.1, though not in binary
    quotient.is_finite() && (quotient - quotient.round()).abs() <= 1e-9 * quotient.abs().max(1.0)
}

fn length(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => Some(text.chars().count()),
        Value::Array(items) => Some(items.len()),
        Value::Object(members) => Some(members.len()),
        _ => None,
    }
}

/// Whether a pattern matches. Compiled patterns are kept per thread, the last few of them: a constraint
/// lives in a constant, which can hold no lazy cell.
fn matches(pattern: &str, text: &str) -> bool {
    const KEPT: usize = 32;
    thread_local! {
        static COMPILED: RefCell<Vec<(String, Regex)>> = const { RefCell::new(Vec::new()) };
    }
    COMPILED.with_borrow_mut(|compiled| {
        if let Some((_, regex)) = compiled.iter().find(|(known, _)| known == pattern) {
            return regex.is_match(text);
        }
        // patterns of static signatures were compiled by the macro, those of dynamic ones when made
        let Ok(regex) = Regex::new(pattern) else {
            return false;
        };
        let found = regex.is_match(text);
        if compiled.len() == KEPT {
            compiled.remove(0);
        }
        compiled.push((pattern.to_owned(), regex));
        found
    })
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::{
        constant::Ref,
        schema::{Constraint, Limit},
    };
    use serde_json::json;

    fn limit(text: &'static str) -> Limit {
        Limit::new(text.parse().expect("a number"), Ref::new(text))
    }

    #[test]
    fn whole_numbers_are_compared_exactly() {
        let most = Constraint::Le(limit("9223372036854775806"));
        assert!(!holds(&json!(9_223_372_036_854_775_807_i64), &most));
        assert!(holds(&json!(9_223_372_036_854_775_806_i64), &most));
    }

    #[test]
    fn each_bound() {
        assert!(holds(&json!(0.3), &Constraint::MultipleOf(limit("0.1"))));
        assert!(!holds(&json!(7), &Constraint::MultipleOf(limit("2"))));
        assert!(!holds(&json!(1), &Constraint::Gt(limit("1"))));
        assert!(holds(&json!("日本"), &Constraint::MaxLen(2)));
        assert!(!holds(&json!([]), &Constraint::MinLen(1)));
        assert!(holds(
            &json!("AB-12"),
            &Constraint::Pattern(Ref::new("^[A-Z]+-\\d+$"))
        ));
        assert!(!holds(
            &json!("ab"),
            &Constraint::Pattern(Ref::new("^[A-Z]+$"))
        ));
    }
}

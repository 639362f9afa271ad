//! Readings of text that is not clean in which we part from `json_repair` on purpose: each rule looks at the
//! text, at what DSPy made of it and at what we made of it, wherever they part. COMPATIBILITY.md has the
//! same list.
use super::{equal, list, text as string, values};
use serde_json::Value;

/// Why what DSPy reads in a text is not what we read, if one of the rules says so.
pub(crate) fn decided(text: &str, ours: &Value, recorded: &Value) -> Option<&'static str> {
    if let Some(reason) = tuple(text, ours, recorded) {
        return Some(reason);
    }
    parts(text, ours, &values::plain(recorded))
}

/// Walks to where two values part.
fn parts(text: &str, ours: &Value, recorded: &Value) -> Option<&'static str> {
    if equal::plain(ours, recorded, "").is_ok() {
        return Some("");
    }
    if inner_quote(text) && letters(ours).zip(letters(recorded)).all(|(a, b)| a == b) {
        return Some("a quote inside a text: json_repair loses it, or what is behind it");
    }
    let within = match (ours, recorded) {
        (Value::Array(one), Value::Array(two)) if one.len() == two.len() => one
            .iter()
            .zip(two)
            .map(|(one, two)| parts(text, one, two))
            .collect::<Option<Vec<_>>>(),
        (Value::Object(one), Value::Object(two)) => members(text, one, two),
        _ => None,
    };
    if let Some(reasons) = within {
        return reasons.into_iter().find(|reason| !reason.is_empty());
    }
    scalar(text, ours, recorded)
        .or_else(|| cut_name(text, ours, recorded))
        .or_else(|| several(ours, recorded))
}

type Members = serde_json::Map<String, Value>;

/// Each member of one object by its name in the other; names may differ in their quotes.
fn members(text: &str, ours: &Members, recorded: &Members) -> Option<Vec<&'static str>> {
    let plain = |name: &str| name.trim_matches(QUOTES).to_owned();
    let mut reasons = Vec::new();
    for (name, value) in recorded {
        let found = ours.iter().find(|(own, _)| plain(own) == plain(name));
        match found {
            Some((own, found)) => {
                reasons.push(parts(text, found, value)?);
                if own != name {
                    reasons
                        .push("quotes that json_repair takes for a part of the name or the text");
                }
            }
            None => {
                // `{a b: 1}` has one name of two words
                let (own, found) = ours.iter().find(|(own, _)| {
                    own.contains(' ') && own.ends_with(name.as_str()) && text.contains(own.as_str())
                })?;
                let _ = own;
                reasons.push(parts(text, found, value)?);
                reasons.push("a name of several words without quotes: json_repair keeps the last");
            }
        }
    }
    for (name, value) in ours {
        let known = recorded
            .keys()
            .any(|other| plain(other) == plain(name) || name.ends_with(other.as_str()));
        if !known {
            let cut = value.is_null() && name_is_cut(text, name);
            cut.then_some(())?;
            reasons.push(CUT_NAME);
        }
    }
    Some(reasons)
}

const QUOTES: [char; 9] = ['"', '\'', '`', '“', '”', '„', '‘', '’', '‚'];
const CUT_NAME: &str = "a text that ends behind a name: here it is a member without a value";

fn scalar(text: &str, ours: &Value, recorded: &Value) -> Option<&'static str> {
    let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let said = match recorded {
        Value::String(said) => said.clone(),
        Value::Number(_) | Value::Bool(_) => recorded.to_string(),
        _ => String::new(),
    };
    // a member without a value
    let without = [":}", ":,", ":]", "\"1", "\" 1"]
        .iter()
        .any(|end| squeezed.contains(end))
        || squeezed.ends_with(':');
    if ours.is_null() && recorded == "" && without {
        return Some("a member without a value is nothing, not the empty text");
    }
    // `{"a" 1}`
    if recorded == "" && !ours.is_null() && bare(text, ours, "\"") {
        return Some("a missing colon: the value behind it is read");
    }
    if ours.is_null() && ["undefined", "nil", "none", "Null"].contains(&&*said) {
        return Some("a word that says `null` in another language");
    }
    if recorded.as_array().is_some_and(Vec::is_empty) && nothing(ours) {
        return Some("brackets without anything: json_repair makes a list of them");
    }
    let Value::String(own) = ours else {
        // `1,, "b"`
        let written = ours.to_string();
        let with_commas = said.trim_end_matches(',') == written && said.ends_with(',');
        return with_commas.then_some("commas too many: json_repair makes them a part of the text");
    };
    if text.trim_end().ends_with('\\') && said.ends_with('\\') && said.starts_with(own.as_str()) {
        return Some("a text that ends within an escape");
    }
    let same = own.contains(&said) || own.replace('_', "").contains(&said);
    if same && own.len() > said.len() && bare(text, ours, "") {
        return Some("what stands there without quotes is kept whole: json_repair drops a part");
    }
    if said
        .strip_prefix(own.as_str())
        .is_some_and(|rest| rest.starts_with(['}', ']', ',']))
    {
        return Some("a bracket or comma that json_repair makes a part of the text");
    }
    // `"b" + "c"`
    if said.contains("\" + \"") && joined(&said) == *own {
        return Some("the parts of a text joined by `+`");
    }
    // `it's'`
    let bare_letters = |text: &str| text.replace(QUOTES, "");
    if bare_letters(own) == bare_letters(&said) && own != &said {
        return Some("quotes that json_repair takes for a part of the name or the text");
    }
    None
}

fn joined(text: &str) -> String {
    text.split("\" + \"").collect()
}

/// A value stands in the text without quotes, behind a sign or a certain `before`.
fn bare(text: &str, value: &Value, before: &str) -> bool {
    let said = match value {
        Value::String(said) => said.clone(),
        other => other.to_string(),
    };
    if said.is_empty() {
        return false;
    }
    text.match_indices(&said).any(|(at, _)| {
        let ahead = text[..at].trim_end();
        let behind = text[at + said.len()..].trim_start();
        let opens = if before.is_empty() {
            ahead.ends_with([':', '[', ',', '{', '=', '"', '('])
        } else {
            ahead.ends_with(before)
        };
        opens && (behind.is_empty() || behind.starts_with([',', '}', ']', ')']))
    })
}

/// `()`, `[[[`, `{`: nothing in any number of brackets.
fn nothing(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(nothing),
        Value::Object(members) => members.values().all(nothing),
        Value::String(text) => text.chars().all(|c| "()[]{} ".contains(c)),
        _ => false,
    }
}

fn name_is_cut(text: &str, name: &str) -> bool {
    text.trim_end().trim_end_matches(QUOTES).ends_with(name)
}

/// `{"a"`: `json_repair` makes a list of the name, or leaves it out.
fn cut_name(text: &str, ours: &Value, recorded: &Value) -> Option<&'static str> {
    let members = ours.as_object()?;
    let (name, value) = members.iter().next()?;
    let same = members.len() == 1
        && value.is_null()
        && name_is_cut(text, name)
        && list(recorded).len() == 1
        && string(&recorded[0]) == name;
    same.then_some(CUT_NAME)
}

/// Several values: `json_repair` keeps the last.
fn several(ours: &Value, recorded: &Value) -> Option<&'static str> {
    let all = ours.as_array()?;
    (all.len() > 1
        && all.last() == Some(recorded)
        && all.iter().all(|one| one.is_array() || one.is_object()))
    .then_some("several values where any will do: all of them")
}

/// `1,234`: a tuple for Python.
fn tuple(text: &str, ours: &Value, recorded: &Value) -> Option<&'static str> {
    (recorded["$type"] == "tuple" && ours.is_string() && !text.contains('('))
        .then_some("words with commas between them are text and no tuple")
}

/// Letters and digits of a value in order, names included, as far as both go.
fn letters(value: &Value) -> Letters {
    fn collect(value: &Value, out: &mut String) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, out)),
            Value::Object(members) => members.iter().for_each(|(name, value)| {
                out.push_str(name);
                collect(value, out);
            }),
            Value::String(text) => out.push_str(text),
            Value::Null => {}
            other => out.push_str(&other.to_string()),
        }
    }
    let mut out = String::new();
    collect(value, &mut out);
    let letters: Vec<char> = out.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.into_iter()
}

type Letters = std::vec::IntoIter<char>;

/// A quote that neither opens nor closes a text by what stands beside it, or one that has no partner.
fn inner_quote(text: &str) -> bool {
    ['"', '\''].into_iter().any(|quote| {
        let places: Vec<usize> = text
            .match_indices(quote)
            .map(|(at, _)| at)
            .filter(|at| !text[..*at].ends_with('\\'))
            .collect();
        let delimits = |at: &usize| {
            let ahead = text[..*at].trim_end();
            let behind = text[*at + 1..].trim_start();
            ahead.is_empty()
                || ahead.ends_with(['{', '[', '(', ',', ':'])
                || behind.is_empty()
                || behind.starts_with([',', '}', ']', ')', ':'])
        };
        // apostrophes in double quotes are no quotes
        let used = quote == '"' || !text.contains('"');
        used && (places.len() % 2 == 1 || places.iter().any(|at| !delimits(at)))
    })
}

#[cfg(test)]
mod tests {
    use super::decided;
    use serde_json::{Value, json};

    fn is(text: &str, ours: Value, recorded: Value) -> bool {
        decided(text, &ours, &recorded).is_some_and(|reason| !reason.is_empty())
    }

    #[test]
    fn rules_hold_for_what_they_say_and_for_nothing_else() {
        assert!(is(
            "{'a': 'it's'}",
            json!({"a": "it's"}),
            json!({"a": "it's'"})
        ));
        assert!(is("{\"a\": }", json!({"a": null}), json!({"a": ""})));
        assert!(is("{a b: 1}", json!({"a b": 1}), json!({"b": 1})));
        assert!(is("{\"a\": 5 km}", json!({"a": "5 km"}), json!({"a": 5})));
        assert!(is(
            "{\"a\": 1, \"b\"",
            json!({"a": 1, "b": null}),
            json!({"a": 1})
        ));
        assert!(is("[1] [2]", json!([[1], [2]]), json!([2])));
        // other differences are none of ours
        assert!(!is("{\"a\": 5}", json!({"a": "5"}), json!({"a": 5})));
        assert!(!is(
            "{\"a\": \"5 km\"}",
            json!({"a": "5 km"}),
            json!({"a": 5})
        ));
        assert!(!is("{\"a\": \"x\"}", json!({"a": null}), json!({"a": ""})));
        assert!(!is(
            "{\"a\": 1, \"b\": 2}",
            json!({"a": 1}),
            json!({"a": 1, "b": 2})
        ));
        assert!(!is("[1, 2]", json!([1]), json!([1, 2])));
        assert!(!is(
            "{'a': 'it is'}",
            json!({"a": "is"}),
            json!({"a": "it is"})
        ));
    }
}

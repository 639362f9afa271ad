//! How sure a model was, in the forms in which servers say it.
use serde_json::{Map, Value};
use sigflow_core::{Logprob, TokenLogprob};

/// The tokens of a choice's `logprobs`: `OpenAI`'s list, or Together's lists beside each other.
pub(super) fn read(logprobs: Option<Value>) -> Vec<TokenLogprob> {
    let Some(Value::Object(mut map)) = logprobs else {
        return Vec::new();
    };
    match map.remove("content") {
        tokens @ Some(Value::Array(_)) => list(tokens),
        _ => beside(&map),
    }
}

/// The tokens of `OpenAI`'s list.
pub(crate) fn list(tokens: Option<Value>) -> Vec<TokenLogprob> {
    match tokens {
        Some(Value::Array(tokens)) => tokens.into_iter().filter_map(token).collect(),
        _ => Vec::new(),
    }
}

fn token(value: Value) -> Option<TokenLogprob> {
    let Value::Object(mut map) = value else {
        return None;
    };
    let top = match map.remove("top_logprobs") {
        Some(Value::Array(top)) => top
            .into_iter()
            .filter_map(|one| chosen(&mut one.as_object()?.clone()))
            .collect(),
        Some(Value::Object(top)) => of_map(&top),
        _ => Vec::new(),
    };
    Some(TokenLogprob::new(chosen(&mut map)?, top))
}

fn chosen(map: &mut Map<String, Value>) -> Option<Logprob> {
    let logprob = map.get("logprob")?.as_f64()?;
    match map.remove("token")? {
        Value::String(token) => Some(Logprob::new(token, logprob)),
        _ => None,
    }
}

/// `{"tokens": ["a"], "token_logprobs": [-0.1], "top_logprobs": [{"a": -0.1}]}`.
fn beside(map: &Map<String, Value>) -> Vec<TokenLogprob> {
    let list = |name: &str| map.get(name).and_then(Value::as_array);
    let (Some(tokens), Some(numbers)) = (list("tokens"), list("token_logprobs")) else {
        return Vec::new();
    };
    let top = list("top_logprobs");
    let each = tokens.iter().zip(numbers).enumerate();
    each.filter_map(|(index, (token, number))| {
        let likely = top.and_then(|top| top.get(index)?.as_object());
        let chosen = Logprob::new(token.as_str()?, number.as_f64()?);
        Some(TokenLogprob::new(
            chosen,
            likely.map_or_else(Vec::new, of_map),
        ))
    })
    .collect()
}

/// `{"a": -0.1, "b": -2.3}`, the likeliest first.
fn of_map(map: &Map<String, Value>) -> Vec<Logprob> {
    let each = map.iter();
    let mut top: Vec<Logprob> = each
        .filter_map(|(token, number)| Some(Logprob::new(token, number.as_f64()?)))
        .collect();
    top.sort_by(|a, b| b.logprob.total_cmp(&a.logprob));
    top
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_forms_of_servers() {
        let top = vec![Logprob::new("a", -0.1), Logprob::new("b", -2.5)];
        let expected = vec![TokenLogprob::new(Logprob::new("a", -0.1), top)];
        let openai = json!({"refusal": null, "content": [{"token": "a", "logprob": -0.1, "bytes": [97],
            "top_logprobs": [{"token": "a", "logprob": -0.1, "bytes": null}, {"token": "b", "logprob": -2.5}]}]});
        let together = json!({"tokens": ["a"], "token_logprobs": [-0.1],
            "top_logprobs": [{"b": -2.5, "a": -0.1}]});
        assert_eq!(read(Some(openai)), expected);
        assert_eq!(read(Some(together)), expected);
    }

    #[test]
    fn nothing_usable_is_nothing() {
        for value in [
            json!(null),
            json!([]),
            json!({"content": null}),
            json!({"content": [1, {"token": 3, "logprob": -1}, {"token": "a"}]}),
            json!({"tokens": ["a"], "token_logprobs": [null]}),
        ] {
            assert_eq!(read(Some(value.clone())), [], "{value}");
        }
        assert_eq!(read(None), []);
    }
}

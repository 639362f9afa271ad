//! Arguments held against the JSON schemas of a tool.
use crate::{
    Record,
    error::{Fault, Reason},
    field::shorten,
    types::Tool,
};
use serde_json::Value;
use sigflow_grammar::closest;

/// Deeper values are not looked at.
const DEEPEST: usize = 32;

/// What of some arguments does not fit a tool.
pub(super) fn faults(arguments: &Record, tool: &Tool) -> Vec<Fault> {
    let mut judge = Judge {
        path: "arguments".to_owned(),
        depth: 0,
        faults: Vec::new(),
    };
    for (name, schema) in tool.args.iter() {
        judge.within(name, |judge| match arguments.get(name) {
            Some(value) => judge.value(value, schema),
            None if schema.get("default").is_some() => {}
            None => judge.mismatch(wanted(schema), ""),
        });
    }
    let known: Vec<&str> = tool.args.iter().map(|(name, _)| name).collect();
    for (name, _) in arguments.iter() {
        if tool.args.get(name).is_none() {
            judge.unknown(name, &known);
        }
    }
    judge.faults
}

/// Whether a number keeps to a limit.
type Holds = fn(f64, f64) -> bool;

struct Judge {
    path: String,
    depth: usize,
    faults: Vec<Fault>,
}

impl Judge {
    fn within(&mut self, step: &str, run: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if !step.starts_with('[') {
            self.path.push('.');
        }
        self.path.push_str(step);
        self.depth += 1;
        run(self);
        self.depth -= 1;
        self.path.truncate(length);
    }
    fn mismatch(&mut self, expected: impl Into<String>, found: impl Into<String>) {
        self.faults
            .push(Fault::mismatch(self.path.clone(), expected, found));
    }
    fn breaks(&mut self, expected: String, value: &Value, reason: Reason) {
        let fault = Fault::constraint(self.path.clone(), expected, shorten(value));
        self.faults.push(fault.because(reason));
    }
    fn unknown(&mut self, name: &str, known: &[&str]) {
        let expected = match closest(name, known.iter().copied()) {
            Some(close) => format!("`{close}`"),
            None if known.is_empty() => "nothing".to_owned(),
            None => format!("one of `{}`", known.join("`, `")),
        };
        self.within(name, |judge| judge.mismatch(expected, "unknown"));
    }

    fn value(&mut self, value: &Value, schema: &Value) {
        if self.depth > DEEPEST {
            return;
        }
        for choice in ["anyOf", "oneOf"] {
            if let Some(options) = schema.get(choice).and_then(Value::as_array)
                && !options.iter().any(|option| self.fits(value, option))
            {
                return self.mismatch(wanted(schema), shorten(value));
            }
        }
        if !is_of_type(value, schema.get("type")) {
            return self.mismatch(wanted(schema), shorten(value));
        }
        let fixed = schema.get("const").map(std::slice::from_ref);
        let words = schema.get("enum").and_then(Value::as_array);
        if let Some(words) = fixed.or(words.map(Vec::as_slice))
            && !words.contains(value)
        {
            let words: Vec<String> = words.iter().map(shorten).collect();
            return self.mismatch(format!("one of {}", words.join(", ")), shorten(value));
        }
        self.bounds(value, schema);
        match value {
            Value::Array(items) => {
                if let Some(schema) = schema.get("items") {
                    for (index, item) in items.iter().enumerate() {
                        self.within(&format!("[{index}]"), |judge| judge.value(item, schema));
                    }
                }
            }
            Value::Object(members) => self.members(members, schema),
            _ => {}
        }
    }

    fn members(&mut self, members: &serde_json::Map<String, Value>, schema: &Value) {
        let none = serde_json::Map::new();
        let properties = schema
            .get("properties")
            .and_then(Value::as_object)
            .unwrap_or(&none);
        let required = schema.get("required").and_then(Value::as_array);
        for name in required
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .filter(|name| !members.contains_key(*name))
        {
            let expected = properties.get(name).map_or("a value".to_owned(), wanted);
            self.within(name, |judge| judge.mismatch(expected, ""));
        }
        for (name, value) in members {
            match (properties.get(name), schema.get("additionalProperties")) {
                (Some(schema), _) => self.within(name, |judge| judge.value(value, schema)),
                (None, Some(Value::Bool(false))) => {
                    let known: Vec<&str> = properties.keys().map(String::as_str).collect();
                    self.unknown(name, &known);
                }
                (None, Some(schema @ Value::Object(_))) => {
                    self.within(name, |judge| judge.value(value, schema));
                }
                (None, _) => {}
            }
        }
    }

    fn bounds(&mut self, value: &Value, schema: &Value) {
        let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
        if let Some(number) = value.as_f64() {
            let bounds: [(&str, &str, Holds, Reason); 4] = [
                ("minimum", "at least", |a, b| a >= b, Reason::Below),
                (
                    "exclusiveMinimum",
                    "greater than",
                    |a, b| a > b,
                    Reason::Below,
                ),
                ("maximum", "at most", |a, b| a <= b, Reason::Above),
                ("exclusiveMaximum", "less than", |a, b| a < b, Reason::Above),
            ];
            for (name, words, holds, reason) in bounds {
                if let Some(limit) = bound(name).filter(|limit| !holds(number, *limit)) {
                    self.breaks(format!("{words} {limit}"), value, reason);
                }
            }
        }
        let (length, least, most) = match value {
            Value::String(text) => (text.chars().count(), "minLength", "maxLength"),
            Value::Array(items) => (items.len(), "minItems", "maxItems"),
            Value::Object(members) => (members.len(), "minProperties", "maxProperties"),
            _ => return,
        };
        let limit = |name: &str| {
            let limit = schema.get(name)?.as_u64()?;
            usize::try_from(limit).ok()
        };
        if let Some(least) = limit(least).filter(|least| length < *least) {
            self.breaks(format!("at least {least} long"), value, Reason::TooSmall);
        }
        if let Some(most) = limit(most).filter(|most| length > *most) {
            self.breaks(format!("at most {most} long"), value, Reason::TooLarge);
        }
        if let (Some(text), Some(pattern)) = (
            value.as_str(),
            schema.get("pattern").and_then(Value::as_str),
        ) && regex_lite::Regex::new(pattern).is_ok_and(|regex| !regex.is_match(text))
        {
            self.breaks(format!("text matching `{pattern}`"), value, Reason::Pattern);
        }
    }

    /// Whether a value fits an option, without a word about it.
    fn fits(&self, value: &Value, option: &Value) -> bool {
        let mut judge = Judge {
            path: String::new(),
            depth: self.depth + 1,
            faults: Vec::new(),
        };
        judge.value(value, option);
        judge.faults.is_empty()
    }
}

fn is_of_type(value: &Value, ty: Option<&Value>) -> bool {
    let is = |word: &str| match word {
        "string" => value.is_string(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        // a word of another dialect
        _ => true,
    };
    match ty {
        Some(Value::String(word)) => is(word),
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}

/// What a schema wants, in words.
fn wanted(schema: &Value) -> String {
    let word = |word: &str| {
        match word {
            "string" => "a string",
            "integer" => "an integer",
            "number" => "a number",
            "boolean" => "true or false",
            "array" => "a list",
            "object" => "an object",
            "null" => "null",
            _ => "a value",
        }
        .to_owned()
    };
    let options = ["anyOf", "oneOf"].iter().find_map(|name| schema.get(*name));
    match (schema.get("type"), options) {
        (Some(Value::String(ty)), _) => word(ty),
        (Some(Value::Array(words)), _) => {
            let words: Vec<String> = words.iter().filter_map(Value::as_str).map(word).collect();
            words.join(" or ")
        }
        (_, Some(Value::Array(options))) => {
            let mut words: Vec<String> = options.iter().map(wanted).collect();
            words.dedup();
            words.join(" or ")
        }
        _ => "a value".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::faults;
    use crate::{Reason, Record, types::Tool};
    use serde_json::{Value, json};

    fn said(tool: &Tool, arguments: Value) -> Vec<String> {
        let Value::Object(arguments) = arguments else {
            panic!("arguments are an object");
        };
        let all = faults(&arguments.into(), tool);
        all.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_does_not_fit_is_listed_with_its_place() {
        let tool = Tool::new("book", "Books a table.")
            .arg("guests", json!({"type": "integer", "minimum": 1, "maximum": 8}))
            .arg("names", json!({"type": "array", "items": {"type": "string", "minLength": 2}, "maxItems": 2}))
            .arg("when", json!({"anyOf": [{"type": "string", "pattern": "^\\d\\d:\\d\\d$"}, {"type": "null"}]}))
            .arg("area", json!({"enum": ["inside", "garden"], "default": "inside"}))
            .arg("contact", json!({
                "type": "object",
                "properties": {"phone": {"type": "string"}},
                "required": ["phone"],
                "additionalProperties": false,
            }));
        let fine = json!({
            "guests": 2.0, "names": ["Ada", "Bo"], "when": null, "contact": {"phone": "1"},
        });
        assert_eq!(said(&tool, fine), [""; 0]);
        let wrong = json!({
            "guests": 9, "names": ["A", 1, "Cy"], "when": "noon", "area": "roof", "contact": {"phon": 1}, "x": 1,
        });
        assert_eq!(
            said(&tool, wrong),
            [
                "`arguments.guests` is `9`, must be at most 8",
                "`arguments.names` is `[\"A\",1,\"Cy\"]`, must be at most 2 long",
                "`arguments.names[0]` is `A`, must be at least 2 long",
                "`arguments.names[1]` is `1`, expected a string",
                "`arguments.when` is `noon`, expected a string or null",
                "`arguments.area` is `roof`, expected one of `inside`, `garden`",
                "`arguments.contact.phone` is missing, expected a string",
                "`arguments.contact.phon` is unknown, expected `phone`",
                "`arguments.x` is unknown, expected one of `guests`, `names`, `when`, `area`, `contact`",
            ]
        );
        let low = faults(&Record::from_iter([("guests", json!(0))]), &tool);
        assert_eq!(low[0].reason, Reason::Below);
    }

    #[test]
    fn schemas_of_unknown_words_stop_nobody() {
        let tool = Tool::new("f", "F.").arg("a", json!({"type": "decimal", "format": "x"}));
        assert_eq!(said(&tool, json!({"a": [1]})), [""; 0]);
        let deep = (0..200).fold(
            json!({"type": "string"}),
            |inner, _| json!({"type": "array", "items": inner}),
        );
        let value = (0..200).fold(json!(1), |inner, _| json!([inner]));
        let tool = Tool::new("f", "F.").arg("a", deep);
        assert_eq!(said(&tool, json!({"a": value})), [""; 0]);
    }
}

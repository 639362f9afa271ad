//! Walks the schema of a prompt and fills it with what the text gives, or with what is made up.
use super::prompt::Prompt;
use super::text::{NAMED, nearest, rows, spans};
use regex_lite::Regex;
use serde_json::{Map, Value, json};

/// Where in the outputs: `/invoice/total`, the description there, and the references that led there.
#[derive(Clone, Default)]
pub(super) struct Place<'a> {
    path: String,
    doc: &'a str,
    seen: Vec<&'a str>,
}

/// A value, and how sure it is: 0 if none fits, 1 if it is made up, from [`NAMED`] on found by name.
type Found = (Value, usize);

impl Prompt {
    /// Without a text, all is made up and as short as the schema allows.
    fn fill(&self, place: &Place<'_>, schema: &Value, text: &str) -> Found {
        if let Some(name) = schema["$ref"].as_str() {
            let (again, depth) = (place.seen.contains(&name), place.seen.len());
            if again && text.is_empty() {
                return Found::default();
            }
            let mut inside = place.clone();
            inside.seen.push(name);
            // inside itself, or deep down, a type reads nothing
            let text = if again || depth > 3 { "" } else { text };
            return self.fill(&inside, self.target(schema), text);
        }
        let kinds = elements(schema, "type").map(|kind| json!({ "type": kind }));
        let others = elements(schema, "anyOf").chain(elements(schema, "oneOf"));
        let mut variants: Vec<Value> = others.cloned().chain(kinds).collect();
        // what stands beside the variants holds in each of them
        let mut beside = schema.as_object().cloned().unwrap_or_default();
        beside.retain(|key, _| !["anyOf", "oneOf", "type"].contains(&key.as_str()));
        for variant in variants.iter_mut().filter_map(Value::as_object_mut) {
            let own = std::mem::replace(variant, beside.clone());
            variant.extend(own);
        }
        let null = variants.iter().any(|variant| variant["type"] == "null");
        match schema["type"].as_str() {
            _ if labels(schema).count() > 0 => self.label(place, schema, text),
            _ if null && text.is_empty() => (Value::Null, 1),
            _ if !variants.is_empty() => {
                // the surest, the first of equals
                let found = variants.iter().rev().map(|v| self.fill(place, v, text));
                found.max_by_key(|found| found.1).unwrap_or_default()
            }
            // what may be null is so unless it is found by its name
            Some("null") => (Value::Null, NAMED - 1),
            Some("array") => self.array(place, schema, text),
            Some("object") => self.object(place, schema, text),
            kind => {
                let spans = spans(&place.path, place.doc, text).into_iter();
                // what is not spoken of is not so
                let mut spans = spans.filter(|span| span.0 >= NAMED || kind != Some("boolean"));
                let found = spans.find_map(|(near, part)| Some((read(schema, part)?, near + 2)));
                found
                    .or_else(|| Some((made(schema)?, 1)))
                    .unwrap_or_default()
            }
        }
    }

    /// The nearest label: its own words and description count twice as much as a demonstration.
    fn label(&self, place: &Place<'_>, schema: &Value, text: &str) -> Found {
        let mut examples = Vec::new();
        let own = schema["description"].as_str().unwrap_or_default();
        for (index, label) in labels(schema).enumerate() {
            let start = format!("{}:", as_text(label));
            let (_, told) = place.doc.split_once(&start).unwrap_or(("", own));
            let told = told.split(';').next().unwrap_or_default();
            examples.push((index, 2, format!("{label} {told}")));
            let shown = |demo: &&(String, Value)| demo.1.pointer(&place.path) == Some(label);
            let demos = self.demos.iter().filter(shown);
            examples.extend(demos.map(|demo| (index, 1, demo.0.clone())));
        }
        let (best, near) = nearest(text, &examples).unwrap_or_default();
        (labels(schema).nth(best).cloned().unwrap_or_default(), near)
    }

    pub(super) fn object(&self, place: &Place<'_>, schema: &Value, text: &str) -> Found {
        let (mut members, mut best) = (Map::new(), 1);
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let mut inside = place.clone();
            inside.path.extend(["/", name]);
            inside.doc = property["description"].as_str().unwrap_or_default();
            let (value, sure) = self.fill(&inside, property, text);
            let required = elements(schema, "required").any(|required| required == name);
            if required && sure == 0 {
                return Found::default();
            }
            if required || sure >= NAMED {
                best = best.max(if value.is_null() { 1 } else { sure });
                members.insert(name.clone(), value);
            }
        }
        for number in members.len()..size(schema, "min").unwrap_or(0) {
            let name = labels(self.target(&schema["propertyNames"])).nth(number);
            let name = name.map_or(format!("key{number}"), as_text);
            let value = self.fill(place, &schema["additionalProperties"], "").0;
            members.insert(name, value);
        }
        (Value::Object(members), best)
    }

    fn array(&self, place: &Place<'_>, schema: &Value, text: &str) -> Found {
        let prefix: Vec<&Value> = elements(schema, "prefixItems").collect();
        let each = |at: usize| prefix.get(at).copied().unwrap_or(&schema["items"]);
        let (mut items, mut best, target) = (Vec::new(), 1, self.target(each(0)));
        let least = size(schema, "min").unwrap_or(0).max(prefix.len());
        let parts = parts(place, target, text);
        // what is made up is a label or a number, so that all can differ
        let numbers = (0..1_000).map(|number: u16| number.to_string());
        let made = labels(target).map(as_text).chain(numbers);
        for (at, part) in parts.iter().cloned().chain(made).enumerate() {
            let (made, each) = (at >= parts.len(), each(items.len()));
            if made && items.len() >= least || each == false {
                break;
            }
            let (item, sure) = self.fill(place, each, &part);
            let fits = made || sure >= NAMED || sure > 1 && target["type"] != "object";
            if fits && !(schema["uniqueItems"] == true && items.contains(&item)) {
                best = best.max(if made { 1 } else { NAMED });
                items.push(item);
            }
        }
        items.truncate(size(schema, "max").unwrap_or(usize::MAX));
        (Value::Array(items), best)
    }

    fn target<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let key = schema["$ref"].as_str().unwrap_or("#none");
        self.schema.pointer(key.trim_matches('#')).unwrap_or(schema)
    }
}

/// The rows or other parts of a text that may be items.
fn parts(place: &Place<'_>, each: &Value, text: &str) -> Vec<String> {
    let spans = spans(&place.path, place.doc, text);
    let named = spans.first().is_some_and(|span| span.0 >= NAMED);
    let marks: &[char] = match each["type"].as_str() {
        _ if each == false => return Vec::new(),
        Some("integer" | "number") => &[' '],
        Some("string") if named => &[',', ';'],
        // inside a type, texts are a list only if they are named
        Some("string") if !place.seen.is_empty() => return Vec::new(),
        _ => return rows(text),
    };
    let close = spans.iter().filter(|span| span.0 >= NAMED || !named);
    let parts = close.flat_map(|span| span.1.split(marks));
    parts.map(str::to_owned).collect()
}

fn elements<'s>(schema: &'s Value, key: &str) -> impl Iterator<Item = &'s Value> {
    schema[key].as_array().into_iter().flatten()
}

/// The values that a schema allows, if it allows only some.
fn labels(schema: &Value) -> impl Iterator<Item = &Value> {
    elements(schema, "enum").chain(schema.get("const"))
}

pub(super) fn as_text(value: &Value) -> String {
    value.as_str().map_or(value.to_string(), str::to_owned)
}

/// A bound: how `DSPy`'s words for it end, its key in a schema, and what it asks of a number.
type Bound = (&'static str, &'static str, fn(&f64, &f64) -> bool);
pub(super) const BOUNDS: [Bound; 8] = [
    ("greater than or equal to: ", "minimum", f64::ge),
    ("greater than: ", "exclusiveMinimum", f64::gt),
    ("less than or equal to: ", "maximum", f64::le),
    ("less than: ", "exclusiveMaximum", f64::lt),
    ("given number: ", "multipleOf", |a, b| a % b == 0.0),
    ("minimum length: ", "minLength", |_, _| true),
    ("maximum length: ", "maxLength", |_, _| true),
    ("must match: ", "pattern", |_, _| true),
];

/// The formats; and for truth values, the words that deny.
const FORMATS: [(&str, &str); 9] = [
    ("boolean", r"(?i)\b(not?|never|without|false|unknown)\b|n't"),
    ("date", r"^\d{4}-\d\d-\d\d$"),
    ("partial-date-time", r"^\d{4}-\d\d-\d\dT[\d:.]+$"),
    ("date-time", r"^\d{4}-\d\d-\d\dT[\d:.]+[-+Z]\S*$"),
    ("time", r"^\d\d:\d\d:\d\d$"),
    ("duration", r"^P.*\d[DHMSWY]$"),
    ("email", r"^[^@\s]+@[^@\s]+\.\w+$"),
    ("uri", r"^https?://\S+$"),
    ("uuid", r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
];

/// The least (`min`) or most (`max`) items, characters or members, within reason.
fn size(schema: &Value, bound: &str) -> Option<usize> {
    let sizes = ["Items", "Length", "Properties"].map(|of| &schema[bound.to_owned() + of]);
    usize::try_from(sizes.iter().find_map(|size| size.as_u64())?.min(60_000)).ok()
}

/// The first value that can be read in a part of a text: the whole, or a word of it.
fn read(schema: &Value, part: &str) -> Option<Value> {
    let kind = schema["type"].as_str().unwrap_or("string");
    let format = schema["format"].as_str().unwrap_or(kind);
    let known = FORMATS.iter().find(|known| format.ends_with(known.0));
    let pattern = schema["pattern"].as_str().or(known.map(|known| known.1));
    let pattern = Regex::new(pattern.unwrap_or_default()).ok();
    let least = size(schema, "min").unwrap_or(0);
    let most = size(schema, "max").unwrap_or(2_000);
    let marks = |c: char| "<>()[]\"',.!?€$£%".contains(c);
    let words = part.split_whitespace().map(|word| word.trim_matches(marks));
    [part].into_iter().chain(words).find_map(|text| {
        let matches = pattern.as_ref().is_none_or(|form| form.is_match(text));
        let short: String = text.chars().take(most).collect();
        match kind {
            "boolean" => Some((!matches).into()),
            "integer" | "number" => number(schema, text),
            _ => matches.then(|| format!("{short:.<least$}").into()),
        }
    })
}

/// A number within the bounds; commas may stand before thousands.
fn number(schema: &Value, text: &str) -> Option<Value> {
    let mut groups = text.split(',').skip(1);
    let thousands = groups.all(|group| group.find('.').unwrap_or(group.len()) == 3);
    let number: Value = serde_json::from_str(&text.replace(',', "")).ok()?;
    let value = number.as_f64().filter(|_| thousands)?;
    let keeps = |of: &Bound| schema[of.1].as_f64().is_none_or(|b| of.2(&value, &b));
    let whole = schema["type"] == "integer" && number.is_f64();
    (!whole && BOUNDS.iter().all(keeps)).then_some(number)
}

/// A value that is made up: the first sample that fits, or a number near the bounds.
fn made(schema: &Value) -> Option<Value> {
    const SAMPLES: &str = "unknown a A 0 x0 AAA AA-0000 #000000 PT0S 00:00:00 1970-01-01 \
        1970-01-01T00:00:00 1970-01-01T00:00:00Z nobody@example.com https://example.com/ \
        00000000-0000-0000-0000-000000000000";
    let mut samples = SAMPLES.to_owned();
    let step = schema["multipleOf"].as_f64().unwrap_or(1.0);
    for bound in BOUNDS.iter().filter_map(|of| schema[of.1].as_f64()) {
        for near in [0.0, 1.0, -1.0, 0.5, 0.01] {
            let whole = ((bound / step).ceil() + near) * step;
            samples = format!("{samples} {whole} {}", bound + near);
        }
    }
    samples.split(' ').find_map(|sample| read(schema, sample))
}

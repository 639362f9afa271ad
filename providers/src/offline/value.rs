//! Walks a JSON schema and fills it with what the text gives.
use super::{
    labels::{choose, described},
    scalar::{fit, number, string},
    text::{Topic, bullet, numbers, pairs, rows, words},
};
use serde_json::{Map, Value, json};
use std::cell::Cell;

/// What is asked for, and where to look.
#[derive(Clone, Default)]
pub(super) struct Ask<'a> {
    pub(super) topic: Topic,
    pub(super) doc: String,
    pub(super) text: &'a str,
    /// Texts with the value that belongs here.
    pub(super) demos: Vec<(&'a str, &'a Value)>,
    /// All inputs: labels are chosen by the whole. In a row of a table or list, only the row.
    pub(super) all: &'a str,
    pub(super) row: bool,
    depth: u8,
    /// A type inside itself, with nothing new to read: what may end, ends.
    closing: bool,
    seen: Vec<String>,
}

impl<'a> Ask<'a> {
    pub(super) fn new(topic: Topic, doc: &str, text: &'a str, all: &'a str) -> Self {
        Ask {
            topic,
            doc: doc.to_owned(),
            text,
            all,
            ..Ask::default()
        }
    }

    /// The same of one row or item.
    fn row<'t>(&self, text: &'t str) -> Ask<'t> {
        let (depth, closing) = (self.depth, self.closing);
        Ask {
            row: true,
            depth,
            closing,
            ..Ask::new(self.topic.clone(), &self.doc, text, text)
        }
    }

    /// The same without anything to read: what is made up is as short as the schema allows.
    fn nothing(&self) -> Ask<'a> {
        Ask {
            text: "",
            closing: true,
            ..self.clone()
        }
    }
}

/// A value, and how sure it is: 0 is made up, 1 taken from the text, 2 found by its name.
pub(super) type Found = (Value, u8);

/// One walk through the schema of a field.
pub(super) struct Walk<'a> {
    root: &'a Value,
    /// Values that may still be looked for, so that no schema makes a walk endless.
    left: Cell<u32>,
}

/// Items and members that a list without a bound of its own may have.
const MOST: usize = 256;

impl<'a> Walk<'a> {
    pub(super) fn new(root: &'a Value) -> Self {
        Walk {
            root,
            left: Cell::new(4_000),
        }
    }

    pub(super) fn value(&self, schema: &Value, ask: &Ask<'_>) -> Found {
        let mut ask = ask.clone();
        self.left.set(self.left.get().saturating_sub(1));
        ask.depth += 1;
        ask.closing |= self.left.get() == 0 || ask.depth > 16;
        if ask.depth > 48 {
            return (Value::Null, 0);
        }
        if let Some(name) = schema["$ref"].as_str() {
            let again = ask.seen.iter().any(|seen| seen == name);
            ask.closing |= again;
            ask.seen.push(name.to_owned());
            let (value, sure) = self.value(&merged(self.target(schema), schema), &ask);
            // what it holds was found already, one level up
            return (value, if again { 0 } else { sure });
        }
        if let Some(only) = schema.get("const") {
            return (only.clone(), 0);
        }
        if let Some(doc) = schema["description"].as_str().filter(|_| ask.depth > 1) {
            doc.clone_into(&mut ask.doc);
        }
        if let Some(options) = labels(schema) {
            return label(&options, &ask);
        }
        let of = |each: &Value| merged(each, schema);
        if let Some(variants) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
            return self.union(&variants.iter().map(of).collect::<Vec<_>>(), &ask);
        }
        if let Some(kinds) = schema["type"].as_array() {
            let of = |kind: &Value| merged(schema, &json!({ "type": kind }));
            return self.union(&kinds.iter().map(of).collect::<Vec<_>>(), &ask);
        }
        match schema["type"].as_str() {
            Some("object") => self.object(schema, &ask),
            Some("array") => self.array(schema, &ask),
            Some("integer" | "number") => number(schema, &ask),
            Some("boolean") => boolean(&ask),
            Some("null") => (Value::Null, 0),
            None if schema.get("properties").is_some() => self.object(schema, &ask),
            _ => string(schema, &ask),
        }
    }

    fn target<'v>(&self, schema: &'v Value) -> &'v Value
    where
        'a: 'v,
    {
        let name = schema["$ref"].as_str().unwrap_or("#none");
        self.root
            .pointer(name.trim_start_matches('#'))
            .unwrap_or(schema)
    }

    /// The first variant that is found by name; null without one; else the first found at all.
    fn union(&self, variants: &[Value], ask: &Ask<'_>) -> Found {
        let (nulls, mut rest): (Vec<&Value>, Vec<&Value>) = variants
            .iter()
            .partition(|variant| variant["type"] == "null");
        if ask.closing && !nulls.is_empty() {
            return (Value::Null, 0);
        }
        let object = |variant: &&Value| self.target(variant)["type"] == "object";
        if ask.closing {
            // the shortest is least likely to hold itself again
            rest.sort_by_key(|variant| self.target(variant).to_string().len());
            rest.truncate(1);
        } else if rest.len() > 1 && rest.iter().all(object) {
            let told: Vec<String> = rest
                .iter()
                .map(|variant| told(self.target(variant)))
                .collect();
            rest.swap(0, choose(ask.all, &told, &[]).0);
            rest.truncate(1);
        }
        let mut best = (Value::Null, 0);
        for (at, variant) in rest.into_iter().enumerate() {
            let found = self.value(variant, ask);
            if found.1 > 1 {
                return found;
            }
            if nulls.is_empty() && (at == 0 || found.1 > best.1) {
                best = found;
            }
        }
        best
    }

    fn object(&self, schema: &Value, ask: &Ask<'_>) -> Found {
        let Some(properties) = schema["properties"].as_object() else {
            return self.map(schema, ask);
        };
        let (mut members, mut sure) = (Map::new(), 0);
        for (name, property) in properties {
            let required = lists(&schema["required"], name);
            if ask.closing && !required {
                continue;
            }
            let own = property["description"].as_str();
            let doc = own
                .or(self.target(property)["description"].as_str())
                .unwrap_or_default();
            let shown = ask
                .demos
                .iter()
                .filter_map(|(text, value)| Some((*text, value.get(name)?)));
            let inner = Ask {
                topic: Topic::inside(&ask.topic, name, doc),
                doc: doc.to_owned(),
                demos: shown.collect(),
                ..ask.clone()
            };
            let found = self.value(property, &inner);
            if required || found.1 > 1 {
                members.insert(name.clone(), found.0);
                sure = sure.max(found.1);
            }
        }
        (Value::Object(members), sure)
    }

    /// The `key: value` lines whose value fits are the members of a map.
    fn map(&self, schema: &Value, ask: &Ask<'_>) -> Found {
        let any = json!({ "type": "string" });
        let each = schema
            .get("additionalProperties")
            .filter(|each| each.is_object())
            .unwrap_or(&any);
        let names = &schema["propertyNames"]["enum"];
        let mut members = Map::new();
        if !ask.closing && schema["additionalProperties"] != false {
            let open = |(key, _): &(&str, &str)| names.is_null() || lists(names, key);
            for (key, value) in pairs(ask.text)
                .filter(open)
                .take(size(schema, "maxProperties"))
            {
                let line = format!("{key}: {value}");
                let topic = Topic::inside(&Topic::default(), key, "");
                let found = self.value(
                    each,
                    &Ask {
                        topic,
                        ..ask.row(&line)
                    },
                );
                if found.1 > 1 {
                    members.insert(key.to_owned(), found.0);
                }
            }
        }
        let sure = if members.is_empty() { 0 } else { 2 };
        for count in members.len()..least(schema, "minProperties") {
            members.insert(
                format!("key{}", count + 1),
                self.value(each, &ask.nothing()).0,
            );
        }
        (Value::Object(members), sure)
    }

    fn array(&self, schema: &Value, ask: &Ask<'_>) -> Found {
        let (mut items, mut sure, mut rest) = (Vec::new(), 0, ask.text);
        for each in schema["prefixItems"].as_array().into_iter().flatten() {
            let found = self.value(
                each,
                &Ask {
                    text: rest,
                    ..ask.clone()
                },
            );
            // the next of several numbers stands behind this one
            let after = rest
                .split_once(&plain(&found.0))
                .filter(|_| found.0.is_number());
            rest = after.map_or(rest, |(_, after)| after);
            sure = sure.max(found.1);
            items.push(found.0);
        }
        let any = json!({ "type": "string" });
        let each = schema.get("items").unwrap_or(&any);
        let unique = schema["uniqueItems"] == true;
        if each != false && !ask.closing {
            for item in self.items(each, ask) {
                if items.len() < size(schema, "maxItems") && !(unique && items.contains(&item)) {
                    items.push(item);
                    sure = 2;
                }
            }
        }
        while items.len() < least(schema, "minItems") {
            let made = self.value(each, &ask.nothing()).0;
            let other = unique.then(|| self.another(each, &made, &items)).flatten();
            items.push(other.unwrap_or(made));
        }
        items.truncate(size(schema, "maxItems"));
        (Value::Array(items), sure)
    }

    /// The rows that hold such items; without rows, the parts of what the list's name is said of.
    fn items(&self, each: &Value, ask: &Ask<'_>) -> Vec<Value> {
        let schema = self.target(each);
        if let Some(options) = labels(schema) {
            let all = words(ask.all);
            let said = |label: &Value| words(&plain(label)).iter().all(|word| all.contains(word));
            return options
                .into_iter()
                .map(|(value, _)| value)
                .filter(said)
                .collect();
        }
        let named = ask.topic.spans(ask.text).into_iter().next();
        let outer = ask.depth == 1;
        let listed: Vec<&str> = ask.text.lines().filter_map(bullet).collect();
        let owned = |parts: Vec<&str>| parts.into_iter().map(str::to_owned).collect();
        let parts: Vec<String> = match schema["type"].as_str() {
            Some("object") if ask.row => Vec::new(),
            Some("object") => rows(ask.text),
            Some("integer" | "number") => {
                numbers(named.filter(|_| !outer).unwrap_or(ask.text)).collect()
            }
            _ if !listed.is_empty() && (outer || named.is_some()) => owned(listed),
            _ => match named {
                Some(named) => owned(named.split([',', ';']).map(str::trim).collect()),
                None if outer => owned(vec![ask.topic.sentence(ask.text).0]),
                None => Vec::new(),
            },
        };
        let text =
            schema["type"] == "string" || schema["type"].is_null() && schema["anyOf"].is_null();
        let text = text && schema["format"].is_null() && schema["pattern"].is_null();
        let value = |part: &String| {
            if text {
                (fit(part, schema), 2)
            } else {
                self.value(each, &ask.row(part))
            }
        };
        let kept = |found: &Found| found.1 > u8::from(schema["type"] == "object");
        let parts = parts.iter().filter(|part| !part.is_empty()).take(MOST);
        parts.map(value).filter(kept).map(|found| found.0).collect()
    }

    /// A value like `made` that is not among `taken` yet.
    fn another(&self, schema: &Value, made: &Value, taken: &[Value]) -> Option<Value> {
        let options = labels(self.target(schema))
            .into_iter()
            .flatten()
            .map(|(value, _)| value);
        let varied = (0..=taken.len()).map(|count| match made {
            Value::String(text) if count > 0 => json!(format!("{text}{count}")),
            Value::Number(_) => json!(count),
            other => other.clone(),
        });
        options.chain(varied).find(|value| !taken.contains(value))
    }
}

/// The option that a key of this name says, else the closest by demonstrations and words.
pub(super) fn label(options: &[(Value, String)], ask: &Ask<'_>) -> Found {
    let names: Vec<String> = options.iter().map(|(value, _)| plain(value)).collect();
    let same = |text: &str| {
        names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text))
    };
    let shown = ask
        .demos
        .iter()
        .filter_map(|(text, value)| Some((*text, same(&plain(value))?)));
    let shown: Vec<(&str, usize)> = shown.collect();
    let said = |span: &str| same(span.trim_matches(|c: char| !c.is_alphanumeric()));
    let said = || ask.topic.spans(ask.all).into_iter().find_map(said);
    let (best, near) = said().filter(|_| shown.is_empty()).map_or_else(
        || {
            let told = |((_, doc), name): (&(Value, String), &String)| {
                let said = Some(doc.clone()).filter(|doc| !doc.is_empty());
                let doc = said.unwrap_or_else(|| described(&ask.doc, name));
                format!("{} {doc}", name.replace('_', " "))
            };
            choose(
                ask.all,
                &options.iter().zip(&names).map(told).collect::<Vec<_>>(),
                &shown,
            )
        },
        |said| (said, 1.0),
    );
    let sure = if near > 0.15 { 2 } else { u8::from(near > 0.0) };
    (
        options
            .get(best)
            .map(|(value, _)| value.clone())
            .unwrap_or_default(),
        sure,
    )
}

const DENIED: &str = " no not never false none without cannot dont doesnt isnt wont ";

/// True where a sentence speaks of it and does not deny it.
fn boolean(ask: &Ask<'_>) -> Found {
    let options = [true, false].map(|value| (Value::from(value), String::new()));
    let told = ["true", "false"]
        .iter()
        .any(|label| !described(&ask.doc, label).is_empty());
    if told || !ask.demos.is_empty() {
        return label(&options, ask);
    }
    let denied = |text: &str| {
        words(text)
            .iter()
            .any(|word| DENIED.contains(&format!(" {word} ")))
    };
    let said = |span: &&str| denied(span) || span.contains("yes") || span.contains("true");
    let short = |span: &&str| span.split_whitespace().count() < 4;
    if let Some(said) = ask
        .topic
        .spans(ask.text)
        .into_iter()
        .filter(short)
        .find(said)
    {
        return (Value::from(!denied(said)), 2);
    }
    let (sentence, near) = ask.topic.sentence(ask.text);
    (
        Value::from(near > 1 && !denied(sentence)),
        if near > 1 { 2 } else { 0 },
    )
}

/// The options of a schema that allows only some values, each with its description.
fn labels(schema: &Value) -> Option<Vec<(Value, String)>> {
    if let Some(values) = schema["enum"]
        .as_array()
        .filter(|values| !values.is_empty())
    {
        return Some(
            values
                .iter()
                .map(|value| (value.clone(), String::new()))
                .collect(),
        );
    }
    let told = |variant: &Value| {
        variant["description"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let option = |variant: &Value| Some((variant.get("const")?.clone(), told(variant)));
    schema["oneOf"]
        .as_array()
        .or(schema["anyOf"].as_array())?
        .iter()
        .map(option)
        .collect()
}

/// What the schema of a variant says of itself.
fn told(schema: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut told = text(&schema["title"]) + " " + &text(&schema["description"]);
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        told = [told, name.clone(), text(&property["const"])].join(" ");
    }
    told
}

/// `base` with what stands beside it in `beside`: all of it holds.
fn merged(base: &Value, beside: &Value) -> Value {
    const OWN: [&str; 6] = ["$ref", "anyOf", "oneOf", "$defs", "title", "default"];
    let mut members = base.as_object().cloned().unwrap_or_default();
    for (key, value) in beside.as_object().into_iter().flatten() {
        if !OWN.contains(&key.as_str()) {
            members.insert(key.clone(), value.clone());
        }
    }
    Value::Object(members)
}

fn lists(names: &Value, name: &str) -> bool {
    names
        .as_array()
        .is_some_and(|names| names.iter().any(|one| one == name))
}

/// The most items or members; bounded also where the schema is not.
fn size(schema: &Value, key: &str) -> usize {
    schema[key]
        .as_u64()
        .and_then(|size| usize::try_from(size).ok())
        .unwrap_or(MOST)
        .min(4 * MOST)
}

fn least(schema: &Value, key: &str) -> usize {
    if schema[key].is_null() {
        0
    } else {
        size(schema, key)
    }
}

/// A label or a demonstration's value as text, Python's words as JSON's.
pub(super) fn plain(value: &Value) -> String {
    match value.as_str() {
        Some("True") => "true".to_owned(),
        Some("False") => "false".to_owned(),
        Some("None") => "null".to_owned(),
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}

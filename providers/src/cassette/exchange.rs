//! One request and its reply, as they stand on a cassette.
use serde_json::Value;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Exchange {
    pub(super) request: Asked,
    pub(super) reply: Answered,
}

/// A request, as far as it decides what is answered.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) url: String,
    /// As JSON where it is some; else a text.
    pub(super) body: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// The lengths of the pieces; none for a body in one.
    pub(super) cuts: Vec<usize>,
    pub(super) end: Ending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Whole,
    Cut,
    Left,
}

impl Ending {
    pub(super) const ALL: [(Ending, &'static str); 3] = [
        (Ending::Whole, "whole"),
        (Ending::Cut, "cut"),
        (Ending::Left, "left"),
    ];
}

impl Exchange {
    /// In short, for messages.
    pub(super) fn line(&self, index: usize) -> String {
        let Asked { method, url, body } = &self.request;
        let body = short(body);
        format!(
            "{}: {method} {url} {body} -> {}",
            index + 1,
            self.reply.status
        )
    }
}

impl Asked {
    pub(super) fn new(method: &str, url: String, body: &str) -> Self {
        Asked {
            method: method.to_owned(),
            url,
            body: serde_json::from_str(body).unwrap_or_else(|_| body.into()),
        }
    }

    /// In what the two differ; nothing if they are the same.
    pub(super) fn differences(&self, asked: &Asked) -> Differences {
        let mut all = Differences::default();
        for (what, ours, theirs) in [
            ("the method", &self.method, &asked.method),
            ("the URL", &self.url, &asked.url),
        ] {
            if ours != theirs {
                all.push(FAR, format!("{what}: recorded {ours}, asked {theirs}"));
            }
        }
        compare("body", &self.body, &asked.body, &mut all);
        all
    }
}

/// How two requests differ.
#[derive(Debug, Default)]
pub(super) struct Differences {
    /// Each in words.
    pub(super) words: Vec<String>,
    /// How far the two are from each other: another text is more than another setting.
    pub(super) distance: usize,
}

/// The distance of values that have nothing in common, and of a setting.
const FAR: usize = 10;
const NEAR: usize = 2;

impl Differences {
    fn push(&mut self, distance: usize, words: String) {
        self.distance += distance;
        self.words.push(words);
    }
}

fn compare(path: &str, recorded: &Value, asked: &Value, all: &mut Differences) {
    match (recorded, asked) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for (key, value) in ours {
                let path = format!("{path}.{key}");
                match theirs.get(key) {
                    Some(other) => compare(&path, value, other, all),
                    None => all.push(
                        NEAR,
                        format!("`{path}`: recorded {}, asked none", short(value)),
                    ),
                }
            }
            for (key, value) in theirs.iter().filter(|(key, _)| !ours.contains_key(*key)) {
                all.push(
                    NEAR,
                    format!("`{path}.{key}`: recorded none, asked {}", short(value)),
                );
            }
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            for (index, (value, other)) in ours.iter().zip(theirs).enumerate() {
                compare(&format!("{path}[{index}]"), value, other, all);
            }
        }
        _ if recorded == asked => {}
        (Value::String(ours), Value::String(theirs)) => {
            let same = ours
                .bytes()
                .zip(theirs.bytes())
                .take_while(|(a, b)| a == b)
                .count();
            let distance = FAR - (FAR - NEAR) * same / ours.len().max(theirs.len()).max(1);
            let (ours, theirs) = around(ours, theirs, same);
            let (ours, theirs) = (short(&ours.into()), short(&theirs.into()));
            all.push(
                distance,
                format!("`{path}`: recorded {ours}, asked {theirs}"),
            );
        }
        _ => {
            let is_list = recorded.is_array() || asked.is_array();
            let distance = if is_list { FAR } else { NEAR };
            let (ours, theirs) = (short(recorded), short(asked));
            all.push(
                distance,
                format!("`{path}`: recorded {ours}, asked {theirs}"),
            );
        }
    }
}

/// Both texts from a little before they part.
fn around<'a>(ours: &'a str, theirs: &'a str, same: usize) -> (&'a str, &'a str) {
    let from = ours.floor_char_boundary(same.saturating_sub(20));
    let from = if theirs.is_char_boundary(from) {
        from
    } else {
        0
    };
    (&ours[from..], &theirs[from..])
}

fn short(value: &Value) -> String {
    crate::http::body::one_line(&value.to_string(), 80)
}

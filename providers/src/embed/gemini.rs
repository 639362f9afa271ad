//! `embedContent` of one text, `batchEmbedContents` of several.
use super::{EmbeddingClientBuilder, Form, Kind, as_given, list::vector};
use crate::{
    gemini::builder::{GOOGLE, KEY_HEADER, KEY_HINT, path, version},
    wire::{Keyed, body, count, members, string},
};
use reqwest::Url;
use serde_json::{Map, Value};
use sigflow_core::{Purpose, Usage};

const OURS: &[&str] = &[
    "requests",
    "model",
    "content",
    "taskType",
    "outputDimensionality",
];

pub(crate) fn embedder(model: String) -> EmbeddingClientBuilder {
    let kind = Kind {
        provider: "gcp.gemini",
        base: GOOGLE,
        path: |model, base| format!("{}/{}:batchEmbedContents", version(base), path(model)),
        address: as_given,
        keyed: Keyed::Header(KEY_HEADER),
        hint: KEY_HINT,
        batch: 100,
        bytes: 600_000,
        form: |prepared, dimensions, base| {
            let (version, model) = (version(base), path(&prepared.model));
            let at = |call: &str| prepared.at(&format!("{version}/{model}:{call}"));
            let mut tail = String::new();
            body::whole("outputDimensionality", dimensions, &mut tail);
            tail.push_str(&members(&prepared.extra, OURS)?);
            // later models read in the text itself what it is for, and refuse to be told beside it
            let takes_purpose = ["embedding-001", "text-embedding-"]
                .iter()
                .any(|name| model.contains(name));
            Ok(Box::new(Gemini {
                one: at("embedContent"),
                many: at("batchEmbedContents"),
                head: body::model(&model),
                tail,
                takes_purpose,
            }))
        },
    };
    EmbeddingClientBuilder::new(model, kind)
}

struct Gemini {
    one: Url,
    many: Url,
    /// `{"model":"…"`
    head: String,
    /// `,"key":value…`
    tail: String,
    takes_purpose: bool,
}

impl Gemini {
    fn text(&self, text: &str, purpose: Option<Purpose>, out: &mut String) {
        out.push_str(&self.head);
        out.push_str(",\"content\":{\"parts\":[{\"text\":");
        string(text, out);
        out.push_str("}]}");
        let task = match purpose.filter(|_| self.takes_purpose) {
            Some(Purpose::Query) => ",\"taskType\":\"RETRIEVAL_QUERY\"",
            Some(Purpose::Passage) => ",\"taskType\":\"RETRIEVAL_DOCUMENT\"",
            _ => "",
        };
        out.push_str(task);
        out.push_str(&self.tail);
        out.push('}');
    }
}

impl Form for Gemini {
    fn encode(&self, texts: &[&str], purpose: Option<Purpose>) -> (Url, String) {
        let mut body = String::new();
        if let [text] = texts {
            self.text(text, purpose, &mut body);
            return (self.one.clone(), body);
        }
        body.push_str("{\"requests\":[");
        for (index, text) in texts.iter().enumerate() {
            if index > 0 {
                body.push(',');
            }
            self.text(text, purpose, &mut body);
        }
        body.push_str("]}");
        (self.many.clone(), body)
    }

    fn vectors(&self, members: &mut Map<String, Value>) -> Option<Vec<Vec<f32>>> {
        let one = |value: &Value| vector(value.get("values")?);
        match (members.remove("embeddings"), members.remove("embedding")) {
            (Some(Value::Array(all)), _) => all.iter().map(one).collect(),
            (_, Some(single)) => Some(vec![one(&single)?]),
            _ => None,
        }
    }

    fn usage(&self, members: &Map<String, Value>) -> Option<Usage> {
        let usage = members.get("usageMetadata")?.as_object()?;
        Some(Usage::new(count(usage, "promptTokenCount"), 0))
    }
}

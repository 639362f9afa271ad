//! `POST /embeddings`: OpenAI's form.
use super::{EmbeddingClientBuilder, Form, Kind, as_given, list::vector};
use crate::wire::{Keyed, count, members, string, strings};
use reqwest::Url;
use serde_json::{Map, Value};
use sigflow_core::{Purpose, Usage};
use std::fmt::Write as _;

const PATH: &str = "/embeddings";
const OURS: &[&str] = &["model", "input", "dimensions", "encoding_format"];

pub(crate) fn embedder(model: String) -> EmbeddingClientBuilder {
    let kind = Kind {
        base: "https://api.openai.com/v1",
        path: |_, _| PATH.to_owned(),
        address: as_given,
        keyed: Keyed::Bearer,
        hint: "set OPENAI_API_KEY",
        // OpenAI takes 2,048 texts, and 300,000 tokens together. Fewer texts keep replies small: one of the longest
        // vectors has 40 KB
        batch: 256,
        bytes: 600_000,
        form: |prepared, dimensions, _| {
            let mut head = String::from("{\"model\":");
            string(&prepared.model, &mut head);
            let mut tail = String::new();
            if let Some(dimensions) = dimensions {
                let _ = write!(tail, ",\"dimensions\":{dimensions}");
            }
            tail.push_str(&members(&prepared.extra, OURS)?);
            let url = prepared.at(PATH);
            Ok(Box::new(OpenAi { url, head, tail }))
        },
    };
    EmbeddingClientBuilder::new(model, kind)
}

struct OpenAi {
    url: Url,
    /// `{"model":"…"`
    head: String,
    /// `,"key":value…`
    tail: String,
}

impl Form for OpenAi {
    fn encode(&self, texts: &[&str], _: Option<Purpose>) -> (Url, String) {
        let mut body = self.head.clone();
        body.push_str(",\"input\":");
        strings(texts, &mut body);
        body.push_str(&self.tail);
        body.push('}');
        (self.url.clone(), body)
    }

    fn vectors(&self, members: &mut Map<String, Value>) -> Option<Vec<Vec<f32>>> {
        let data = members.remove("data")?;
        let data = data.as_array()?.iter().enumerate();
        let mut all = data
            .map(|(position, one)| {
                let index = one.get("index").and_then(Value::as_u64);
                Some((
                    index.unwrap_or(position as u64),
                    vector(one.get("embedding")?)?,
                ))
            })
            .collect::<Option<Vec<_>>>()?;
        all.sort_by_key(|(index, _)| *index);
        Some(all.into_iter().map(|(_, vector)| vector).collect())
    }

    fn usage(&self, members: &Map<String, Value>) -> Option<Usage> {
        let usage = members.get("usage")?.as_object()?;
        Some(Usage::new(count(usage, "prompt_tokens"), 0))
    }
}

//! `POST /embeddings`: OpenAI's form.
use super::{EmbeddingClientBuilder, Form, Kind, as_given, list::vector, plain::Plain};
use crate::wire::{Keyed, count};
use reqwest::Url;
use serde_json::{Map, Value};
use sigflow_core::{Purpose, Usage};

const PATH: &str = "/embeddings";
const OURS: &[&str] = &["model", "input", "dimensions", "encoding_format"];

pub(crate) fn embedder(model: String) -> EmbeddingClientBuilder {
    let kind = Kind {
        provider: "openai",
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
            let plain = Plain::new(prepared, PATH, dimensions, OURS)?;
            Ok(Box::new(OpenAi(plain)))
        },
    };
    EmbeddingClientBuilder::new(model, kind)
}

struct OpenAi(Plain);

impl Form for OpenAi {
    fn encode(&self, texts: &[&str], _: Option<Purpose>) -> (Url, String) {
        self.0.encode(texts)
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
